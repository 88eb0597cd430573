import { z } from 'zod';
import type { NoPredictor, Predictor } from '../../training/predictor/types';
import { count, doubles, floats, list, real, signed, text, whole } from './shape';

/** How a method predicts, as the model file has it: nothing of it is computed before it is asked for. */

const name = z.string().max(1000);
const attribute = z.union([real, text, list(real), list(text), z.object({ float: real }), z.object({ floats: list(real) })]);
const node = z.object({
  op: name,
  inputs: list(name, 100_000),
  outputs: list(name, 10_000),
  attributes: z.record(name, attribute).optional(),
  domain: z.literal('ai.onnx.ml').optional(),
});
const tensor = z
  .object({
    type: z.enum(['float', 'double', 'int64', 'bool', 'string']),
    dims: list(count, 8),
    data: z.union([floats, doubles, signed, z.instanceof(Uint8Array<ArrayBuffer>), list(text)]),
  })
  .refine(({ dims, data }) => data.length === dims.reduce((product, size) => product * size, 1), 'must have as many numbers as its shape');

export const predictorSchema: z.ZodType<Predictor | NoPredictor> = z.union([
  whole<NoPredictor>()({ refusal: text }),
  whole<Predictor>()({
    nodes: list(node, 100_000),
    constants: z.map(name, tensor),
    output: name,
    tables: list(z.object({ constant: name, feature: count }), 100_000),
    newLevel: z.union([z.enum(['zeros', 'average']), z.object({ vectors: list(floats, 10_000) })]),
    draws: z.boolean(),
    encoded: list(z.object({ values: floats, width: count }), 10_000),
  }),
]);
