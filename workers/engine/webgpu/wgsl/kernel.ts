import type { FusedDescription } from '../../plan';
import type { BatchPlace } from '../batch-lists';
import type { Layout } from '../layout';
import type { Bindings } from './common';
import type { Tile } from './tile';

/** What kernels are generated from. */
export interface KernelModel {
  layout: Layout;
  description: FusedDescription;
  binary: boolean;
  /** Rows of the data, and nominal rows of a batch. */
  n: number;
  batch: number;
  /** Whether some level owns so many rows of a batch that its sum is cut into chunks. */
  heavy: boolean;
  /** Noise is read from a buffer (features × n × d) instead of drawn: for tests. */
  injected: boolean;
  limits: Pick<GPUSupportedLimits, 'maxComputeWorkgroupStorageSize' | 'maxComputeInvocationsPerWorkgroup'>;
}

/** A compute shader and how many workgroups a batch needs. */
export interface Kernel {
  code: string;
  bindings: Bindings;
  groups(place: BatchPlace): number;
  tile?: Tile;
}

/** Bytes that the partial gradients of a stack of layers may take. */
const PARTIAL_BYTES = 64 * 2 ** 20;

/** Most workgroups that keep partial gradients of this many numbers each. */
export const mostPartials = (numbers: number): number => Math.max(1, Math.min(256, Math.floor(PARTIAL_BYTES / (4 * numbers))));

/** The noise of column k × d + m of a row in the batch. */
export const noiseOf = ({ injected, n, layout: { d } }: KernelModel): string =>
  injected ? `noise[(k * ${n}u + words[u.sourceAt + row]) * ${d}u + m]` : `normal(row, k * ${d}u + m)`;
