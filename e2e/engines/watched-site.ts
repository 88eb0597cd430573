/**
 * The built site with a listener in its page and its workers: WebKit's driver does not tell what a page
 * writes on its console, and WebKitGTK under it prints nothing.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { siteServer } from '../../scripts/serve';
import { headersFor, WORKER_FOLDER } from '../../scripts/site/headers';

/** Where the page collects what its listeners and those of its workers tell. */
declare global {
  interface Window {
    watched: string[];
  }
}

/**
 * A size that changed while sizes were told is told in the next frame, and WebKit says so as an error of the
 * window: nothing went wrong.
 */
const LATE_SIZE = 'ResizeObserver loop completed with undelivered notifications.';

const LISTENER = `{
  const channel = new BroadcastChannel('watched');
  const tell = (kind, what) => channel.postMessage(kind + ': ' + (what && (what.stack || what.message) || what));
  const write = console.error;
  console.error = (...words) => { tell('console', words.map(String).join(' ')); write.apply(console, words); };
  addEventListener('error', (event) => {
    if (event.message !== '${LATE_SIZE}') tell('uncaught', event.message || (event.target && event.target.src));
  }, true);
  addEventListener('unhandledrejection', (event) => tell('uncaught', event.reason));
  addEventListener('securitypolicyviolation', (event) => tell('refused by the policy', event.violatedDirective + ' ' + event.blockedURI));
}
`;
const COLLECTOR = `window.watched = []; new BroadcastChannel('watched').onmessage = (event) => window.watched.push(event.data);\n`;

export function watchedSite(folder: string): Server {
  const site = siteServer(folder);
  return createServer((request, response) => {
    const path = (request.url ?? '/').replace(/[?#].*$/, '');
    const answer = (type: string, text: string) => response.writeHead(200, { ...headersFor(path), 'Content-Type': type }).end(text);
    const read = () => readFileSync(join(folder, path === '/' ? 'index.html' : path), 'utf8');
    if (path === '/watch.js') answer('text/javascript', COLLECTOR + LISTENER);
    else if (path === '/') answer('text/html; charset=utf-8', read().replace('<head>', '<head><script src="/watch.js"></script>'));
    else if (path.startsWith(`/${WORKER_FOLDER}`) && path.endsWith('.js')) answer('text/javascript', LISTENER + read());
    else site.emit('request', request, response);
  });
}
