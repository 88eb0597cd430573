import * as Comlink from 'comlink';
import type { LabApi, LabError, LabEvent } from '../../workers/protocol';
import { Watchdog } from './watchdog';

const TICK_MS = 4_000;
const PATIENCE_MS = 15_000;

/** One worker, its proxy and its event port, all held for as long as it lives. */
export interface Link {
  /**
   * A call that is refused, rather than left hanging, when the worker dies. `long`: the worker may be silent
   * for minutes.
   */
  call<T>(action: (api: Comlink.Remote<LabApi>) => Promise<T>, long?: boolean): Promise<T>;
  /** Terminates the worker; every pending call rejects with the error. */
  close(error: LabError): void;
}

/** Starts the worker of the bench page. It ends with `terminate`. */
export const openBenchWorker = (): Worker => new Worker(new URL('../../workers/bench.worker.ts', import.meta.url), { type: 'module', name: 'bench' });

/**
 * Starts a worker. This file is the one place that says `new Worker`.
 *
 * @param onEvent receives the events of the port
 * @param onDeath told once when the worker crashed or stopped answering; the link is closed by then
 * @param isLong says whether the run is in a phase in which the worker may be silent (compiling, simulating)
 * @param isTraining says whether it must tell of its training
 */
export function openLink(
  onEvent: (event: LabEvent) => void,
  onDeath: (error: LabError) => void,
  isLong: () => boolean,
  isTraining: () => boolean,
): Link {
  const worker = new Worker(new URL('../../workers/lab.worker.ts', import.meta.url), { type: 'module', name: 'lab' });
  const api = Comlink.wrap<LabApi>(worker);
  const channel = new MessageChannel();
  const watchdog = new Watchdog(TICK_MS, PATIENCE_MS);
  let alive = true;
  let longCalls = 0;
  let refuse: (error: LabError) => void = () => undefined;
  const gone = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  gone.catch(() => undefined);

  const close = (error: LabError): void => {
    if (!alive) return;
    alive = false;
    clearInterval(timer);
    channel.port1.close();
    worker.terminate();
    refuse(error);
  };
  const die = (error: LabError): void => {
    if (!alive) return;
    close(error);
    onDeath(error);
  };

  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const why = event.message?.replace(/^Uncaught /, '');
    die(
      why
        ? { code: 'engine-crashed', message: `The engine crashed: ${why}.`, hint: 'Restart the engine.' }
        : {
            code: 'engine-crashed',
            message: 'The engine crashed: its program could not be loaded.',
            hint: 'The network is away, or the lab has a newer version by now: reload the page.',
          },
    );
  });
  worker.addEventListener('messageerror', () =>
    die({ code: 'engine-crashed', message: 'The engine sent a message that could not be read.', hint: 'Restart the engine.' }),
  );
  channel.port1.onmessage = (message: MessageEvent<LabEvent>) => {
    watchdog.heard(performance.now());
    if (alive) onEvent(message.data);
  };
  const timer = setInterval(() => {
    const verdict = watchdog.tick(performance.now(), longCalls > 0 || isLong(), isTraining());
    if (verdict === 'hung') die({ code: 'engine-hung', message: 'The engine stopped answering.', hint: 'Restart the engine.' });
    if (verdict === 'ask')
      api.ping().then(
        (rests) => watchdog.answered(rests, performance.now()),
        () => undefined,
      );
  }, TICK_MS);
  api.connect(Comlink.transfer(channel.port2, [channel.port2])).catch(() => undefined);

  return {
    async call(action, long = false) {
      if (long) longCalls += 1;
      try {
        return await Promise.race([action(api), gone]);
      } finally {
        if (long) longCalls -= 1;
      }
    },
    close,
  };
}
