/** Words by which a column says where a row belongs. */
const WORDS: Record<'train' | 'validation' | 'test', readonly string[]> = {
  train: ['train', 'training', 'trn', 'fit', 'learn'],
  validation: ['valid', 'validation', 'val', 'dev', 'tune'],
  test: ['test', 'testing', 'tst', 'holdout', 'hold-out', 'eval', 'evaluation'],
};

/** Whether the values of a column are words for training and test rows. */
export function saysTrainAndTest(values: readonly string[]): boolean {
  const parts = values.map(partOf);
  return parts.includes('train') && parts.includes('test') && !parts.includes(null);
}

/** The part of the division that a cell names; null for any other text. */
export function partOf(value: string): keyof typeof WORDS | null {
  const word = value.trim().toLowerCase();
  return (Object.keys(WORDS) as (keyof typeof WORDS)[]).find((part) => WORDS[part].includes(word)) ?? null;
}
