import type { MethodAbout } from '../../../workers/spec/methods';

type Family = MethodAbout['family'];
type Searched = Pick<MethodAbout, 'id' | 'label' | 'family' | 'idea' | 'paper' | 'whenToUse'>;

/** The groups of the list, in its order, with what their members have in common. */
export const FAMILIES: readonly { family: Family; title: string; words: string }[] = [
  { family: 'encodings', title: 'Encodings', words: 'Categories become numbers before the network sees them.' },
  { family: 'tables', title: 'Tables', words: 'A vector is looked up for each level, or for each of fewer bins.' },
  { family: 'random effects', title: 'Random effects', words: 'Levels are draws from one distribution and borrow strength from each other.' },
  { family: 'tags', title: 'Tags', words: 'A row has a set of levels, and their vectors become one.' },
  { family: 'architectures', title: 'Architectures', words: 'Networks made for categories: factors, attention, masks.' },
  { family: 'sequences', title: 'Sequences', words: 'Windows of series: what comes next, from the past and from tags.' },
];

/** Lower case without accents, so that "Lindstrom" finds Lindström and "wuthrich" Wüthrich. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();

const textOf = ({ id, label, family, idea, paper, whenToUse }: Searched): string => plain([id, label, family, idea, paper, whenToUse].join(' '));

/**
 * Methods by group that have every word of the query in their name, idea, paper or group. Groups without any
 * are left out.
 */
export function findMethods<About extends Searched>(
  abouts: readonly About[],
  query: string,
): { family: Family; title: string; words: string; methods: About[] }[] {
  const asked = plain(query).split(/\s+/).filter(Boolean);
  const found = abouts.filter((about) => {
    const text = textOf(about);
    return asked.every((word) => text.includes(word));
  });
  return FAMILIES.map((group) => ({ ...group, methods: found.filter(({ family }) => family === group.family) })).filter(
    ({ methods }) => methods.length > 0,
  );
}
