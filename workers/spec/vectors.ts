import type { VectorFileFacts } from '../data/vectors/vector-file';
import type { ExperimentSpec } from './experiment';

/**
 * Whether methods with these settings begin from the files of an experiment: a file that none asks for is
 * left alone.
 */
export const asksForVectors = (methods: readonly { settings: Record<string, unknown> }[]): boolean =>
  methods.some(({ settings }) => (settings.start as { from?: string } | undefined)?.from === 'given');

/**
 * What decides how a method is trained beside the data and the training: its settings, and the files that its
 * vectors begin from, whatever these are called.
 */
export const trainedWith = (method: { settings: Record<string, unknown> } | undefined, vectors: ExperimentSpec['vectors']): unknown => [
  method?.settings,
  method && asksForVectors([method]) ? (vectors ?? []).map(({ name: _name, ...file }) => file) : null,
];

/** Numbers of a vector for a column: of a file with several features, of the one with its name. */
export const widthFor = ({ d, features }: Pick<VectorFileFacts, 'd' | 'features'>, column: string): number =>
  features.find(({ name }) => name === column)?.d ?? (features.length === 1 ? features[0].d : d);

/** Most numbers that a method's vectors may have; wider ones are projected. */
const MOST_WIDE = 128;

/**
 * A method's settings when it begins from vectors of these widths: it takes that of the narrowest, and a rule
 * for the width, which would ask for another, is taken back.
 */
export function beginningFrom(settings: Readonly<Record<string, unknown>>, widths: readonly number[]): Record<string, unknown> {
  const { dRule: _rule, widths: _widths, ...others } = settings;
  return { ...others, d: Math.min(MOST_WIDE, ...widths), start: { from: 'given' } };
}
