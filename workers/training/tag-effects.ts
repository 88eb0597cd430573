import type { Dataset, TagColumn } from '../data/dataset';
import { sampleIndices } from '../metrics/sample';
import { correlation, type MeanChange, meanChange } from '../metrics/tag-effects';
import { predictRows } from './evaluate';
import { type Evaluator, type NoiseSource, oneARow } from './evaluator';
import type { AttendedRow, PairEffect, TagEffect, TagEffects } from './method-result';
import type { Pacer } from './pacer';
import { type ProbeRow, probeDataset, withoutTag, withTag } from './tag-probe';
import { learnedRows, rowsOfTags, setColumns, setOf } from './tag-sets';

/** Tags, the most frequent first, and pairs of them that are switched. */
const MOST_TAGS = 64;
const MOST_PAIRS = 24;
/** Rows of a seeded sample of the test rows in which they are switched. */
const TAG_ROWS = 400;
const PAIR_ROWS = 200;
/** Test rows whose attention weights are kept. */
const ATTENDED_ROWS = 40;

interface Asked {
  evaluator: Evaluator;
  dataset: Dataset;
  /** Of the data: the same rows for every method. */
  seed: number;
  noise: NoiseSource;
  pacer: Pacer;
}

/** Test rows of a seeded sample, in rising order. */
const sampled = ({ dataset, seed }: Asked, count: number, name: string): Uint32Array =>
  sampleIndices(dataset.split.test.length, count, seed, name).map((at) => dataset.split.test[at]);

/** The most frequent tags of training rows, ties by their numbers; none that no row has. */
function frequentTags(counts: Float32Array): number[] {
  const tags = Array.from(counts, (_, tag) => tag).filter((tag) => counts[tag] > 0);
  return tags.sort((a, b) => counts[b] - counts[a] || a - b).slice(0, MOST_TAGS);
}

/** Pairs of these tags that meet in most training rows. */
function frequentPairs(column: TagColumn, dataset: Dataset, tags: readonly number[]): { first: number; second: number; rows: number }[] {
  const place = new Map(tags.map((tag, at) => [tag, at]));
  const met = new Uint32Array(tags.length ** 2);
  for (const part of learnedRows(dataset)) {
    for (const row of part) {
      const places = Array.from(setOf(column, row)).flatMap((tag) => place.get(tag) ?? []);
      for (const a of places) for (const b of places) if (tags[a] < tags[b]) met[a * tags.length + b]++;
    }
  }
  const pairs = tags.flatMap((first, a) => tags.map((second, b) => ({ first, second, rows: met[a * tags.length + b] })));
  return pairs
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || a.first - b.first || a.second - b.second)
    .slice(0, MOST_PAIRS);
}

/** Predictions of rows with other sets, by the model and, where tags were simulated, by the truth. */
interface Answers {
  model: ArrayLike<number>;
  truth: ArrayLike<number> | null;
}

async function answersOf({ evaluator, dataset, noise, pacer }: Asked, feature: number, probes: readonly ProbeRow[]): Promise<Answers> {
  const others = await evaluator.onOtherRows(probeDataset(dataset, feature, probes));
  try {
    const all = Uint32Array.from(probes, (_, i) => i);
    const predicted = oneARow(await predictRows(others, all, noise, pacer));
    const scale = dataset.task === 'binary' ? 1 : dataset.targetScale;
    const { truth } = dataset;
    return {
      model: Float64Array.from(predicted, (value) => value * scale),
      truth: truth?.withTags ? Float64Array.from(probes, ({ row, tags }) => truth.withTags?.(row, tags) ?? Number.NaN) : null,
    };
  } finally {
    others.dispose();
  }
}

/**
 * The mean of signed sums of answers: `signs[s]` times answer `s` of each of `rows` rows, one row after
 * another.
 */
function combined(answers: ArrayLike<number>, from: number, rows: number, signs: readonly number[]): MeanChange {
  const changes = new Float64Array(rows);
  for (let i = 0; i < rows; i++)
    signs.forEach((sign, s) => {
      changes[i] += sign * answers[from + i * signs.length + s];
    });
  return meanChange(changes);
}

/** A change as the model and the truth have it. */
const bothOf = ({ model, truth }: Answers, from: number, rows: number, signs: readonly number[]): Pick<TagEffect, 'effect' | 'sd' | 'truth'> => {
  const { mean, sd } = combined(model, from, rows, signs);
  return { effect: mean, sd, truth: truth ? combined(truth, from, rows, signs).mean : null };
};

const ofEffects = (effects: readonly { effect: number; truth: number | null }[]): number | null => {
  const known = effects.flatMap(({ effect, truth }) => (truth === null ? [] : [{ effect, truth }]));
  return correlation(
    known.map(({ effect }) => effect),
    known.map(({ truth }) => truth),
  );
};

