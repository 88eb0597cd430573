import { LabFailure } from '../data/failure';
import type { RunCheckpoint } from '../training/checkpoint';
import { pack, unpack } from './pack';

/** A checkpoint as it is sent and stored: its bytes, and what a person is told of it. */
export interface KeptCheckpoint {
  bytes: ArrayBuffer;
  /** Of the method that is furthest. */
  epoch: number;
  /** Methods whose own algorithm would begin again. */
  startOver: string[];
  /** Nothing is left to train. */
  over: boolean;
}

export function packCheckpoint(checkpoint: RunCheckpoint): KeptCheckpoint {
  const { methods, stopped } = checkpoint;
  const ended = (status?: string) => status === 'done' || status === 'diverged' || (stopped && status === 'waiting');
  const underway = methods.filter(({ trainer }) => !ended(trainer?.lane.status));
  return {
    bytes: pack(checkpoint),
    epoch: Math.max(0, ...methods.map(({ trainer }) => trainer?.lane.epoch ?? 0)),
    startOver: underway.flatMap(({ id, trainer }) => (trainer && trainer.plan === null && trainer.lane.epoch > 0 ? [id] : [])),
    over: underway.length === 0,
  };
}

/** Throws LabFailure 'record-damaged' or 'record-newer'. */
export function readCheckpoint(bytes: ArrayBuffer): RunCheckpoint {
  const read = unpack(bytes) as Partial<RunCheckpoint> | null;
  if (typeof read === 'object' && read?.version === 1 && Array.isArray(read.methods)) return read as RunCheckpoint;
  throw new LabFailure(
    'record-damaged',
    'What was kept of a run cannot be read: it is no checkpoint of this version.',
    'The settings are in the address; press Train to run again.',
  );
}
