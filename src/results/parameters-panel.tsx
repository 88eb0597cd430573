import { type ReactNode, useCallback, useMemo, useRef } from 'react';
import { isOwnTable } from '../../workers/spec/division';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { aboutMethod } from '../../workers/spec/methods';
import { PUBLISHED_LEVELS } from '../../workers/spec/presets';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { crossing, type ParameterBar, parametersChart, parametersHeight } from '../charts/parameters-chart';
import { lineColor, useChartTheme } from '../charts/theme';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { useTable } from '../state/table/table-store';
import { useFacts } from '../state/table/use-facts';
import { listed, short, whole } from '../text/numbers';
import { datasetName } from '../ui/dataset-words';
import { MathText } from '../ui/math-text';
import { lineOf } from '../ui/method-line';
import { crossingSentence, mostSentence, tableSentence } from '../words/parameters';
import { type DataShape, dataShapeOf, parameterBars } from './model';
import { EmptyChart, Panel } from './panel';
import type { Twin } from './twin';

const TABLE = 'embeddings';
const MIXED = 'mmbeddings';

export function parametersTwin(bars: ParameterBar[]): Twin {
  const levels = bars[0]?.atLevels.map((entry) => entry.q) ?? [];
  return {
    caption: 'Trainable numbers of each method, and bytes at 4 each.',
    columns: ['Method', 'Parameters', 'Bytes', ...levels.map((q) => `Parameters at q = ${whole(q)}`)],
    rows: bars.map((bar) => [bar.label, bar.parameters, bar.parameters * 4, ...bar.atLevels.map((entry) => entry.parameters)]),
  };
}

export function ParametersPanel() {
  const theme = useChartTheme();
  const figure = useRef<FigureHandle>(null);
  const formSpec = useSpec((state) => state.spec);
  const summary = useRun((state) => state.summary);
  const runSpec = useRun((state) => state.spec);
  // Next to charts of a run the counts are those of that run; the form has its own.
  const spec = runSpec ?? formSpec;
  const facts = useFacts();
  const choosing = useTable(({ phase }) => phase !== 'none');
  // While the roles of a table are chosen, what is known is of that table.
  const read = !choosing && isOwnTable(spec.dataset) && spec.dataset === formSpec.dataset ? facts : null;
  const problem = useMemo(() => dataShapeOf(spec, summary, runSpec, read), [spec, summary, runSpec, read]);
  const bars = useMemo(() => (problem ? parameterBars(spec, problem, (method) => lineColor(lineOf(method), theme)) : []), [spec, problem, theme]);
  const q = problem && new Set(problem.levels).size === 1 ? problem.levels[0] : null;
  const build = useCallback((current: typeof theme, width: number) => parametersChart(bars, current, width, q), [bars, q]);
  const twin = useCallback(() => parametersTwin(bars), [bars]);
  const caption = useMemo(() => (problem ? parametersSentence(spec, problem, bars) : null), [spec, problem, bars]);
  const simulated = spec.dataset.kind === 'simulated';
  const grows = bars.some((bar) => bar.atLevels.some((entry) => entry.parameters !== bar.parameters));
  return (
    <Panel
      panel="parameters"
      title="Parameters"
      width={4}
      file="parameters"
      figure={figure}
      ready={bars.length > 0}
      twin={twin}
      live={false}
      origin={runSpec === null ? `${datasetName(spec.dataset)}; before training` : undefined}
      caption={caption !== null && <MathText>{caption}</MathText>}
    >
      <p className="note">
        <span>
          Trainable numbers
          <At problem={problem} />, log scale.
        </span>
      </p>
      {bars.length > 0 ? (
        <FigureView
          build={build}
          height={() => parametersHeight(bars.length)}
          handle={figure}
          label={`Trainable parameters, log scale: ${bars.map((bar) => `${bar.label} ${whole(bar.parameters)}`).join(', ')}`}
        />
      ) : (
        <EmptyChart height={parametersHeight(spec.methods.length)}>
          {choosing ? 'The counts appear when the columns have their roles.' : 'The counts appear when the table has been read.'}
        </EmptyChart>
      )}
      {simulated && grows && (
        <p className="key">
          <span>
            <svg width="8" height="12" aria-hidden="true">
              <path d="M4 0v12" stroke="currentColor" strokeWidth="2" />
            </svg>
            <span>
              <i className="m">q</i> = {PUBLISHED_LEVELS.map(short).join(', ')}
            </span>
          </span>
        </p>
      )}
    </Panel>
  );
}

/** ' at q = 1,000', or one q for each feature, and K for tags; nothing where the data have neither. */
function At({ problem }: { problem: Pick<DataShape, 'levels' | 'tags'> | null }): ReactNode {
  if (!problem) return ' at the levels of your table';
  const { levels, tags = [] } = problem;
  const same = new Set(levels).size === 1;
  return (
    <>
      {levels.length > 0 && (
        <>
          {' '}
          at <i className="m">q</i> = {same ? whole(levels[0]) : listed(levels.map(whole))}
          {same && levels.length > 1 ? ` in each of ${levels.length} features` : ''}
        </>
      )}
      {tags.length > 0 && (
        <>
          {levels.length > 0 ? ' and' : ' at'} <i className="m">K</i> = {listed(tags.map((column) => whole(column.tags)))} tags
        </>
      )}
    </>
  );
}

/**
 * Where MMbeddings are smaller than a table, and where they are not, or the method with the most: from the
 * counts.
 */
function parametersSentence(spec: ExperimentSpec, problem: DataShape, bars: readonly ParameterBar[]): string {
  const table = bars.find((bar) => bar.method === TABLE);
  const mixed = bars.find((bar) => bar.method === MIXED);
  if (!table || !mixed) return mostSentence(bars);
  if (spec.dataset.kind !== 'simulated') return tableSentence(table, mixed);
  const count = (id: string) => (q: number) =>
    aboutMethod(id).parameterCount(
      { ...problem, levels: problem.levels.map(() => q) },
      spec.methods.find((method) => method.id === id)?.settings ?? {},
    );
  return crossingSentence({ table, mixed, at: crossing(count(TABLE), count(MIXED)), levels: problem.levels });
}
