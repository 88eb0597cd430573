// The encoder of MMbeddings (docs/methods.md A10): rows [x, y] to posterior means and log-variances of each
// feature, a draw per row, and all the way back.
import { activeBackward, activeDense } from './active';
import { gatherRows, panelToRecords, recordsToPanel } from './batch';
import { dense, denseGradient, NONE, RELU } from './dense';
import { exp4, madd } from './math';
import { feature, layer, problem, record } from './problem';
import { drawPanel } from './sampling';
import { sumOfTags } from './tags';

/** Byte offset of position `from` in panels of one feature. */
// @ts-ignore: decorator
@inline
function panels(from: i32): usize {
  return (<usize>from) << 2;
}

/** [x, y] through the trunk and the heads: panels of 2 K d numbers in problem.heads. */
export function encodeBlock(from: i32, count: i32): void {
  const n = (count + 7) >> 3,
    at = panels(from);
  let x = problem.encoderInputs + at * (problem.p + 1);
  gatherRows(from, count, x, problem.p + 1, true);
  for (let i = 0; i < problem.encoderLayers; i++) {
    const l = layer(i),
      to = l.activation + at * l.outputs;
    if (i > 0) activeDense(x, problem.parameters + l.kernel, l.stride, problem.parameters + l.bias, to, 0, l.inputs, l.outputs, n, RELU);
    else dense(x, problem.parameters + l.kernel, l.stride, problem.parameters + l.bias, to, 0, l.inputs, l.outputs, n, RELU);
    x = to;
  }
  const l = layer(problem.encoderLayers);
  activeDense(x, problem.parameters + l.kernel, l.stride, problem.parameters + l.bias, problem.heads, 0, l.inputs, l.outputs, n, NONE);
}

/**
 * Draws of an encoded block and the records its levels are averaged from: draw, mean, log-variance (paper:
 * its exponential).
 */
export function drawBlock(from: i32, count: i32): void {
  const n = (count + 7) >> 3,
    d = problem.d,
    K = problem.features,
    width = 2 * K * d,
    draws = problem.vectorGradients;
  for (let t = 0; t < n; t++) {
    const position = from + t * 8;
    for (let k = 0; k < K; k++) {
      const mean = problem.heads + ((<usize>(t * width + 2 * k * d)) << 5),
        logVar = mean + ((<usize>d) << 5);
      const block = (<usize>((position >> 3) * K * d + k * d)) << 5;
      const f = feature(k),
        records = f.draws + <usize>position * record * 3,
        variances = problem.variances + block;
      if (f.drawn || problem.paperLogVar) for (let o: usize = 0; o < (<usize>d) << 5; o += 16) v128.store(variances + o, exp4(v128.load(logVar + o)));
      if (!f.drawn) drawPanel(position, k, mean, logVar, draws, problem.halfSigmaNoise + block);
      panelToRecords(f.drawn ? variances : draws, records, 3 * record, d);
      panelToRecords(mean, records + record, 3 * record, d);
      panelToRecords(problem.paperLogVar && !f.drawn ? variances : logVar, records + 2 * record, 3 * record, d);
    }
  }
}

/** Gradients of heads and trunk for a block, from the slots' records. */
export function encoderBackward(from: i32, count: i32): void {
  const n = (count + 7) >> 3,
    d = problem.d,
    K = problem.features,
    width = 2 * K * d,
    at = panels(from),
    stride = 3 * record;
  const drawn = problem.vectorGradients;
  for (let t = 0; t < n; t++) {
    for (let k = 0; k < K; k++) {
      const f = feature(k),
        keys = f.keys + ((<usize>(from + t * 8)) << 2);
      const mean = problem.heads + ((<usize>(t * width + 2 * k * d)) << 5),
        logVar = mean + ((<usize>d) << 5);
      const block = (<usize>(((from >> 3) + t) * K * d + k * d)) << 5,
        half = problem.halfSigmaNoise + block,
        variances = problem.variances + block;
      if (f.setStarts) {
        const position = from + t * 8,
          rowsLeft = from + count - position,
          size = f.drawn ? 4 * record : stride;
        sumOfTags(f, position, rowsLeft, f.slots, size, true, false, f.drawn ? mean : drawn, d);
        sumOfTags(f, position, rowsLeft, f.slots + record, size, true, false, f.drawn ? drawn : mean, d);
        sumOfTags(f, position, rowsLeft, f.slots + 2 * record, size, true, false, logVar, d);
        if (f.drawn) {
          for (let o: usize = 0; o < (<usize>d) << 5; o += 16)
            v128.store(logVar + o, madd(v128.load(variances + o), v128.load(drawn + o), v128.load(logVar + o)));
          continue;
        }
      } else {
        recordsToPanel(keys, f.slots, stride, drawn, d);
        recordsToPanel(keys, f.slots + record, stride, mean, d);
        recordsToPanel(keys, f.slots + 2 * record, stride, logVar, d);
      }
      for (let o: usize = 0; o < (<usize>d) << 5; o += 16) {
        const g = v128.load(drawn + o);
        let v = v128.load(logVar + o);
        if (problem.paperLogVar) v = f32x4.mul(v, v128.load(variances + o));
        v128.store(mean + o, f32x4.add(v128.load(mean + o), g));
        v128.store(logVar + o, madd(g, v128.load(half + o), v));
      }
    }
  }
  let d1 = problem.heads;
  for (let i = problem.encoderLayers; i >= 0; i--) {
    const l = layer(i);
    const x = i > 0 ? layer(i - 1).activation + at * layer(i - 1).outputs : problem.encoderInputs + at * (problem.p + 1);
    if (i == 0) {
      denseGradient(x, d1, problem.partial + l.kernel, l.stride, problem.partial + l.bias, l.inputs, l.outputs, n);
      return;
    }
    const to = layer(i - 1).delta;
    activeBackward(l, x, d1, to, n, i < problem.encoderLayers);
    d1 = to;
  }
}
