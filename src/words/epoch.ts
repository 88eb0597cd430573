import { bytes, listed, whole } from '../text/numbers';
import { agree } from './names';

/** Which epoch of a run is shown, and of how many. */
export interface EpochShown {
  epoch: number;
  last: number;
}

/**
 * How a method is shown: as it was after an epoch, at the end of its training, or standing because it has no
 * epochs.
 */
export interface MethodShown {
  epoch: number;
  kind: 'snapshot' | 'final' | 'stands';
}

export const epochOf = ({ epoch, last }: EpochShown): string => `epoch ${whole(epoch)} of ${whole(last)}`;

/** What stands in the line of a panel that follows the slider, and goes with its exports. */
export function panelEpoch(shown: EpochShown, method?: MethodShown): string {
  if (!method) return `${epochOf(shown)} marked`;
  if (method.kind === 'stands') return 'no epochs: as its results are';
  if (method.kind === 'final') return `its end at epoch ${whole(method.epoch)}, at ${epochOf(shown)}`;
  return method.epoch === shown.epoch ? epochOf(shown) : `epoch ${whole(method.epoch)}, the last kept before ${epochOf(shown)}`;
}

/** The same, short, beside its title. */
export const epochTag = (shown: EpochShown, method?: MethodShown): string =>
  method?.kind === 'stands'
    ? 'no epochs'
    : method?.kind === 'final'
      ? `epoch ${whole(method.epoch)}, its end`
      : `epoch ${whole(method?.epoch ?? shown.epoch)}`;

/** What the slider says of where it is. */
export const sliderWords = (shown: EpochShown | null, last: number): string =>
  shown ? `${epochOf(shown)}, drag to the end for the final model` : `final model, ${last === 1 ? 'one epoch' : `${whole(last)} epochs`}`;

/** Fine print of the slider: what was kept, and who stands still. */
export function keptWords(kept: { stops: number; bytes: number; testRows: number; allTestRows: number; standing: string[] }): string {
  const rows =
    kept.testRows === 0
      ? ''
      : `, ${kept.testRows < kept.allTestRows ? `${whole(kept.testRows)} of ${whole(kept.allTestRows)}` : `all ${whole(kept.testRows)}`} test rows`;
  const still =
    kept.standing.length === 0
      ? ''
      : ` ${listed(kept.standing)} ${agree(kept.standing, 'has', 'have')} no epochs and ${agree(kept.standing, 'stands', 'stand')} still.`;
  return `${whole(kept.stops)} ${kept.stops === 1 ? 'epoch' : 'epochs'} kept${rows}: ${bytes(kept.bytes)}. Level vectors are those of training rows alone, turned onto the final ones; post-training comes at the end.${still}`;
}
