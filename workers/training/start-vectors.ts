import { type Dataset, vectorFeatures } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { quote } from '../data/refusals';
import { columnVariances } from '../data/vectors/match';
import type { StartVectors } from '../data/vectors/vector-file';
import { rowSentences, type Sentences, sequencesOf } from '../methods/pretraining/sentences';
import { skipGram } from '../methods/pretraining/skip-gram';
import type { SkipGramStart } from '../methods/pretraining/start-fields';
import { aboutMethod } from '../methods/registry';
import { trainingRows } from '../methods/shared/training-rows';
import { featureWidths, type WidthSettings } from '../methods/shared/widths';
import { RandomStream } from '../random/random';

/** What a method's settings say of where its vectors begin, whichever method it is. */
type Start = { from: 'random' | 'components' | 'given' } | (Omit<SkipGramStart, 'sentences' | 'window'> & Partial<SkipGramStart>);

const startOf = (settings: Record<string, unknown>): Start | null => (settings.start as Start | undefined) ?? null;

const sizes = (dataset: Dataset): number[] => vectorFeatures(dataset).map(({ cardinality }) => cardinality);

type Found = readonly (StartVectors | null)[];

/** Vectors found on a dataset, by what they were asked for: several trials of one method need them once. */
const found = new WeakMap<Dataset, Map<string, Found>>();

/**
 * Vectors that a method's tables begin with, for each feature with level vectors (docs/methods.md F8): those
 * of files, or of skip-gram over the training rows. Undefined where its settings ask for none.
 *
 * @param report hears the finished share (0 … 1) and is waited for; it may throw to give up
 * @throws LabFailure 'vectors-missing' where no file was given, 'no-sentences' where skip-gram has nothing to
 * read
 */
export async function startVectors(
  id: string,
  settings: Record<string, unknown>,
  dataset: Dataset,
  seed: number,
  report?: (share: number) => Promise<void>,
): Promise<Found | undefined> {
  const start = startOf(settings);
  if (start?.from === 'given') return givenOf(id, dataset);
  if (start?.from !== 'skip-gram') return undefined;
  const own = aboutMethod(id).tags === 'own';
  const widths = featureWidths(settings as unknown as WidthSettings, sizes(dataset)).slice(own ? dataset.categorical.length : 0);
  // Tables of narrower features take the first principal components.
  const d = Math.max(...widths);
  const key = JSON.stringify([start, own, d, seed]);
  const kept = found.get(dataset) ?? new Map<string, Found>();
  found.set(dataset, kept);
  const before = kept.get(key);
  if (before) return before;
  const vectors = await skipGramVectors(id, start, own, d, dataset, seed, report);
  kept.set(key, vectors);
  return vectors;
}

function givenOf(id: string, dataset: Dataset): Found {
  const { given, categorical } = dataset;
  const own = aboutMethod(id).tags === 'own';
  // A method about tags has ordinary tables for its columns of levels.
  const vectors = given?.map((one, k) => (own && k < categorical.length ? null : one));
  if (vectors?.some((one) => one !== null)) return vectors;
  const { label } = aboutMethod(id);
  throw new LabFailure(
    'vectors-missing',
    `${label} is to begin from vectors of a file, and no column ${own ? 'of tags ' : ''}has one.`,
    `Choose a file of level vectors for a column, or let the vectors of ${label} begin in another way.`,
  );
}

const noSentences = (id: string, why: string, hint: string): LabFailure =>
  new LabFailure('no-sentences', `Skip-gram finds no sentences for ${aboutMethod(id).label}: ${why}.`, hint);

async function skipGramVectors(
  id: string,
  start: Extract<Start, { from: 'skip-gram' }>,
  own: boolean,
  d: number,
  dataset: Dataset,
  seed: number,
  report?: (share: number) => Promise<void>,
): Promise<Found> {
  const { categorical, tags = [] } = dataset;
  const { negative, passes, update } = start;
  const corpora: { sentences: Sentences; levels: number; window: number | null }[] = [];
  if (!own && start.sentences === 'sequences') {
    if (categorical.length === 0) throw noSentences(id, 'there is no column of levels', 'Let sentences be rows.');
    for (const [k, { name, cardinality }] of categorical.entries()) {
      const sentences = sequencesOf(dataset, k);
      if (!sentences)
        throw noSentences(
          id,
          `nothing says which rows of ${quote(name)} follow one another`,
          'Give the column whose rows belong together the role key, or let sentences be rows.',
        );
      if (sentences.offsets.every((offset, s) => s === 0 || offset - sentences.offsets[s - 1] < 2))
        throw noSentences(id, 'no two training rows have the same key', 'Give the role key to a column whose values come again, such as a person.');
      corpora.push({ sentences, levels: cardinality, window: start.window ?? null });
    }
  } else {
    const words = (own ? 0 : categorical.length) + tags.length;
    if (words === 0 || (words === 1 && tags.length === 0))
      throw noSentences(id, 'a row has one level', 'Let sentences be sequences, or give another column the role categorical or tags.');
    const sentences = rowSentences(dataset, trainingRows(dataset), !own);
    const levels = (own ? [] : categorical.map(({ cardinality }) => cardinality)).concat(tags.map(({ labels }) => labels.length));
    corpora.push({ sentences, levels: levels.reduce((sum, q) => sum + q, 0), window: null });
  }
  const learned: { values: Float32Array; known: Uint8Array }[] = [];
  for (const [index, { sentences, levels, window }] of corpora.entries()) {
    const steps = skipGram(sentences, { levels, d, window, negative, passes, update }, new RandomStream(seed, `skip-gram/${index}`));
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        learned.push(step.value);
        break;
      }
      await report?.((index + step.value) / corpora.length);
    }
  }
  // One after the other, as the words of all features stand.
  const values = learned.length === 1 ? learned[0].values : Float32Array.from(learned.flatMap((one) => [...one.values]));
  const known = learned.length === 1 ? learned[0].known : Uint8Array.from(learned.flatMap((one) => [...one.known]));
  let begin = 0;
  return vectorFeatures(dataset).map(({ kind, cardinality }) => {
    if ((own && kind === 'levels') || (!own && start.sentences === 'sequences' && kind === 'tags')) return null;
    const [from, end] = [begin, begin + cardinality];
    begin = end;
    const seen = known.slice(from, end);
    const vectors = values.slice(from * d, end * d);
    const rows = [...seen.keys()].filter((row) => seen[row] === 1);
    if (rows.length === 0) return null;
    return { d, values: vectors, known: seen, variances: columnVariances(vectors, d, rows) };
  });
}
