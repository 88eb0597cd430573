import type { BackendId, EngineInfo } from '../../workers/protocol';
import { restartEngine } from '../lab-client/client';
import { useEngine } from '../state/engine';
import { useRun } from '../state/run';
import { engineWords } from './engine-words';
import { labelOf } from './method-line';
import { PopOver } from './over';

const NAMES: Record<BackendId, string> = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'CPU' };

/** The badge in few words: the engine, then what it runs on or why it is not the GPU. */
function badgeWords(info: EngineInfo): { name: string; threads: string; rest: string } {
  const name = NAMES[info.backend];
  const threads = info.backend === 'wasm' && info.threads > 1 ? `, ${info.threads} threads` : '';
  if (info.backend === 'webgpu') return { name, threads, rest: info.hardware ? ` · ${info.detail}` : ': a software adapter' };
  return { name, threads, rest: `: ${info.brief}` };
}

const relative = (error: number | null): string => (error === null ? 'not run' : error === 0 ? '0' : error.toExponential(1).replace('-', '\u2212'));

function SelfTest({ info }: { info: EngineInfo }) {
  return (
    <table>
      <caption className="sr">Start-up self-test</caption>
      <thead>
        <tr>
          <th scope="col">Engine</th>
          <th scope="col">Self-test</th>
          <th scope="col">Largest error</th>
        </tr>
      </thead>
      <tbody>
        {info.selfTest.tried.map(({ backend, ok, error, note }) => (
          <tr key={backend}>
            <th scope="row">{NAMES[backend]}</th>
            <td>{ok ? 'passed' : `not used: ${note}`}</td>
            <td className="tab">{relative(error)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What computes the steps of each method of the run in sight, at which speed. */
function Steps() {
  const { lanes, source } = useRun();
  const told = lanes.flatMap(({ method, engine }) => (engine ? [{ method, engine }] : []));
  if (source.kind !== 'live' || told.length === 0) return null;
  return (
    <table>
      <caption className="sr">What computes each method of this run</caption>
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col">Training steps</th>
        </tr>
      </thead>
      <tbody>
        {told.map(({ method, engine }) => (
          <tr key={method}>
            <th scope="row">{labelOf(method)}</th>
            <td className="tab">{engineWords(engine)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Which engine computes, why this one, on what, and how its self-test went. */
export function BackendBadge() {
  const { status, info, error, restarts } = useEngine();
  const words =
    info && status === 'ready'
      ? badgeWords(info)
      : { name: status === 'failed' ? 'Engine failed' : 'Engine', threads: '', rest: status === 'failed' ? '' : ': loading' };
  const dot = status === 'failed' ? 'dot failed' : !info || status !== 'ready' ? 'dot none' : info.hardware ? 'dot' : 'dot half';
  return (
    <PopOver
      label="Backend"
      width={400}
      end
      button={
        <button type="button" className="btn quiet backend" aria-label={`Backend: ${words.name}${words.threads}${words.rest}`}>
          <span className={dot} />
          <span>
            <b>
              {words.name}
              <span className="desktop-only">{words.threads}</span>
            </b>
            <span className="desktop-only">{words.rest}</span>
          </span>
        </button>
      }
    >
      <h2>{info ? `${NAMES[info.backend]}: ${info.detail}` : words.name}</h2>
      {info && <p>{info.why}</p>}
      {info && <SelfTest info={info} />}
      {info && <Steps />}
      {info && (
        <p className="help">
          One small training step is compared with reference numbers at every start; it took{' '}
          {Math.round(info.selfTest.milliseconds).toLocaleString('en-US')} ms.
          {restarts > 0 && ` The engine was restarted ${restarts === 1 ? 'once' : `${restarts} times`}.`} Add ?backend=webgpu, wasm or cpu to the
          address to force one.
        </p>
      )}
      {!info && status === 'loading' && <p>The engine is loading. What you see does not need it.</p>}
      {status === 'failed' && (
        <>
          <p>{error ? `${error.message} ${error.hint}` : 'The engine could not be started.'}</p>
          <p>
            <button type="button" className="btn" onClick={() => restartEngine().catch(() => undefined)}>
              Restart the engine
            </button>
          </p>
        </>
      )}
    </PopOver>
  );
}
