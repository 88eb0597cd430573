import * as tf from '@tensorflow/tfjs';

/**
 * Numbers at a place of a loss, and their slope once the gradient has come back to it. Kept until disposed
 * of.
 */
export interface WatchedPlace {
  values: tf.Tensor;
  gradient: tf.Tensor | null;
}

/** What passed each place, in the order of its passing: several features pass the same one. */
export type Watched = Map<string, WatchedPlace[]>;

let watched: Watched | null = null;

/**
 * Marks a place on the way through a loss or a prediction. A tensor goes through as it is; while somebody
 * watches, its values and the gradient that comes back are kept. Places of layers are named as their
 * parameters are: `decoder/dense0`.
 */
export function pass<T extends tf.Tensor>(place: string, tensor: T): T {
  if (!watched) return tensor;
  const here: WatchedPlace = { values: tf.keep(tensor.clone()), gradient: null };
  const passed = watched.get(place) ?? [];
  passed.push(here);
  watched.set(place, passed);
  const identity = tf.customGrad((x) => ({
    value: (x as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => {
      here.gradient = tf.keep(dy.clone());
      return dy;
    },
  }));
  return identity(tensor) as T;
}

/** Watches what `work` passes; nothing asynchronous may happen in it. The caller frees what was seen. */
export function watch<T>(work: () => T): { result: T; watched: Watched } {
  const mine: Watched = new Map();
  watched = mine;
  try {
    return { result: work(), watched: mine };
  } catch (failure) {
    disposeWatched(mine);
    throw failure;
  } finally {
    watched = null;
  }
}

export function disposeWatched(places: Watched): void {
  for (const { values, gradient } of [...places.values()].flat()) tf.dispose(gradient ? [values, gradient] : [values]);
}