/**
 * What switching each tag on does, in test rows with their other tags as they are. A row stands there as it
 * is once; for each tag it is asked for again with the tag switched over.
 */
async function singleEffects(asked: Asked, feature: number, column: TagColumn, counts: Float32Array): Promise<{ tags: TagEffect[]; rows: number }> {
  const rows = sampled(asked, TAG_ROWS, 'rows of tag effects');
  const tags = frequentTags(counts);
  const sets = Array.from(rows, (row) => setOf(column, row));
  const asIs = sets.map((set, i) => ({ row: rows[i], tags: set }));
  const switched = tags.flatMap((tag) =>
    sets.map((set, i) => ({ row: rows[i], tags: set.includes(tag) ? withoutTag(set, tag) : withTag(set, tag) })),
  );
  const { model, truth } = await answersOf(asked, feature, [...asIs, ...switched]);
  const changes = (answers: ArrayLike<number>, t: number): MeanChange => {
    const from = rows.length * (t + 1);
    return meanChange(Float64Array.from(sets, (set, i) => (set.includes(tags[t]) ? answers[i] - answers[from + i] : answers[from + i] - answers[i])));
  };
  return {
    rows: rows.length,
    tags: tags.map((tag, t) => {
      const { mean, sd } = changes(model, t);
      return { tag, label: column.labels[tag], trainingRows: counts[tag], effect: mean, sd, truth: truth ? changes(truth, t).mean : null };
    }),
  };
}

const SECOND_DIFFERENCE = [1, -1, -1, 1];

/** What two tags do together beyond what each does alone: both, minus either one, plus neither. */
async function pairEffects(asked: Asked, feature: number, column: TagColumn, tags: readonly number[]): Promise<PairEffect[]> {
  const rows = sampled(asked, PAIR_ROWS, 'rows of pair effects');
  const pairs = frequentPairs(column, asked.dataset, tags);
  const probes = pairs.flatMap(({ first, second }) =>
    Array.from(rows, (row) => {
      const neither = withoutTag(withoutTag(setOf(column, row), first), second);
      const sets = [withTag(withTag(neither, first), second), withTag(neither, first), withTag(neither, second), neither];
      return sets.map((set) => ({ row, tags: set }));
    }).flat(),
  );
  const answers = await answersOf(asked, feature, probes);
  return pairs.map(({ first, second, rows: together }, i) => ({
    tags: [first, second],
    labels: [column.labels[first], column.labels[second]],
    trainingRows: together,
    ...bothOf(answers, i * rows.length * SECOND_DIFFERENCE.length, rows.length, SECOND_DIFFERENCE),
  }));
}

/** Attention weights of some test rows; undefined for a method that does not attend to tags. */
async function attended(asked: Asked, feature: number, column: TagColumn): Promise<AttendedRow[] | undefined> {
  const { test } = asked.dataset.split;
  const places = sampleIndices(test.length, ATTENDED_ROWS, asked.seed, 'rows of attention');
  const probes = Array.from(places, (at) => ({ row: test[at], tags: setOf(column, test[at]) }));
  const others = await asked.evaluator.onOtherRows(probeDataset(asked.dataset, feature, probes));
  try {
    const weights = await others.attention(Uint32Array.from(probes, (_, i) => i));
    const own = weights?.[feature];
    if (!own) return undefined;
    return probes.map(({ row, tags }, i) => ({
      row,
      labels: Array.from(tags, (tag) => column.labels[tag]),
      heads: Array.from({ length: own.heads }, (_, h) => {
        const from = (i * own.heads + h) * own.places;
        return Array.from(own.values.subarray(from, from + tags.length));
      }),
    }));
  } finally {
    others.dispose();
  }
}

/**
 * Effects of tags on the predictions of a method, for every column of tags (docs/methods.md F2): in a seeded
 * sample of test rows each tag is switched on and off, the others as they are. That needs no vectors, so all
 * methods can be compared. The level vectors in use take part.
 */
export async function tagEffects(asked: Asked): Promise<TagEffects[]> {
  const { dataset, pacer } = asked;
  const columns: TagEffects[] = [];
  for (const [feature, column] of setColumns(dataset).entries()) {
    const counts = rowsOfTags(column, learnedRows(dataset));
    const { tags, rows } = await singleEffects(asked, feature, column, counts);
    await pacer.breathe();
    const pairs = await pairEffects(
      asked,
      feature,
      column,
      tags.map(({ tag }) => tag),
    );
    await pacer.breathe();
    const attention = await attended(asked, feature, column);
    columns.push({
      feature: column.name,
      of: column.labels.length,
      rows,
      tags,
      r: ofEffects(tags),
      pairs,
      pairR: ofEffects(pairs),
      ...(attention && { attention }),
    });
  }
  return columns;
}
