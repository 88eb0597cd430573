import { listed, whole } from '../text/numbers';

/** Where the numbers of a panel come from. */
export interface Origin {
  /** The data, in the page's words. */
  data: string;
  /** Data, split and weights; a table has no first one. */
  seeds: readonly number[];
  /** The how-manieth run of this visit; or the day of a recording. */
  run: { number: number } | { recorded: string };
  /** Where the slider over the epochs stands, in words; absent where nothing is said of it. */
  epoch?: string;
  /** The epoch itself, of numbers that follow the slider. */
  at?: number;
}

/**
 * "ratings.csv; seeds 1, 1; run 2": the quiet line of a panel. The day of a recording stands over the panels,
 * and must go with what leaves the page.
 */
export function originWords({ data, seeds, run, epoch }: Origin, leaves = false): string {
  const which = 'number' in run ? `run ${whole(run.number)}` : leaves ? `recorded ${run.recorded}` : 'recorded';
  return `${data}; seeds ${seeds.join(', ')}; ${which}${epoch ? `; ${epoch}` : ''}`;
}

/** A text as part of a file's name: letters, digits and hyphens. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/(?<=\d),(?=\d)/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');

/** The origin for the name of a file. */
export function originSlug({ data, run, at }: Origin): string {
  return `${slug(data) || 'data'}-${'number' in run ? `run-${run.number}` : 'recorded'}${at === undefined ? '' : `-epoch-${at}`}`;
}

/**
 * What of the settings on the page differs from those of the numbers; names for the two where it is the data.
 */
export interface Differing {
  kind: 'data' | 'training' | 'methods';
  shown: string;
  chosen: string;
  /** Labels. */
  changed: string[];
  missing: string[];
}

/** Which settings a method's numbers lack, next to its panel or in its row. */
export const CHANGED = 'trained before its settings changed';

/** What the notice over results of other settings says. */
export function staleSentence({ kind, shown, chosen, changed, missing }: Differing): string {
  if (kind === 'data') {
    return shown === chosen
      ? `These are results of ${shown} with other rows, columns or seeds than those chosen now.`
      : `These are results of ${shown}. Chosen now: ${chosen}.`;
  }
  if (kind === 'training') return 'These results were trained with other settings than those chosen now.';
  const parts = [
    changed.length > 0
      ? `${listed(changed)} ${changed.length > 1 ? 'were' : 'was'} trained before ${changed.length > 1 ? 'their' : 'its'} settings changed`
      : '',
    missing.length > 0 ? `${listed(missing)} ${missing.length > 1 ? 'are' : 'is'} not trained yet` : '',
  ].filter(Boolean);
  return `${parts.join('; ')}. The other numbers are those of the settings.`;
}

/** What its button says. */
export const staleButton = ({ kind, chosen }: Pick<Differing, 'kind' | 'chosen'>): string =>
  kind === 'data' ? `Train on ${chosen}` : 'Train with these settings';

/**
 * What stands behind the quiet line of a panel whose numbers are not of the settings; empty where they are.
 */
export const staleWords = (kind: 'current' | 'data' | 'training' | 'methods', changed: boolean): string =>
  kind === 'data'
    ? 'Not of the data chosen now.'
    : kind === 'training'
      ? 'Not of the settings chosen now.'
      : changed
        ? `${CHANGED[0].toUpperCase()}${CHANGED.slice(1)}.`
        : '';
