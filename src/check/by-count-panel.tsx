import { useCallback, useMemo, useRef, useState } from 'react';
import { hasClasses } from '../../workers/spec/scores';
import { seriesChart } from '../charts/check-charts';
import { smallHeight } from '../charts/check-frame';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { lineColor, useChartTheme } from '../charts/theme';
import { Choice } from '../results/choice';
import { Keys } from '../results/keys';
import { methodsOf, vectorFeatureNames } from '../results/model';
import { Panel, RecordedTag } from '../results/panel';
import { useRun } from '../state/run';
import { plural } from '../ui/format';
import { labelOf, lineOf } from '../ui/method-line';
import { binLabel, byCountSentence } from '../words/check';
import { byCountTwin } from './twins';

/** Where the methods err: their test loss by the training rows of the level, unseen levels apart. */
export function ByCountPanel() {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const source = useRun((state) => state.source);
  const spec = useRun((state) => state.spec);
  const summary = useRun((state) => state.summary);
  const results = useRun((state) => state.results);
  const [chosen, choose] = useState(0);
  const features = vectorFeatureNames(summary);
  const feature = Math.min(chosen, Math.max(0, features.length - 1));
  // After the categorical columns come those of tags.
  const ofTags = feature >= (summary?.features.length ?? 0);
  const level = ofTags ? 'rarest tag' : 'level';
  const loss = summary && hasClasses(summary.task) ? 'Log loss' : 'MSE';
  const methods = useMemo(
    () =>
      methodsOf(spec).flatMap((method) => {
        const bins = results[method]?.byCount?.[feature];
        return bins ? [{ method, bins }] : [];
      }),
    [spec, results, feature],
  );
  const shown = useMemo(() => (methods[0]?.bins ?? []).map((bin, i) => ({ bin, i })).filter(({ bin }) => bin.rows > 0), [methods]);
  const build = useCallback(
    (current: typeof theme, width: number) =>
      seriesChart(
        methods.map(({ method, bins }) => ({
          label: labelOf(method),
          color: lineColor(lineOf(method), current),
          dash: lineOf(method).dash,
          points: shown.map(({ i }) => (bins[i].loss === null ? null : { value: bins[i].loss, error: bins[i].standardError })),
        })),
        shown.map(({ bin }) => ({ name: binLabel(bin), under: plural(bin.rows, 'row') })),
        { xName: `training rows of the ${level}`, yName: `${loss} on test rows`, apart: shown[0]?.bin.most === 0 ? 1 : 0 },
        current,
        width,
      ),
    [methods, shown, loss, level],
  );
  const name = features[feature] ?? '';
  const twin = useCallback(() => byCountTwin(methods, name, loss, level), [methods, name, loss, level]);
  const caption = useMemo(
    () =>
      byCountSentence(
        methods.map(({ method, bins }) => ({ name: labelOf(method), bins })),
        ofTags ? 'tags' : 'levels',
      ),
    [methods, ofTags],
  );
  if (methods.length === 0) return null;
  return (
    <Panel
      panel="error-by-rows"
      title={ofTags ? 'Error by rows of the rarest tag' : 'Error by rows of the level'}
      width={12}
      file="error-by-rows-of-the-level"
      figure={figure}
      ready
      twin={twin}
      live={false}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      controls={
        features.length > 1 && (
          <Choice
            label="Categorical column"
            value={String(feature)}
            options={features.map((name, i) => ({ value: String(i), label: name }))}
            onChange={(value) => choose(Number(value))}
          />
        )
      }
      caption={caption}
      fine={`Training rows of the ${level} of ${name}, validation rows included.${ofTags ? ' Rows without tags are left out.' : ''} Whiskers are one standard error over the test rows of the bin.`}
    >
      <Keys methods={methods.map(({ method }) => method)} />
      <FigureView build={build} height={smallHeight} handle={figure} label={`${loss} of every method by training rows of the ${level} of ${name}`} />
    </Panel>
  );
}
