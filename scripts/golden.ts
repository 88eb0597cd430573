import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { verdict } from '../workers/methods/golden/golden';
import { checkGolden, goldenLine } from '../workers/methods/golden/golden-report';
import { checkMetrics } from '../workers/metrics/golden-metrics';
import { fail, list, nodeEngine } from './cli';

/**
 * `npm run golden -- FOLDER [--backend cpu|wasm|webgpu[,…]]`: compares the engine with every reference file
 * of a folder that it has a method for, on every plan the backend has for it; each line names the plans that
 * ran. Ends with `N passed, N failed`; exit code 1 when any failed.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { backend: { type: 'string', multiple: true } } });
  const folder = positionals[0] ?? 'golden';
  const backends = (values.backend ?? []).flatMap(list);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const backend of backends.length > 0 ? backends : ['cpu']) {
    const engine = await nodeEngine(backend);
    console.log(`${engine.backend} (${engine.detail})`);
    for (const file of files) {
      const result = await checkGolden(basename(file, '.json'), JSON.parse(await readFile(join(folder, file), 'utf8')), checkMetrics);
      count[verdict(result)]++;
      console.log(goldenLine(result));
    }
  }
  if (files.length === 0) throw new Error(`no .json file in ${folder}`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  // Dawn keeps Node alive as long as it has a device.
  process.exit(count.failed > 0 ? 1 : 0);
}

main().catch(fail);
