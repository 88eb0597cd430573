import type { AttendedRow, EmbeddingView, TagEffects, TagErrors } from '../../workers/protocol';
import type { Twin } from '../results/twin';
import { whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { sizeName } from '../words/tags';

/** The numbers behind the charts of tags, as tables. */

/** Rows of a table that is read out. */
const READ_OUT = 30;

const cut = (rows: Twin['rows'], full: boolean, what: string): Pick<Twin, 'rows' | 'note'> =>
  full || rows.length <= READ_OUT
    ? { rows }
    : { rows: rows.slice(0, READ_OUT), note: `The first ${READ_OUT} of ${whole(rows.length)} ${what}; the file has all.` };

export function effectsTwin(effects: TagEffects, method: string, full: boolean): Twin {
  const truth = effects.r !== null;
  return {
    caption: `Effect of each tag of ${effects.feature} on the predictions of ${labelOf(method)}, mean and standard deviation over ${whole(effects.rows)} test rows.`,
    columns: ['Tag', 'Training rows', 'Effect', 'SD over rows', ...(truth ? ['True effect'] : [])],
    ...cut(
      effects.tags.map((tag) => [tag.label, tag.trainingRows, tag.effect, tag.sd, ...(truth ? [tag.truth] : [])]),
      full,
      'tags',
    ),
  };
}

export function pairsTwin(effects: TagEffects, method: string, full: boolean): Twin {
  const truth = effects.pairR !== null;
  return {
    caption: `What pairs of tags of ${effects.feature} do together beyond what each does alone, to ${labelOf(method)}.`,
    columns: ['Tag', 'With', 'Training rows with both', 'Effect of the pair', 'SD over rows', ...(truth ? ['True effect'] : [])],
    ...cut(
      effects.pairs.map((pair) => [...pair.labels, pair.trainingRows, pair.effect, pair.sd, ...(truth ? [pair.truth] : [])]),
      full,
      'pairs',
    ),
  };
}

export function errorsTwin(methods: readonly { method: string; errors: TagErrors }[], loss: string): Twin {
  const first = methods[0]?.errors;
  const groups = first
    ? [
        ...first.bySize.map((size, i) => ({ name: sizeName(size), rows: size.rows, of: (errors: TagErrors) => errors.bySize[i] })),
        { name: 'set that a training row has', rows: first.seen.rows, of: ({ seen }: TagErrors) => seen },
        { name: 'set that no training row has', rows: first.unseen.rows, of: ({ unseen }: TagErrors) => unseen },
      ]
    : [];
  return {
    caption: `${loss} on test rows by their tags${first ? ` of ${first.feature}` : ''}, with its standard error over the rows.`,
    columns: ['Test rows with', 'Test rows', ...methods.flatMap(({ method }) => [labelOf(method), `SE of ${labelOf(method)}`])],
    rows: groups.map(({ name, rows, of }) => [
      name,
      rows,
      ...methods.flatMap(({ errors }) => [of(errors)?.loss ?? null, of(errors)?.standardError ?? null]),
    ]),
  };
}

export function attentionTwin(row: AttendedRow, method: string): Twin {
  return {
    caption: `Weights of attention that ${labelOf(method)} gives to the tags of row ${whole(row.row + 1)}.`,
    columns: ['Tag', ...row.heads.map((_, h) => (row.heads.length > 1 ? `Head ${h + 1}` : 'Weight'))],
    rows: row.labels.map((label, j) => [label, ...row.heads.map((head) => head[j])]),
  };
}

export function treeTwin(view: EmbeddingView, full: boolean): Twin {
  const { tree, labels, lengths, counts } = view;
  const name = (i: number) => labels?.[i] ?? String(i);
  return {
    caption: `Hierarchy of ${view.featureName} with the vectors of ${labelOf(view.method)}: length, and cosine with the parent’s vector.`,
    columns: ['Tag', 'Parent', 'Training rows', 'Vector length', 'Cosine with the parent'],
    ...cut(
      Array.from({ length: view.drawn }, (_, i) => {
        const parent = tree?.parents[i] ?? -1;
        return [name(i), parent < 0 ? null : name(parent), counts[i], lengths[i], parent < 0 ? null : (tree?.cosines[i] ?? null)];
      }),
      full,
      'tags',
    ),
  };
}
