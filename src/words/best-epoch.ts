import { listed, value, whole } from '../text/numbers';

/**
 * The epoch (1-based) of the least value among the first `upTo`; the first of equals; null without a number.
 */
export function bestEpoch(values: ArrayLike<number>, upTo = values.length): number | null {
  let best: number | null = null;
  const end = Math.min(upTo, values.length);
  for (let i = 0; i < end; i++) if (Number.isFinite(values[i]) && (best === null || values[i] < values[best - 1])) best = i + 1;
  return best;
}

/** Both validation losses of a method, and the epoch at which its training for the results ended. */
export interface TwoLosses {
  label: string;
  predictive: ArrayLike<number>;
  objective: ArrayLike<number>;
  stopEpoch: number | null;
}

/**
 * Whether methods' two losses have different best epochs, and what that means on predictive loss, for the one
 * of which it means most; null where they agree. Epochs whose predictive losses read the same are no
 * disagreement.
 */
export function disagreement(methods: readonly TwoLosses[]): string | null {
  const found = methods.flatMap(({ label, predictive, objective, stopEpoch }) => {
    const upTo = stopEpoch ?? Math.min(predictive.length, objective.length);
    const own = bestEpoch(objective, upTo);
    const honest = bestEpoch(predictive, upTo);
    if (own === null || honest === null || own === honest) return [];
    const [there, best] = [predictive[own - 1], predictive[honest - 1]];
    if (value(there) === value(best)) return [];
    const words = `${label}: the objective is least at epoch ${whole(own)}, where the predictive loss is ${value(there)}; that is least at ${whole(honest)}, ${value(best)}`;
    return [{ words, gap: (there - best) / Math.max(Math.abs(best), 1e-12) }];
  });
  if (found.length === 0) return null;
  const [most, ...others] = found.toSorted((a, b) => b.gap - a.gap);
  const rest =
    others.length === 0 ? '' : ` In ${whole(others.length)} more ${others.length === 1 ? 'method' : 'methods'} the two losses differ less.`;
  return `${most.words}.${rest}`;
}

/** The marks of the loss chart in words. */
export interface KeyWords {
  ring: string;
  bar: string;
  /** Where results are taken when that is at neither ring nor bar. */
  dot: string | null;
}

/** What the key needs of a line. */
export interface MarkedLine {
  bestEpoch: number | null;
  stopEpoch: number | null;
  resultsFrom: number | null;
  state: 'training' | 'stopped' | 'reached' | 'diverged' | 'halted';
}

/** Results come from an epoch that has neither ring nor bar: the best one by the other loss. */
export const isApart = ({ bestEpoch: best, stopEpoch, resultsFrom }: Omit<MarkedLine, 'state'>): boolean =>
  resultsFrom !== null && resultsFrom !== best && resultsFrom !== stopEpoch;

/**
 * What ring, bar and dot mean on the curves shown. The ring is the best epoch of the loss that is drawn, so
 * results are taken there only where the best weights are restored and the rule looked at the same loss.
 */
export function keyWords(
  lines: readonly MarkedLine[],
  options: { loss: 'predictive' | 'objective'; restoreBest: boolean; going: boolean },
): KeyWords {
  const { loss, restoreBest, going } = options;
  const reached = lines.some(({ state }) => state === 'reached');
  const stopped = !reached || lines.some(({ state }) => state === 'stopped');
  const end = listed([...(stopped ? ['stopped'] : []), ...(reached ? ['last epoch reached'] : [])]).replace(' and ', ' or ');
  const ended = lines.filter(({ resultsFrom }) => resultsFrom !== null);
  const apart = ended.some(isApart);
  const atRing = ended.filter((line) => line.resultsFrom === line.bestEpoch && line.resultsFrom !== line.stopEpoch).length;
  const atBar = ended.filter((line) => line.resultsFrom === line.stopEpoch).length;
  const here = (some: number, alone: boolean): string => (some === 0 ? '' : alone ? ', results taken here' : ', some results taken here');
  // Before anything has ended the settings say where results will be taken.
  const planned = ended.length === 0;
  return {
    ring: `best epoch of this loss${going ? ' so far' : ''}${planned ? '' : here(atRing, !apart && atBar === 0)}`,
    bar: `${end}${planned ? (restoreBest ? '' : ', results taken here') : here(atBar, !apart && atRing === 0)}`,
    dot: apart ? `results taken here, the best epoch of the ${loss === 'predictive' ? 'objective' : 'predictive loss'}` : null,
  };
}
