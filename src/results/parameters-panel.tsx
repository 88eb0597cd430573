import { type ReactNode, useCallback, useMemo, useRef } from 'react';
import { aboutMethod } from '../../workers/spec/methods';
import { PUBLISHED_LEVELS } from '../../workers/spec/presets';
import { lineOf } from '../app/method-line';
import { type FigureHandle, FigureView } from '../charts/figure-view';
import { crossing, type ParameterBar, parametersChart, parametersHeight } from '../charts/parameters-chart';
import { methodColor, useChartTheme } from '../charts/theme';
import { useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { bytesOf, fixed, listed, short, whole } from '../text/numbers';
import { type DataShape, parameterBars, problemOf } from './model';
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
  const spec = useSpec((state) => state.spec);
  const summary = useRun((state) => state.summary);
  const runSpec = useRun((state) => state.spec);
  const problem = useMemo(() => problemOf(spec, summary, runSpec), [spec, summary, runSpec]);
  const bars = useMemo(() => (problem ? parameterBars(spec, problem, (method) => methodColor(lineOf(method), theme)) : []), [spec, problem, theme]);
  const q = problem && new Set(problem.levels).size === 1 ? problem.levels[0] : null;
  const build = useCallback((current: typeof theme, width: number) => parametersChart(bars, current, width, q), [bars, q]);
  const twin = useCallback(() => parametersTwin(bars), [bars]);
  const simulated = spec.dataset.kind === 'simulated';
  const grows = bars.some((bar) => bar.atLevels.some((entry) => entry.parameters !== bar.parameters));
  return (
    <Panel
      title="Parameters"
      width={4}
      file="parameters"
      figure={figure}
      ready={bars.length > 0}
      twin={twin}
      live={false}
      caption={problem && <Sentence spec={spec} problem={problem} bars={bars} />}
    >
      <p className="note">
        <span>
          Trainable numbers at <Levels problem={problem} />, log scale.
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
        <EmptyChart height={parametersHeight(spec.methods.length)}>The counts appear when the columns have their roles.</EmptyChart>
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

/** 'q = 1,000', or one q for each feature. */
function Levels({ problem }: { problem: { levels: number[] } | null }): ReactNode {
  if (!problem) return 'the levels of your table';
  const same = new Set(problem.levels).size === 1;
  return (
    <>
      <i className="m">q</i> = {same ? whole(problem.levels[0]) : listed(problem.levels.map(whole))}
      {same && problem.levels.length > 1 ? ` in each of ${problem.levels.length} features` : ''}
    </>
  );
}

/** Where MMbeddings are smaller than a table, and where they are not: computed from the two counts. */
function Sentence({
  spec,
  problem,
  bars,
}: {
  spec: ReturnType<typeof useSpec.getState>['spec'];
  problem: DataShape;
  bars: ParameterBar[];
}): ReactNode {
  const table = bars.find((bar) => bar.method === TABLE);
  const mixed = bars.find((bar) => bar.method === MIXED);
  if (!table || !mixed) {
    const most = bars.reduce((a, b) => (b.parameters > a.parameters ? b : a), bars[0]);
    return most ? `Most trainable numbers: ${whole(most.parameters)} in ${most.label}, or ${bytesOf(most.parameters)}.` : null;
  }
  const count = (id: string) => (q: number) =>
    aboutMethod(id).parameterCount(
      { ...problem, levels: problem.levels.map(() => q) },
      spec.methods.find((method) => method.id === id)?.settings ?? {},
    );
  if (spec.dataset.kind === 'simulated') {
    const same = new Set(problem.levels).size === 1;
    const at = crossing(count(TABLE), count(MIXED));
    if (at === null) return 'At no number of levels are MMbeddings the smaller of the two with these settings.';
    return (
      <>
        A table of embeddings grows with every level and passes MMbeddings at <i>q</i>&nbsp;=&nbsp;{whole(at)}.
        {table.parameters < mixed.parameters && (
          <>
            {' '}
            {same ? (
              <>
                At <i>q</i>&nbsp;=&nbsp;{whole(problem.levels[0])}
              </>
            ) : (
              'Here'
            )}{' '}
            the table is still smaller.
          </>
        )}
      </>
    );
  }
  return tableSentence(table, mixed);
}

type Counted = Pick<ParameterBar, 'label' | 'parameters'>;

/** Which of two embeddings has fewer parameters on the person's own table; both names take the plural. */
export function tableSentence(table: Counted, mixed: Counted): string {
  const [small, large] = mixed.parameters < table.parameters ? [mixed, table] : [table, mixed];
  if (small.parameters === large.parameters) return `On this data ${mixed.label} and ${table.label} have the same number of parameters.`;
  const ratio = large.parameters / small.parameters;
  return `On this data ${small.label} have fewer parameters: ${large.label} need ${fixed(ratio, ratio < 10 ? 1 : 0)} times as many.`;
}
