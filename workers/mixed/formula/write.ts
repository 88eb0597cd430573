import type { Formula, Product, RandomPart } from './formula';
import { isPlain } from './tokens';

/** A name as a formula has it: in backticks where it has to be. */
export const writeName = (name: string): string => (isPlain(name) ? name : `\`${name.replace(/[\\`]/g, '\\$&')}\``);

export const writeProduct = (product: Product): string => product.map(writeName).join(':');

/** (1 + x | g) */
export function writePart({ intercept, slopes, correlated, group }: RandomPart): string {
  const effects = [intercept ? '1' : '0', ...slopes.map(writeProduct)].join(' + ');
  return `(${effects} ${correlated ? '|' : '||'} ${writeProduct(group)})`;
}

/** The formula as a line; `parseFormula` gives it back. */
export function writeFormula({ response, intercept, fixed, offsets, random }: Formula): string {
  const left = response.kind === 'column' ? writeName(response.name) : `cbind(${writeName(response.successes)}, ${writeName(response.failures)})`;
  const terms = [
    ...(!intercept ? ['0'] : fixed.length === 0 ? ['1'] : []),
    ...fixed.map(writeProduct),
    ...offsets.map((name) => `offset(${writeName(name)})`),
    ...random.map(writePart),
  ];
  return `${left} ~ ${terms.join(' + ')}`;
}
