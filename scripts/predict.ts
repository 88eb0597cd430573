import { parseArgs } from 'node:util';
import { openTable } from '../workers/data/csv';
import type { Step } from '../workers/data/reading/steps';
import { openModel } from '../workers/exports/opened';
import { predictTable } from '../workers/exports/predict-table';
import { predictedCsv } from '../workers/exports/predicted-csv';
import { aboutMethod } from '../workers/methods/registry';
import { fail, fileFrom, leave, say, tell } from './cli';
import { storeFile } from './files';

const USAGE = `npm run predict -- MODEL.onnx FILE… [--sheet NAME] [--out PREDICTED.csv]
Predicts the rows of a table with a model that "npm run fit -- … --save DIR" or the page's Export has written. Nothing is trained.
FILE is a table in any form that npm run fit reads; several files, or "new-*.parquet", are one table. It must have the columns that the model was trained on, under their names; others may be there too.
The result has the file's own columns and .fitted, .lower, .upper (95 %), .unseen (1: a level that no training row had), .rows (training rows of the rarest level).
--sheet   the sheet of a workbook
--out   where to write it; without it, FILE with -predicted.csv in place of its ending`;

try {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string' }, sheet: { type: 'string' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [model, first, ...more] = positionals;
  // Several are the files of one table.
  const path = first === undefined ? first : [first, ...more].join(',');
  if (values.help || model === undefined || path === undefined) {
    say(USAGE);
    await leave(values.help ? 0 : 2);
  }
  const opened = openModel(new Uint8Array(await (await fileFrom(model)).arrayBuffer()));
  const { facts } = opened;
  const given: Step[] = values.sheet === undefined ? [] : [{ kind: 'sheet', sheet: values.sheet }];
  const table = await openTable(await fileFrom(path), { given, alone: true });
  let told = performance.now();
  const predictions = await predictTable(table, opened, {
    onProgress: (rows) => {
      if (performance.now() - told < 2000) return;
      told = performance.now();
      tell(`${rows.toLocaleString('en')} of ${table.rows.toLocaleString('en')} rows`);
    },
  });
  const out =
    values.out ??
    `${path
      .split(',')[0]
      .replace(/\.[^./\\]*$/, '')
      .replace(/[*?]/g, '')}-predicted.csv`;
  await storeFile(out, predictedCsv(table, predictions));
  const unseen = predictions.unseen?.reduce((sum, one) => sum + one, 0) ?? 0;
  say(`${aboutMethod(facts.method).label}, ${facts.target}: ${table.rows.toLocaleString('en')} rows predicted, ${out}`);
  if (unseen > 0) say(`${unseen.toLocaleString('en')} rows have a level that no training row had.`);
  await leave(0);
} catch (thrown) {
  fail(thrown);
}
