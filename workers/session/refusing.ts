import { toLabError } from '../spec/lab-error';

/** Comlink carries plain objects, not classes: reject with the LabError itself. */
export async function refusing<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw toLabError(thrown);
  }
}
