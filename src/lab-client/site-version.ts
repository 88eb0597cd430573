import type { OfflineReply, OfflineRequest } from '../../workers/offline/messages';
import { whenEngineStands, whenQuiet } from '../state/calm';
import { useSiteVersion } from '../state/site-version';
import { isVolatile } from '../state/volatile';

/** A page that stays open looks for a newer version this often, when it is looked at again. */
const LOOK_MS = 60 * 60 * 1_000;

const { set } = useSiteVersion.getState();
let waiting: ServiceWorker | null = null;

const until = (worker: ServiceWorker, states: readonly ServiceWorkerState[]): Promise<ServiceWorkerState> =>
  new Promise((done) => {
    const look = () => {
      if (!states.includes(worker.state)) return;
      worker.removeEventListener('statechange', look);
      done(worker.state);
    };
    worker.addEventListener('statechange', look);
    look();
  });

function ask(worker: ServiceWorker, request: OfflineRequest): Promise<OfflineReply> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((replied) => {
    port1.onmessage = ({ data }: MessageEvent<OfflineReply>) => {
      port1.close();
      replied(data);
    };
    worker.postMessage(request, [port2]);
  });
}

/** Follows a version that is being fetched, to its end. */
async function follow(worker: ServiceWorker, isFirst: boolean): Promise<void> {
  if (isFirst) set({ copy: 'coming' });
  const state = await until(worker, isFirst ? ['activated', 'redundant'] : ['installed', 'activated', 'redundant']);
  if (state === 'redundant') {
    if (isFirst) set({ copy: 'failed' });
  } else if (isFirst) {
    const entry = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src;
    if (entry) await ask(worker, { type: 'claim', entry });
    set({ copy: 'whole' });
  } else if (state === 'installed') {
    waiting = worker;
    set({ offered: true });
    // Every other page is closed, and this one was not asked: it has the new version at its next reload.
    void until(worker, ['activated', 'redundant']).then(() => {
      if (waiting === worker) set({ offered: false });
    });
  }
}

/**
 * Keeps a copy of the site in this browser, and hears of newer versions. Does nothing on a visit that keeps
 * nothing, and where the browser saves data or has no service workers.
 */
export async function followSite(withEngine: boolean): Promise<void> {
  const saves = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
  if (!('serviceWorker' in navigator) || isVolatile() || saves) return;
  if (withEngine) await whenEngineStands();
  // The first takes some seconds of a processor, which a page's own files, its engine and a run go before.
  if (!(await navigator.serviceWorker.getRegistration())) await whenQuiet();
  const registration = await navigator.serviceWorker.register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' });
  // A browser, or a policy, may answer without one.
  if (!registration) return;
  const { active, installing } = registration;
  if (active) set({ copy: 'whole' });
  if (registration.waiting) void follow(registration.waiting, false);
  if (installing) void follow(installing, !active);
  registration.addEventListener('updatefound', () => {
    if (registration.installing) void follow(registration.installing, !registration.active);
  });
  let looked = performance.now();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || performance.now() - looked < LOOK_MS) return;
    looked = performance.now();
    registration.update().catch(() => undefined);
  });
}

/**
 * Reloads the page with the version that waits. Where other pages of the lab are open it goes on waiting;
 * returns how many.
 */
export async function takeNewVersion(): Promise<number> {
  const next = waiting;
  if (!next) return 0;
  const { others } = await ask(next, { type: 'use' });
  if (others === 0) {
    await until(next, ['activated', 'redundant']);
    location.reload();
  }
  return others;
}
