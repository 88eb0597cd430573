import { listed, value, whole } from '../text/numbers';
import { agree, isPlural } from './names';
import { percentWords } from './percent';

/** A method's loss on training and on validation rows at one epoch, both of one kind. */
export interface TrainingGap {
  label: string;
  epoch: number;
  training: number;
  validation: number;
}

/** A training loss this share below the validation loss, or nearer, is about the same. */
const NEAR = 0.1;

/**
 * What the training curves say beside those of validation, in at most two sentences. `percent`: the values
 * are in % of the first epoch.
 */
export function trainingSentence(gaps: readonly TrainingGap[], options: { percent: boolean }): string {
  const number = options.percent ? percentWords : value;
  const known = gaps.filter(({ training, validation }) => Number.isFinite(training) && Number.isFinite(validation) && validation > 0);
  if (known.length === 0) return '';
  const share = ({ training, validation }: TrainingGap) => (validation - training) / validation;
  const [widest, ...others] = known.toSorted((a, b) => share(b) - share(a));
  const both = ({ training, validation }: TrainingGap) => `${number(training)} on training rows and ${number(validation)} on validation rows`;
  if (share(widest) <= NEAR) {
    const whose = known.length > 1 ? 'No method is' : `${widest.label} ${agree([widest.label], 'is', 'are')} not`;
    return `${whose} much better on training rows than on validation rows${known.length > 1 ? `; ${widest.label} at epoch ${whole(widest.epoch)}` : ''}: ${both(widest)}.`;
  }
  const they = isPlural(widest.label) ? 'they' : 'it';
  const first = `At epoch ${whole(widest.epoch)} the loss of ${widest.label} is ${both(widest)}: part of the difference is what ${they} memorised, and part what validation rows have that training rows lack.`;
  const near = others.filter((gap) => Math.abs(share(gap)) <= NEAR);
  const labels = near.map(({ label }) => label);
  return near.length === 0 ? first : `${first} ${listed(labels)} ${agree(labels, 'does', 'do')} about as well on both.`;
}

/** Which methods' training loss cannot stand beside the predictive loss. Null for none. */
export const trainingElsewhere = (labels: string[]): string | null =>
  labels.length === 0
    ? null
    : `No training curve of ${listed(labels)} here: ${agree(labels, 'it minimises', 'they minimise')} another loss than this one. Objective shows ${labels.length === 1 ? 'it' : 'them'}.`;
