import './diagram.css';
import { type Ref, useCallback, useImperativeHandle, useMemo, useRef } from 'react';
import type { StepTrace } from '../../workers/protocol';
import { TRACED } from '../../workers/spec/traced';
import { imageOf } from '../charts/export';
import type { FigureHandle } from '../charts/figure-view';
import { methodColor, useChartTheme } from '../charts/theme';
import { Choice } from '../results/choice';
import { methodsOf } from '../results/model';
import { EmptyChart, Panel } from '../results/panel';
import type { Twin } from '../results/twin';
import { type Detail, DIAGRAM_ID, useFollowed } from '../state/followed';
import { useRun } from '../state/run';
import { isTraining } from '../state/run-status';
import { useView } from '../state/view';
import { whole } from '../text/numbers';
import { useElementWidth } from '../ui/element-width';
import { labelOf, lineOf } from '../ui/method-line';
import { Segmented } from '../ui/segmented';
import { weightsWords } from '../words/diagram/parts';
import { scenesOf } from '../words/diagram/scenes';
import { FollowBar } from './follow-bar';
import { Picture } from './picture';
import { Stepper } from './stepper';
import { InWords, Story } from './story';
import { traceTwin } from './twin';
import { useSteps } from './use-steps';
import { useTrace } from './use-trace';

/** How a method works, on one row of the run: folded until somebody asks for it. */
export function DiagramRoom() {
  const known = useRun((state) => state.spec !== null);
  const open = useFollowed((state) => state.open);
  const show = useFollowed((state) => state.show);
  if (!known) return null;
  return (
    <div id={DIAGRAM_ID} data-panel="diagram" className="diagram" tabIndex={-1}>
      {open ? (
        <Diagram />
      ) : (
        <section className="panel w12" aria-labelledby="diagram-title">
          <div className="ph">
            <h2 id="diagram-title">How it works</h2>
            <span className="whose">One row on its way through a method, step by step, with the numbers of this run.</span>
            <span className="sp brk" />
            <button type="button" className="btn" aria-expanded={false} onClick={() => show()}>
              Follow a row
            </button>
          </div>
        </section>
      )}
    </div>
  );
}

const DETAILS: { value: Detail; label: string }[] = [
  { value: 'words', label: 'Words' },
  { value: 'picture', label: 'Picture' },
  { value: 'formula', label: 'Formula' },
  { value: 'code', label: 'Code' },
];

/** The method that is shown: the one asked for, else MMbeddings, else the first that has a diagram. */
function shownMethod(methods: readonly string[], asked: string | null): string | null {
  if (asked !== null) return asked;
  return methods.find((id) => id === 'mmbeddings') ?? methods.find((id) => TRACED[id]) ?? methods[0] ?? null;
}

/** Why there is nothing to follow here; null where there is. */
function missing(method: string | null, methods: readonly string[], classes: boolean): string | null {
  if (method === null) return 'The run has no methods.';
  if (classes) return 'The diagram follows one number to the prediction of a row. Here a row has a probability for each class.';
  const label = labelOf(method);
  if (!TRACED[method]) return `${label} has no diagram yet. Its card says how it works.`;
  if (!methods.includes(method)) return `${label} is not in this run. Use it, and press Train.`;
  return null;
}

