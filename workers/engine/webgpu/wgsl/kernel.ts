import type { FusedDescription } from '../../step-plan';
import type { BatchPlace } from '../batch-lists';
import type { BufferLayout } from '../buffer-layout';
import type { Bindings } from './common';
import type { Stacks } from './stacks';

/** What kernels are generated from. */
export interface KernelModel {
  layout: BufferLayout;
  stacks: Stacks;
  description: FusedDescription;
  binary: boolean;
  /** Rows of the data, and nominal rows of a batch. */
  n: number;
  batch: number;
  /** Rows that stacks have room for, a multiple of 32. */
  stride: number;
  /** Whether some level owns so many rows of a batch that its sum is cut into chunks. */
  heavy: boolean;
  /** Noise is read from a buffer (MachineOptions) instead of drawn: for tests. */
  injected: boolean;
  /** Rows of tables whose gradient is zero stay as they are, with their moments. */
  lazy: boolean;
  /**
   * A processor computes four invocations at a time and calls them a subgroup (SwiftShader). Memory of a
   * workgroup is memory like any other there, a barrier costs a switch of fibres, and a load from storage
   * takes a hundred instructions, as every lane is checked and fetched by itself: a workgroup is then one
   * quad, which keeps one factor of a product in private memory and hands the other round.
   */
  quads: boolean;
  limits: Pick<GPUSupportedLimits, 'maxComputeWorkgroupStorageSize' | 'maxComputeInvocationsPerWorkgroup'>;
}

/**
 * Most workgroups of a dispatch on quads: each costs some 40 µs to start there, and more than the processor
 * has cores gain nothing.
 */
export const QUAD_GROUPS = 16;

/** A compute shader and how many workgroups a batch needs. */
export interface Kernel {
  code: string;
  bindings: Bindings;
  groups(place: BatchPlace): number;
  /** How many partial sums it leaves, of what a later kernel adds up. */
  parts?(place: BatchPlace): number;
}

/** Bytes that the partial gradients of all layers may take. */
const PARTIAL_BYTES = 64 * 2 ** 20;
/**
 * Rows of a partial gradient at least, and most partial gradients: few on a processor, where nothing waits
 * for work.
 */
const SLICE = { quads: 512, gpu: 128 };
const MOST_PARTS = { quads: 8, gpu: 32 };

/** Into how many slices of rows the kernels' gradients of a batch are cut. */
export function gradientParts({ layout: { size }, quads }: KernelModel, rows: number): number {
  const kind = quads ? 'quads' : 'gpu';
  const fit = Math.max(1, Math.floor(PARTIAL_BYTES / (4 * size)));
  return Math.max(1, Math.min(fit, MOST_PARTS[kind], Math.ceil(rows / SLICE[kind])));
}

/** Where the sums of tables begin in the buffer of partial gradients. */
export const partialAt = (model: KernelModel): number => gradientParts(model, model.batch) * model.layout.size;

/** Pairs [loss, KL] that a decoder leaves at most; KL terms of levels and penalties follow them. */
export const LOSS_PARTS = 4096;

/** The noise of column k × d + m of a row in the batch. */
export const noiseOf = ({ injected, n, layout: { d } }: KernelModel): string =>
  injected ? `noise[(k * ${n}u + words[u.sourceAt + row]) * ${d}u + m]` : `normal(row, k * ${d}u + m)`;
