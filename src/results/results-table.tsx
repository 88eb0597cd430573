import { Fragment, type ReactNode, useState } from 'react';
import type { MethodResult } from '../../workers/protocol';
import { isDrawn, isOwnTable } from '../../workers/spec/division';
import { factsOf } from '../../workers/spec/facts';
import { aboutMethod } from '../../workers/spec/methods';
import { tagEffectsR } from '../../workers/spec/scores';
import { embeddingsCsv, predictionsCsv, saveDownload } from '../lab-client/client';
import { useExports } from '../state/exports';
import { usePlain } from '../state/page-view';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { useStaleness } from '../state/stale';
import { fixed, inWords, listed, measured, value, whole } from '../text/numbers';
import { Control } from '../ui/control';
import { Hint } from '../ui/hint';
import { Icon } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { labelOf, methodColours, Swatch } from '../ui/method-line';
import { MethodName } from '../ui/method-name';
import { ScrollRegion } from '../ui/scroll-region';
import { acrossColumns, asCell, asColumnHead, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import { chanceWords, SEEN_ROWS, verdictWords } from '../words/scores';
import { stopSentence } from '../words/stop';
import {
  againstIgnore,
  boldMethod,
  chanceAucB,
  columnDecimals,
  errorOf,
  errorText,
  type MetricColumn,
  metricColumns,
  numberOf,
  responseOf,
  scoreOf,
} from './columns';
import { CopyButton } from './copy-button';
import { TABLE, useFullScreen } from './full-screen';
import { FullScreenButton } from './full-screen-button';
import { allFinished, dataShapeOf, methodsOf, type RunView, waitingFor } from './model';
import { RecordedTag } from './panel';
import { Provenance } from './provenance';
import { namedAfterRun, saveCsv } from './save';
import { toTsv } from './twin';
import { BASELINE, resultsTwin } from './twins';

const AGAINST = 'Against Ignore';
const BAR_PX = 56;
const PLAIN_SCORES: ReadonlySet<string> = new Set(['mse', 'r2', 'auc', 'logLoss', 'poissonDeviance', 'concordance']);

const Mark = ({ column }: { column: MetricColumn }): ReactNode => {
  if (!column.mark) return column.name;
  const { base, small, place } = column.mark;
  return (
    <>
      {base}
      {place === 'sub' ? <sub>{small}</sub> : <sup>{small}</sup>}
    </>
  );
};

export function ResultsTable() {
  const run = useRun();
  const formSpec = useSpec((state) => state.spec);
  const spec = run.spec ?? formSpec;
  const task = run.summary?.task ?? (spec.dataset.kind === 'orange' ? 'regression' : spec.dataset.task);
  const hasTruth = run.summary?.hasTruth ?? isDrawn(spec.dataset);
  const hasTags = run.summary ? (run.summary.tags?.length ?? 0) > 0 : spec.dataset.kind === 'tags';
  const plain = usePlain('results');
  const methods = methodsOf(spec);
  const withIgnore = methods.includes(BASELINE);
  const results = methods.flatMap((method) => run.results[method] ?? []);
  const { events } = run.summary ?? factsOf(spec.dataset) ?? {};
  const every = metricColumns(task, hasTruth, hasTags, { ...responseOf(results), events });
  // Beside a lesson the scores that it speaks of, which fit a phone.
  const columns = plain ? every.filter(({ key }) => PLAIN_SCORES.has(key)) : every;
  const finished = allFinished(run);
  const problem = dataShapeOf(spec, run.summary, run.spec);
  const parameters = (method: string): number | null => {
    const lane = run.lanes.find((candidate) => candidate.method === method);
    const settings = spec.methods.find((candidate) => candidate.id === method)?.settings ?? {};
    return run.results[method]?.parameters ?? lane?.parameters ?? (problem ? aboutMethod(method).parameterCount(problem, settings) : null);
  };
  const twin = resultsTwin({ spec, results: run.results, comparison: run.comparison }, every, parameters);
  const changes = results.map((result) => againstIgnore(columns[0], result, run.results[BASELINE]) ?? 0);
  const scale = Math.max(...changes.map(Math.abs), 1);
  const rising = Math.max(0, ...changes);
  const falling = Math.max(0, ...changes.map((change) => -change));
  const bold = new Map(columns.map((column) => [column.key, finished ? boldMethod(column, results, run.comparison) : null]));
  const any = results.length > 0;
  const { ref, full, toggle } = useFullScreen(TABLE);
  const said = [verdictWords(task, results, finished ? run.comparison : null), chanceWords(task, results)].filter(Boolean).join(' ');
  const compared = run.source.kind !== 'recorded' || run.comparison !== null;
  return (
    <section ref={ref} className={full ? 'panel w12 is-full' : 'panel w12'} aria-labelledby="results-title" data-panel="results">
      <div className="ph">
        <h2 id="results-title">Results on test rows</h2>
        <RecordedTag recorded={run.source.kind === 'recorded'} />
        <span className="sp" />
        <Control id="downloads">
          <CopyButton text={() => toTsv(twin)} disabled={!any} />
          <button type="button" className="btn wide" disabled={!any} onClick={() => saveCsv('results', twin)}>
            <Icon name="download" small />
            CSV
          </button>
        </Control>
        <FullScreenButton title="Results" full={full} onClick={toggle} />
      </div>
      <ScrollRegion className="tw" aria-label="Results table">
        <table {...asTable} className={tableClass(columns.length + (plain ? 2 : 3))}>
          <thead {...asGroup}>
            <tr {...asRow}>
              <th {...asColumnHead}>Method</th>
              <th {...asColumnHead}>Parameters</th>
              {columns.map((column, i) => (
                <Fragment key={column.key}>
                  <th {...asColumnHead}>
                    <Mark column={column} />
                  </th>
                  {i === 0 && withIgnore && (
                    <th {...asColumnHead} className="wide-only">
                      {AGAINST}
                    </th>
                  )}
                </Fragment>
              ))}
              {!plain && <th {...asColumnHead}>Epochs (best)</th>}
            </tr>
          </thead>
          <tbody {...asGroup}>
            {methods.map((method) => (
              <Row
                key={method}
                method={method}
                run={run}
                parameters={parameters(method)}
                columns={columns}
                results={results}
                bold={bold}
                bar={withIgnore ? { scale: Math.max(rising + falling, scale), zero: (BAR_PX * rising) / Math.max(rising + falling, scale) } : null}
              />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {(plain ?? said) && <p className="cap wide">{plain ?? said}</p>}
      {!plain && (
        <>
          <p className="fine wide">
            Better is {directions(columns)}.{' '}
            {compared
              ? `Bold: ahead of every other method by more than the noise of the test rows (95 %)${finished ? '' : ', once every method has finished'}. The ± is one standard error over the test rows of this one fit, each row taken for itself; other seeds may move the score further.`
              : 'This recording has no standard errors, so nothing is bold.'}
          </p>
          <FinePrint run={run} results={results} hasTruth={hasTruth} />
        </>
      )}
      {run.source.kind === 'live' && any && (!plain || isOwnTable(spec.dataset)) && (
        <Control id="downloads">
          <Downloads results={results} own={isOwnTable(spec.dataset)} />
        </Control>
      )}
      {!plain && <Provenance />}
    </section>
  );
}

/** 'lower for MSE and MAE, higher for the rest'. */
function directions(columns: MetricColumn[]): ReactNode {
  const lower = columns.filter((column) => column.better === 'lower');
  return (
    <>
      lower for{' '}
      {lower.map((column, i) => (
        <Fragment key={column.key}>
          {i === 0 ? '' : i === lower.length - 1 ? ' and ' : ', '}
          <Mark column={column} />
        </Fragment>
      ))}
      , higher for the rest
    </>
  );
}

interface RowProps {
  method: string;
  run: RunView;
  parameters: number | null;
  columns: MetricColumn[];
  results: MethodResult[];
  /** The method set in bold, by column. */
  bold: Map<string, string | null>;
  /** Percent that fill the bar, and where zero is, in px from its right end; null without Ignore. */
  bar: { scale: number; zero: number } | null;
}

function Row({ method, run, parameters, columns, results, bold, bar }: RowProps) {
  const result = run.results[method];
  const { changed } = useStaleness();
  const plain = usePlain('results');
  const head = (
    <>
      <th {...asRowHead}>
        <span className="who">
          <Swatch id={method} />
          <MethodName id={method} tab />
          {result?.leaks && <span className="soft">leaking, for teaching</span>}
          {changed.includes(method) && <span className="soft">settings changed</span>}
        </span>
      </th>
      <td {...asCell('Parameters')}>{parameters === null ? '' : whole(parameters)}</td>
    </>
  );
  if (!result) {
    const { text, bad } = waitingFor(run, method);
    return (
      <tr {...asRow}>
        {head}
        <td {...asCell()} className={bad ? 'wait bad' : 'wait'} {...acrossColumns(columns.length + (bar ? 1 : 0) + (plain ? 0 : 1))}>
          {text}
        </td>
      </tr>
    );
  }
  return (
    <tr {...asRow}>
      {head}
      {columns.map((column, i) => (
        <Fragment key={column.key}>
          <Cell column={column} result={result} results={results} bold={bold.get(column.key) === method} shown={i === 0} />
          {i === 0 && bar && <Against column={column} result={result} run={run} bar={bar} />}
        </Fragment>
      ))}
      {!plain && (
        <td {...asCell('Epochs (best)')}>
          <Epochs run={run} result={result} />
        </td>
      )}
    </tr>
  );
}

/** Epochs and the best one; why training ended there, on hover, focus and tap. */
function Epochs({ run, result }: { run: RunView; result: MethodResult }) {
  const lane = run.lanes.find(({ method }) => method === result.method);
  const numbers = (
    <>
      {whole(result.epochs)} <span className="soft">({whole(result.bestEpoch)})</span>
    </>
  );
  if (!lane?.stopReason || !run.spec || lane.stopEpoch === null) return numbers;
  return (
    <Hint className="plain" words={stopSentence({ reason: lane.stopReason, epoch: lane.stopEpoch }, { ...run.spec.training, ...result.chosen })}>
      {numbers}
    </Hint>
  );
}

interface CellProps {
  column: MetricColumn;
  result: MethodResult;
  results: MethodResult[];
  bold: boolean;
  /** The standard error stands next to the score on a wide screen; else it comes with the pointer. */
  shown: boolean;
}

function Cell({ column, result, results, bold, shown }: CellProps) {
  const value = numberOf(column, result);
  if (value === null || !Number.isFinite(value)) {
    const undefinedScore = scoreOf(column) !== null;
    const why = undefinedScore
      ? 'Not defined on these test rows'
      : column.key === 'tagR'
        ? `${labelOf(result.method)} does not see tags`
        : result.levelVariance === null
          ? `${labelOf(result.method)} learns no embeddings`
          : undefined;
    return (
      <td {...asCell(column.name)} className="na">
        <span title={why}>{undefinedScore ? 'undefined' : 'none'}</span>
      </td>
    );
  }
  const decimals = columnDecimals(column, results);
  const error = errorOf(column, result);
  const before = column.key === 'tagR' ? null : result.beforePostTraining?.[column.key];
  const title = [
    error === null ? [] : [`± ${errorText(error, decimals)}, one standard error over test rows`],
    before === null || before === undefined ? [] : [`${measured(before, decimals)} before post-training`],
  ].flat();
  return (
    <td {...asCell(column.name)} className={bold ? 'best' : undefined}>
      <span title={title.length > 0 ? title.join('; ') : undefined}>{measured(value, decimals)}</span>
      {shown && error !== null && <small className="soft wide-only pm">± {errorText(error, decimals)}</small>}
    </td>
  );
}

function Against({ column, result, run, bar }: { column: MetricColumn; result: MethodResult; run: RunView; bar: { scale: number; zero: number } }) {
  if (result.method === BASELINE)
    return (
      <td {...asCell(AGAINST)} className="na wide-only">
        baseline
      </td>
    );
  const change = againstIgnore(column, result, run.results[BASELINE]);
  if (change === null)
    return (
      <td {...asCell(AGAINST)} className="na wide-only">
        {run.results[BASELINE] || !isUnderway(run.status) ? 'none' : 'after Ignore'}
      </td>
    );
  const length = (Math.abs(change) / bar.scale) * BAR_PX;
  return (
    <td {...asCell(AGAINST)} className="wide-only">
      <span className="delta method" style={methodColours(result.method)}>
        <i style={{ width: Math.max(1, length), marginRight: change <= 0 ? bar.zero : Math.max(0, bar.zero - length) }} />
        <em>
          {change >= 0.5 && '+'}
          {fixed(change, 0)} %
        </em>
      </span>
    </td>
  );
}

/** Which candidate of a grid search was taken, and by what. */
function searchWords({ method, search }: MethodResult): string {
  if (!search) return '';
  const losses = search.tried.map(({ title, loss }) => `${title}: ${loss === null ? 'diverged' : value(loss)}`);
  return `${labelOf(method)} took ${search.tried[search.chosen].title} by predictive validation loss (${losses.join('; ')}). `;
}

function FinePrint({ run, results, hasTruth }: { run: RunView; results: MethodResult[]; hasTruth: boolean }): ReactNode {
  const levels = run.summary?.features.map((feature) => feature.levels) ?? [];
  const dataset = run.spec?.dataset;
  const chance = levels.length === 1 && dataset?.kind === 'simulated' && dataset.d === 10 ? chanceAucB(levels[0]) : null;
  const sampled = results.map((result) => result.distanceLevels).find((distance) => distance !== null && distance.sampled < distance.of);
  const error = metricColumns(run.summary?.task ?? 'regression', false, false, responseOf(results))[0];
  const post = results.flatMap((result) => {
    const [before, after] = [error.key === 'tagR' ? null : result.beforePostTraining?.[error.key], numberOf(error, result)];
    if (before === null || before === undefined || after === null) return [];
    const decimals = columnDecimals(error, results);
    const epochs = result.postTrainingEpochs === null ? '' : ` in ${whole(result.postTrainingEpochs)} epochs`;
    const [from, to] = [measured(before, decimals), measured(after, decimals)];
    return [`${labelOf(result.method)} ${from === to ? `from ${from} to the same` : `from ${from} to ${to}`}${epochs}`];
  });
  return (
    <p className="fine wide">
      {hasTruth && (
        <>
          RMSE<sub>D</sub> to AUC<sub>B</sub> compare estimated with true level effects.{' '}
          {levels.length > 1 && (
            <>
              RMSE<sub>D</sub>, Frobenius and Spearman are means over the {inWords(levels.length)} features.{' '}
            </>
          )}
        </>
      )}
      {results.some((result) => tagEffectsR(result) !== null) && 'r of tag effects: how the effect of switching each tag on goes with the true one. '}
      {hasTruth && chance !== null && (
        <>
          An AUC<sub>B</sub> of {chance} is what pure noise scores at <i className="m">q</i>&nbsp;=&nbsp;{whole(levels[0])}.{' '}
        </>
      )}
      {run.summary?.events && `${SEEN_ROWS} `}
      {sampled && `Pairwise distances on ${whole(sampled.sampled)} sampled of ${whole(sampled.of)} levels. `}
      <MathText>{results.map(searchWords).join('')}</MathText>
      {post.length > 0 && `Post-training took the test ${error.name === 'MSE' ? 'MSE' : error.name.toLowerCase()} of ${listed(post)}.`}
    </p>
  );
}

/**
 * Files of a run, made in the worker and sent nowhere; of a person's own table also its predictions at once.
 */
function Downloads({ results, own }: { results: MethodResult[]; own: boolean }) {
  const [problem, setProblem] = useState<string | null>(null);
  const embedded = results.filter((result) => result.levelVariance !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const method = embedded.find((result) => result.method === chosen)?.method ?? embedded.at(-1)?.method;
  const save = (file: ReturnType<typeof predictionsCsv>) => {
    setProblem(null);
    file.then(
      (download) => saveDownload({ ...download, name: namedAfterRun(download.name) }),
      (error: { message?: string }) => setProblem(error.message ?? 'The file could not be made.'),
    );
  };
  return (
    <div className="downloads">
      <button type="button" className="btn" aria-haspopup="dialog" onClick={() => useExports.getState().open()}>
        <Icon name="file" small />
        Export and predict
      </button>
      {own && (
        <>
          <button type="button" className="btn" onClick={() => save(predictionsCsv())}>
            <Icon name="download" small />
            Download predictions
          </button>
          {method && (
            <>
              <button type="button" className="btn" onClick={() => save(embeddingsCsv(method))}>
                <Icon name="download" small />
                Download level embeddings
              </button>
              <select
                className="sel"
                aria-label="Method of the level embeddings"
                value={method}
                onChange={(event) => setChosen(event.currentTarget.value)}
              >
                {embedded.map((result) => (
                  <option key={result.method} value={result.method}>
                    {labelOf(result.method)}
                  </option>
                ))}
              </select>
            </>
          )}
          <p className="fine">A label that a spreadsheet would take for a formula, such as =SUM(A1), gets an apostrophe in front in these files.</p>
        </>
      )}
      {problem && (
        <p className="fine" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
