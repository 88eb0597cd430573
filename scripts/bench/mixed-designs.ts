import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { LevelFactor } from '../../workers/mixed/factor';
import { RandomStream } from '../../workers/random/random';

/** A table of a random-intercept model with an intercept alone. */
export interface MixedDesign {
  id: string;
  label: string;
  names: string[];
  y: Float64Array;
  factors: LevelFactor[];
}

const INSTEVAL = new URL('../../../shared/data/InstEval.csv.gz', import.meta.url);

/** The evaluations of lectures in lme4, or null where the file is not there. */
export function instEval(file: string | URL = INSTEVAL): MixedDesign | null {
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  const [head, ...lines] = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8').replaceAll('"', '').trim().split('\n');
  const columns = head.split(',');
  const table = lines.map((line) => line.split(','));
  const names = ['s', 'd', 'dept'];
  const factors = names.map((name): LevelFactor => {
    const at = columns.indexOf(name);
    const codes = new Map<string, number>();
    const own = Int32Array.from(table, (row) => {
      const code = codes.get(row[at]) ?? codes.size;
      codes.set(row[at], code);
      return code;
    });
    return { codes: own, levels: codes.size };
  });
  const y = Float64Array.from(table, (row) => Number(row[columns.indexOf('y')]));
  return { id: 'insteval', label: 'InstEval: 73,421 rows, 2,972 students × 1,128 lecturers × 14 departments', names, y, factors };
}

/** Codes without gaps, and how many there are. */
function used(codes: Int32Array): LevelFactor {
  const seen = new Map<number, number>();
  const own = codes.map((code) => {
    const now = seen.get(code) ?? seen.size;
    seen.set(code, now);
    return now;
  });
  return { codes: own, levels: seen.size };
}

function response(factors: readonly LevelFactor[], deviations: readonly number[], seed: number): Float64Array {
  const random = new RandomStream(seed, 'effects');
  const effects = factors.map(({ levels }, k) => Float64Array.from({ length: levels }, () => deviations[k] * random.normal()));
  return Float64Array.from({ length: factors[0].codes.length }, (_, i) =>
    factors.reduce((sum, { codes }, k) => sum + effects[k][codes[i]], 3 + random.normal()),
  );
}

/** Pupils and teachers of a school, of whom one row in twenty has moved to another. */
export function school(rows = 24_000, pupils = 11_000, teachers = 1_400, schools = 80): MixedDesign {
  const random = new RandomStream(1, 'school');
  const pupil = Int32Array.from({ length: rows }, (_, i) => (i < pupils ? i : random.integer(pupils)));
  const at = pupil.map((one) => (random.uniform() < 0.05 ? random.integer(schools) : one % schools));
  const teacher = at.map((one) => one + schools * random.integer(Math.floor(teachers / schools)));
  const factors = [pupil, teacher, at].map(used);
  const label = `school: ${rows.toLocaleString('en')} rows, ${factors.map(({ levels }) => levels.toLocaleString('en')).join(' × ')} (pupils, teachers, schools)`;
  return { id: 'school', label, names: ['pupil', 'teacher', 'school'], y: response(factors, [0.8, 0.4, 0.5], 2), factors };
}

/** Schools, each in one area. */
export function areas(rows = 31_000, schools = 2_300, count = 130): MixedDesign {
  const random = new RandomStream(3, 'areas');
  const own = Int32Array.from({ length: rows }, (_, i) => (i < schools ? i : random.integer(schools)));
  const factors = [own, own.map((one) => one % count)].map(used);
  const label = `areas: ${rows.toLocaleString('en')} rows, ${factors.map(({ levels }) => levels.toLocaleString('en')).join(' in ')} (schools in areas)`;
  return { id: 'areas', label, names: ['school', 'area'], y: response(factors, [0.5, 0.3], 4), factors };
}

/** One factor of very many levels. */
export function single(rows = 10_000_000, levels = 1_000_000): MixedDesign {
  const random = new RandomStream(5, 'single');
  const factors = [{ codes: Int32Array.from({ length: rows }, () => random.integer(levels)), levels }];
  const label = `single: ${rows.toLocaleString('en')} rows, one factor of ${levels.toLocaleString('en')} levels`;
  return { id: 'single', label, names: ['level'], y: response(factors, [0.7], 6), factors };
}

/** Two crossed factors of very many levels, whose factor would not fit. */
export function crossed(rows = 1_000_000, left = 100_000, right = 10_000): MixedDesign {
  const random = new RandomStream(7, 'crossed');
  const factors = [left, right].map((levels): LevelFactor => used(Int32Array.from({ length: rows }, () => random.integer(levels))));
  const label = `crossed: ${rows.toLocaleString('en')} rows, ${factors.map(({ levels }) => levels.toLocaleString('en')).join(' × ')}`;
  return { id: 'crossed', label, names: ['left', 'right'], y: response(factors, [0.7, 0.4], 8), factors };
}
