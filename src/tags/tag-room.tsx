import './tags.css';
import { useMemo, useState } from 'react';
import { hasSeveralClasses } from '../../workers/spec/scores';
import { Choice } from '../results/choice';
import { methodsOf } from '../results/model';
import { Provenance } from '../results/provenance';
import { isShown, usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { Shown as ShownPanel } from '../ui/control';
import { AttentionPanel } from './attention-panel';
import { EffectsPanel, PairsPanel } from './effects-panel';
import { ErrorsPanel } from './errors-panel';
import type { Shown } from './shown';
import { TreePanel } from './tree-panel';

const TAG_PANELS = ['tag-effects', 'tag-errors', 'tag-tree', 'tag-attention'] as const;

/** What tags do: their effects on predictions, where methods err, their hierarchy, and attention to them. */
export function TagRoom() {
  const spec = useRun((state) => state.spec);
  const results = useRun((state) => state.results);
  const embeddings = useRun((state) => state.embeddings);
  const several = useRun(({ summary }) => summary !== null && hasSeveralClasses(summary.task));
  const any = usePageView((page) => TAG_PANELS.some((panel) => isShown(page, panel)));
  const [chosen, setChosen] = useState<string | null>(null);
  const [column, setColumn] = useState(0);
  const methods = useMemo(() => methodsOf(spec).filter((method) => results[method]), [spec, results]);
  const names = methods.map((method) => results[method].tagErrors ?? []).find((errors) => errors.length > 0) ?? [];
  const feature = Math.min(column, Math.max(0, names.length - 1));
  const erring = useMemo(
    () =>
      methods.flatMap((method) => {
        const errors = results[method].tagErrors?.[feature];
        return errors ? [{ method, errors }] : [];
      }),
    [methods, results, feature],
  );
  const available = methods.filter((method) => results[method].tagEffects?.[feature]);
  const method = available.find((id) => id === chosen) ?? available[0];
  const effects = method === undefined ? undefined : results[method].tagEffects?.[feature];
  if (erring.length === 0) return null;
  const shown: Shown | null = method === undefined ? null : { method, available, choose: setChosen };
  const view = method === undefined ? undefined : embeddings[method];
  const attending =
    available.find((id) => id === method && results[id].tagEffects?.[feature].attention) ??
    available.find((id) => results[id].tagEffects?.[feature].attention);
  const attention = attending === undefined ? undefined : results[attending].tagEffects?.[feature].attention;
  return (
    <>
      {any && (
        <section className="panel w12 tags-head" aria-labelledby="tags-title">
          <div className="ph">
            <h2 id="tags-title">Tags</h2>
            <span className="whose">What single tags do to predictions, and where their sets are hard.</span>
            <span className="sp" />
            {names.length > 1 && (
              <Choice
                label="Column of tags"
                value={String(feature)}
                options={names.map((one, i) => ({ value: String(i), label: one.feature }))}
                onChange={(next) => setColumn(Number(next))}
              />
            )}
          </div>
          {several && (
            <p className="cap wide">
              Effects of tags are those on a number or on one probability. Of several classes a row has a probability for each, so that errors by its
              tags are what there is to show.
            </p>
          )}
          <Provenance />
        </section>
      )}
      {shown && effects && (
        <ShownPanel panel="tag-effects">
          <EffectsPanel shown={shown} effects={effects} />
          <PairsPanel shown={shown} effects={effects} />
        </ShownPanel>
      )}
      <ShownPanel panel="tag-errors">
        <ErrorsPanel methods={erring} />
      </ShownPanel>
      {shown && view?.tree && view.featureName === names[feature].feature && (
        <ShownPanel panel="tag-tree">
          <TreePanel shown={shown} view={view} />
        </ShownPanel>
      )}
      {attending && attention && attention.length > 0 && (
        <ShownPanel panel="tag-attention">
          <AttentionPanel method={attending} rows={attention} />
        </ShownPanel>
      )}
    </>
  );
}
