import { parseArgs } from 'node:util';
import { ABOUTS } from '../workers/methods/registry';
import { fail, list, whole } from './cli';

/** `npm run methods -- --p 10 --q 10000 [--features 3] [--json]`: the parameter count of every method, at its published settings. */
try {
  const { values } = parseArgs({
    options: {
      p: { type: 'string' },
      q: { type: 'string' },
      features: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const p = whole('p', values.p, 10, 1);
  const features = whole('features', values.features, 1, 1);
  const given = list(values.q).map((q) => whole('q', q, 1000, 1));
  // One cardinality stands for every feature; several name them one by one.
  const levels = given.length > 1 ? given : Array.from({ length: features }, () => given[0] ?? 1000);
  const rows = ABOUTS.map((about) => ({
    id: about.id,
    label: about.label,
    parameters: about.parameterCount({ p, levels }, about.settings.parse({})),
  }));
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  else for (const row of rows) console.log(`${row.id.padEnd(16)}${row.label.padEnd(18)}${row.parameters.toLocaleString('en-US').padStart(14)}`);
} catch (thrown) {
  fail(thrown);
}
