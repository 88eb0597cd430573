import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { version } from '../package.json';
import type { EngineInfo, RunSnapshot } from '../workers/protocol';
import { folderAt, storeFile } from './files';

const CURVES = ['predictive', 'objective', 'training'];

/**
 * Writes everything the page shows of a run, so that a visitor sees a real one before the engine loads, and
 * returns its bytes.
 */
export async function writeRecorded(out: string, run: RunSnapshot, engine: EngineInfo, command: string): Promise<number> {
  const recorded = {
    about: {
      date: new Date().toISOString().slice(0, 10),
      backend: `${engine.backend === 'wasm' ? 'WASM' : engine.backend} (${engine.detail})`,
      machine: `Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}`,
      version,
      command,
    },
    run,
  };
  // Curves keep six digits, coordinates of drawn dots four; NaN becomes null, which JSON can hold.
  const text = `${JSON.stringify(recorded, (key, value: unknown) => {
    if (value instanceof Float32Array || value instanceof Float64Array)
      return Array.from(value, (entry) => round(entry, CURVES.includes(key) ? 6 : 4));
    if (value instanceof Uint32Array || value instanceof Int32Array) return Array.from(value);
    return typeof value === 'number' ? round(value, 6) : value;
  })}\n`;
  await folderAt(dirname(out));
  await storeFile(out, text);
  return text.length;
}

function round(value: number, digits: number): number | null {
  if (Number.isInteger(value)) return value;
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}
