import { whole } from '../text/numbers';

/** What is known of the end of a method's training: the reason as the lane names it, and the epoch. */
export interface Stop {
  reason: string | null;
  epoch: number;
}

/** Why and where a method stopped, in the few words that a lane has room for. */
export function stopWords({ reason, epoch }: Stop): string {
  switch (reason) {
    case 'patience':
      return `early stop at ${whole(epoch)}`;
    case 'last epoch':
      return `all ${whole(epoch)} epochs`;
    case 'converged':
      return `converged at ${whole(epoch)}`;
    case 'by hand':
      return `stopped by hand at ${whole(epoch)}`;
    default:
      return `stopped at ${whole(epoch)}`;
  }
}

/** The same as a sentence. `patience` and `stopOn`: of the run's settings. */
export function stopSentence({ reason, epoch }: Stop, rule: { patience: number | 'auto' | null; stopOn: 'objective' | 'predictive' }): string {
  const at = `at epoch ${whole(epoch)}`;
  switch (reason) {
    case 'patience':
      return `Early stopping ${at}: the ${rule.stopOn} validation loss had not got better for ${typeof rule.patience === 'number' ? `${whole(rule.patience)} epochs` : 'as long as its patience'}.`;
    case 'last epoch':
      return `It trained for all ${whole(epoch)} epochs of the settings; nothing stopped it before.`;
    case 'converged':
      return `It converged ${at}: another step would change next to nothing.`;
    case 'by hand':
      return `Stop was pressed ${at}.`;
    default:
      return `It stopped ${at}.`;
  }
}

/** Why a method has no results, as a sentence. */
export const divergedSentence = ({ reason, epoch }: Stop): string =>
  `It diverged at epoch ${whole(epoch)}: ${(reason ?? 'the loss is not a number').replace(/\.$/, '')}.`;

/** By which of the two validation losses training is stopped. */
export const stopOnWords = (stopOn: 'objective' | 'predictive'): string =>
  stopOn === 'objective'
    ? 'Here the objective stops training, also as in the paper.'
    : 'Here the predictive loss stops training; in the paper it is the objective.';
