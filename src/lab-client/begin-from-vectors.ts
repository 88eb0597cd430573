import type { ExperimentSpec } from '../../workers/spec/experiment';
import { ABOUTS } from '../../workers/spec/methods';
import { beginningFrom, widthFor } from '../../workers/spec/vectors';
import { type OpenVectors, useGivenVectors } from '../state/given-vectors';
import { withMethod } from '../state/presets-on-page';
import { useSpec } from '../state/spec';
import { openVectors, summarize } from './client';

/** Opens level vectors and remembers them. Rejects with a LabError. */
export async function keptOpen(file: File, trained: ExperimentSpec | null): Promise<OpenVectors> {
  const opened = { ...(await openVectors(file)), trained };
  useGivenVectors.getState().add(opened);
  return opened;
}

/** An experiment whose method begins from vectors for a column, besides those that it has. */
function beginning(spec: ExperimentSpec, column: string, { name, fingerprint }: OpenVectors, id: string): ExperimentSpec {
  const vectors = [...(spec.vectors ?? []).filter((other) => other.column !== column), { column, name, fingerprint }];
  const { open } = useGivenVectors.getState();
  const widths = vectors.flatMap((one) => {
    const facts = open.find((other) => other.fingerprint === one.fingerprint);
    return facts ? [widthFor(facts, one.column)] : [];
  });
  const methods = spec.methods.map((method) => (method.id === id ? { id, settings: beginningFrom(method.settings, widths) } : method));
  return { ...spec, vectors, methods };
}

const ORDER = ABOUTS.map(({ id }) => id);

/**
 * Lets a method begin from vectors for a column, and takes it into the experiment where it is not. Returns
 * why it cannot, or null.
 */
export const beginFrom = (column: string, vectors: OpenVectors, id: string): string | null =>
  useSpec.getState().change((spec) => {
    const has = spec.methods.some((method) => method.id === id);
    return beginning(has ? spec : withMethod(spec, id, true, ORDER), column, vectors, id);
  });

/** How many levels of the column have a vector, in the words of the data's notes. */
export async function coverage(column: string, dataset: ExperimentSpec['dataset']): Promise<string> {
  const { warnings = [] } = await summarize({ ...useSpec.getState().spec, dataset });
  return warnings.find(({ code, message }) => code === 'vectors-given' && message.includes(`of "${column}".`))?.message ?? '';
}
