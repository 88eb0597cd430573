import type { LevelShares } from '../../workers/protocol';
import { fixed } from '../text/numbers';
import { agree } from './names';

/** What is explained without and with levels, by method. */
export interface NamedShares {
  name: string;
  shares: LevelShares;
}

/** A difference smaller than this is nothing worth a sentence. */
const MATTERS = 0.005;

/** R², or what takes its place for a binary response. */
export const shareName = (shares: readonly NamedShares[]): string => (shares[0]?.shares.kind === 'deviance' ? 'Explained deviance' : 'R²');

/** As it stands within a sentence. */
const inside = (name: string): string => (name === 'R²' ? name : name.toLowerCase());

/** Which method gets most from knowing the levels. */
export function levelSharesSentence(shares: readonly NamedShares[]): string {
  const gains = shares.map(({ name, shares: { without, with: known } }) => ({ name, without, known, gain: known - without }));
  const [most] = gains.sort((a, b) => b.gain - a.gain);
  if (!most) return '';
  const name = inside(shareName(shares));
  const of = `${name} ${fixed(most.without, 2)} without levels, ${fixed(most.known, 2)} with them`;
  if (most.gain < MATTERS) return `No method predicts the test rows better for knowing their levels (${most.name}: ${of}).`;
  return shares.length === 1 ? `${most.name}: ${of}.` : `${most.name} ${agree([most.name], 'gains', 'gain')} most from the levels: ${of}.`;
}

/** What the two numbers are. */
export function levelSharesWords(shares: readonly NamedShares[]): string {
  const draws = shares[0]?.shares.draws ?? 0;
  const ofClasses = shares[0]?.shares.kind === 'deviance';
  const what = ofClasses
    ? 'The share of the test rows’ log loss that is explained, against predicting the share of each class for every row.'
    : 'R² of the test rows.';
  const mixed = `For a mixed model these are its ${ofClasses ? 'explained deviance' : 'R²'}, marginal and conditional, by prediction.`;
  return `${what} With levels: each row has its own. Without: each row is predicted with the levels of ${draws} training rows drawn at random, and the mean of these predictions counts; what their scatter adds to the error is taken off. ${mixed}`;
}
