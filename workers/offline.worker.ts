/**
 * The service worker: a version of the site, whole, for visits without a network. It never takes over by
 * itself: another version waits until no page of this one is open, or until a person asks for it.
 */
import type { OfflineReply, OfflineRequest } from './offline/messages';
import { answer, dropOthers, fileOf, fill, type SiteManifest } from './offline/site-files';

/** Set by scripts/site/offline.ts, before this code. */
declare const SITE: SiteManifest;

const worker = self as unknown as ServiceWorkerGlobalScope;
const { scope } = worker.registration;

worker.addEventListener('install', (event) => event.waitUntil(fill(SITE, scope, caches)));

worker.addEventListener('activate', (event) => event.waitUntil(dropOthers(SITE, caches)));

worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const path = method === 'GET' ? fileOf(url, scope, SITE) : null;
  if (path !== null) event.respondWith(answer(path, event.request, SITE, caches));
});

/** Pages of the lab that are open, wherever their files came from. */
async function openPages(): Promise<number> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.filter(({ url }) => url.startsWith(scope)).length;
}

async function reply(request: OfflineRequest): Promise<OfflineReply> {
  if (request.type === 'claim') {
    // The page of a first visit has come from the site: it gets its other files here if they are its own.
    if (fileOf(request.entry, scope, SITE) !== null) await worker.clients.claim();
    return { others: 0 };
  }
  const others = (await openPages()) - 1;
  if (others <= 0) await worker.skipWaiting();
  return { others: Math.max(0, others) };
}

worker.addEventListener('message', (event) => {
  const [port] = event.ports;
  event.waitUntil(reply(event.data as OfflineRequest).then((told) => port?.postMessage(told)));
});