function Diagram() {
  const figure = useRef<FigureHandle>(null);
  const { method: asked, follow, detail, setMethod, setDetail, fold } = useFollowed();
  const source = useRun((state) => state.source);
  const status = useRun((state) => state.status);
  const spec = useRun((state) => state.spec);
  const lanes = useRun((state) => state.lanes);
  const results = useRun((state) => state.results);
  const classes = useRun((state) => state.summary?.classes !== undefined);
  const feature = useView((state) => state.feature);
  const setFeature = useView((state) => state.setFeature);
  const methods = methodsOf(spec);
  const method = shownMethod(methods, asked);
  const reason = missing(method, methods, classes);
  const live = source.kind === 'live';
  const lane = lanes.find((one) => one.method === method);
  const able = live && reason === null && lane !== undefined && lane.status !== 'diverged';
  const { trace, error, asking, again } = useTrace(able ? method : null, follow);
  const shown = trace?.method === method ? trace : null;
  const k = shown ? Math.min(feature, Math.max(0, shown.features.length - 1)) : 0;
  const old = shown !== null && shown.weights.of === 'now' && (results[shown.method] !== undefined || (lane?.epoch ?? 0) > shown.weights.epoch);
  const twin = useCallback((full: boolean): Twin => (shown ? traceTwin(shown, k, full) : { caption: '', columns: [], rows: [] }), [shown, k]);
  const offered = [...new Set([...methods, ...(method === null ? [] : [method])])];
  return (
    <Panel
      title="How it works"
      width={12}
      file="how-it-works"
      figure={figure}
      ready={shown !== null}
      twin={twin}
      live={isTraining(status)}
      methods={method === null ? undefined : [method]}
      wideControls
      controls={
        <>
          <Choice
            label="Method of the diagram"
            value={method ?? ''}
            options={offered.map((id) => ({ value: id, label: TRACED[id] ? labelOf(id) : `${labelOf(id)} (no diagram)` }))}
            onChange={setMethod}
          />
          {shown && shown.features.length > 1 && (
            <Choice
              label="Feature of the diagram"
              value={String(k)}
              options={shown.features.map(({ name }, i) => ({ value: String(i), label: name }))}
              onChange={(next) => setFeature(Number(next))}
            />
          )}
          <Segmented aria-label="How much is told" data={DETAILS} value={detail} onChange={(next) => setDetail(next as Detail)} />
          <button type="button" className="btn quiet" aria-expanded onClick={fold}>
            Fold
          </button>
        </>
      }
      fine={
        shown && (
          <>
            {weightsWords(shown)}
            {old && ' The run has gone on since. '}
            {old && (
              <button type="button" className="lk" onClick={again}>
                Take the numbers of now
              </button>
            )}
          </>
        )
      }
    >
      {able && <FollowBar trace={shown} />}
      {error && (
        <p className="fine" role="alert">
          {error.message} {error.hint}
        </p>
      )}
      {shown ? (
        <Followed trace={shown} k={k} detail={detail} handle={figure} />
      ) : (
        !error && (
          <EmptyChart height={220}>
            {reason ??
              (lane?.status === 'diverged'
                ? `${labelOf(lane.method)} has diverged: there are no numbers to follow.`
                : live
                  ? asking
                    ? 'Following a row.'
                    : 'A row can be followed as soon as the method is prepared.'
                  : 'These results were recorded, without the weights that a row goes through. Press Train to follow one here.')}
          </EmptyChart>
        )
      )}
    </Panel>
  );
}

interface FollowedProps {
  trace: StepTrace;
  k: number;
  detail: Detail;
  handle: Ref<FigureHandle>;
}

/** Of a picture that is downloaded before it was ever shown. */
const UNSEEN_WIDTH = 1056;

function Followed({ trace, k, detail, handle }: FollowedProps) {
  const theme = useChartTheme();
  const [box, width] = useElementWidth<HTMLDivElement>(0);
  const svg = useRef<SVGSVGElement>(null);
  // Hidden behind words or a table the picture has no width; it keeps the last one for its downloads.
  const drawn = useRef(UNSEEN_WIDTH);
  if (width > 1) drawn.current = width;
  const scenes = useMemo(() => scenesOf(trace, k), [trace, k]);
  const steps = useSteps(
    scenes.map(({ words }) => words),
    `${trace.method} ${trace.row.row} ${k} ${scenes.length}`,
  );
  const scene = scenes[steps.at];
  useImperativeHandle(
    handle,
    () => ({
      image: async (format, line) => {
        const drawn = svg.current;
        if (!drawn) throw new Error('the picture is not shown');
        const size = { width: drawn.width.baseVal.value, height: drawn.height.baseVal.value };
        return imageOf(new XMLSerializer().serializeToString(drawn), theme, size, format, line);
      },
    }),
    [theme],
  );
  return (
    <>
      <Stepper scenes={scenes} steps={steps} />
      {detail === 'words' ? <InWords scenes={scenes} at={steps.at} go={steps.go} /> : <Story trace={trace} scene={scene} detail={detail} />}
      <div className="picture" ref={box} hidden={detail === 'words'}>
        {width > 0 && (
          <Picture
            trace={trace}
            k={k}
            scene={scene}
            theme={theme}
            colour={methodColor(lineOf(trace.method), theme)}
            width={drawn.current}
            moving={steps.moving}
            svg={svg}
          />
        )}
      </div>
      <p className="sr" aria-live="polite">
        {`Row ${whole(trace.row.row + 1)} of ${labelOf(trace.method)}.`}
      </p>
    </>
  );
}
