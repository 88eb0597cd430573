import { Buffer } from '../recorded/arrays';
import { needed } from '../recorded/fuse';
import { type Generated, generate, generateCopies, generateSegments } from './generate';
import { type Lowered, lowerTrace } from './lowering';
import type { Operation, Resource, Trace } from './resources';
import { Uncompiled } from './resources';
import { type Fused, type Item, Schedule } from './schedule';
import { type Scratch, ScratchOrder } from './scratch';

function readsOf(item: Item): Buffer[] {
  if (item.kind === 'fused') return [...item.reads()];
  if (item.kind === 'copies') return item.parts.map(({ source }) => source);
  return item.kind === 'segments' ? [item.source, item.ids] : item.reads;
}

/** Memory of the step for buffers, which follow each other in it where they are not needed at one time. */
function places(
  scheduled: readonly { item: Item; writes: readonly Buffer[] }[],
  wanted: ReadonlySet<Buffer>,
  given: ReadonlyMap<Buffer, Resource>,
): Map<Buffer, Scratch> {
  const last = new Map<Buffer, number>();
  for (const [at, { item, writes }] of scheduled.entries()) for (const buffer of [...readsOf(item), ...writes]) last.set(buffer, at);
  const order = new ScratchOrder();
  const found = new Map<Buffer, Scratch>();
  for (const [at, { item, writes }] of scheduled.entries()) {
    for (const buffer of writes) if (!found.has(buffer)) found.set(buffer, order.acquire(4 * buffer.size));
    for (const buffer of new Set([...readsOf(item), ...writes])) {
      const scratch = found.get(buffer);
      if (scratch && !given.has(buffer) && !wanted.has(buffer) && last.get(buffer) === at) order.release(scratch);
    }
  }
  return found;
}

/** Names of tfjs's kernels are for people; those of ours say what they hold. */
const named = (item: Fused): string => `${item.members} fused`;

/**
 * The same step with as few dispatches as can be: element-wise functions, and reductions of what they leave,
 * in generated kernels; products and the like as tfjs has them.
 *
 * @param most storage buffers of a kernel @param serial whether the device is a processor
 */
export function fusedTrace(trace: Trace, most: number, serial: boolean): Trace {
  const { units, resources, whole, ...ends }: Lowered = lowerTrace(trace);
  const wanted = new Set([ends.loss, ...ends.gradients, ...ends.next].filter((end) => end instanceof Buffer));
  const schedule = new Schedule(needed(units, wanted), wanted, most);
  const scheduled = schedule.items.map((item) => ({
    item,
    writes: item.kind === 'fused' ? schedule.stored(item) : 'result' in item ? [item.result] : item.writes,
  }));
  const scratch = places(scheduled, wanted, resources);
  const resource = (buffer: Buffer): Resource => resources.get(buffer) ?? (scratch.get(buffer) as Scratch);
  const ofGenerated = (kernel: string, { code, buffers, uniforms, workgroups }: Generated): Operation => ({
    kernel,
    key: code,
    pipeline: Uncompiled.of(code),
    workgroups,
    bindings: buffers.map((buffer) => ({ resource: resource(buffer), bytes: 4 * buffer.size })),
    uniforms,
  });
  const operations = scheduled.flatMap(({ item, writes }): Operation[] => {
    if (item.kind === 'fused') return [ofGenerated(named(item), generate(item, writes, whole, serial))];
    if (item.kind === 'segments') return generateSegments(item, whole).map((generated) => ofGenerated('UnsortedSegmentSum', generated));
    if (item.kind === 'copies') return [ofGenerated('Concat', generateCopies(item, whole))];
    return item.operations.map(({ operation, buffers }) => ({
      ...operation,
      bindings: operation.bindings.map(({ bytes }, i) => ({ resource: resource(buffers[i]), bytes })),
    }));
  });
  const end = (one: Buffer | Resource): Resource => (one instanceof Buffer ? resource(one) : one);
  return {
    ...trace,
    operations,
    loss: end(ends.loss),
    gradients: ends.gradients.map((gradient) => gradient && end(gradient)),
    next: ends.next.map(end),
  };
}
