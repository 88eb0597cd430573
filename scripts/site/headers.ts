/**
 * The HTTP headers the site is served with, said once: the static server, `vite preview` and the `_headers`
 * file of the build (read by several hosts) all come from here.
 *
 * COOP and COEP isolate the page, which is what gives WASM its threads. The Content-Security-Policy lets
 * nothing leave the origin. A worker has the policy of its own script's response: there `blob:` scripts are
 * allowed, because tfjs-wasm starts its threads from a blob.
 */

/** Where the build puts worker scripts; their policy differs. */
export const WORKER_FOLDER = 'assets/worker/';

function policy(worker: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval'${worker ? ' blob:' : ''}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
}

/**
 * What `crossOriginIsolated` needs; also in the development server, which cannot take the policy (hot reload
 * runs inline scripts).
 */
export const ISOLATION: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Headers of the response for a path of the site ('/assets/worker/lab-1a2b.js'). */
export function headersFor(path: string): Record<string, string> {
  return {
    ...ISOLATION,
    'Content-Security-Policy': policy(path.includes(`/${WORKER_FOLDER}`)),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    // Names under assets/ hold a hash of the content; everything else is asked for again.
    'Cache-Control': path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}

/** The same as a `_headers` file (Netlify, Cloudflare Pages). */
export function headersFile(): string {
  const block = (pattern: string, path: string) =>
    [pattern, ...Object.entries(headersFor(path)).map(([name, value]) => `  ${name}: ${value}`)].join('\n');
  // Several hosts join the values of every matching pattern, and joined policies intersect, so each path
  // matches one pattern for the policy.
  return `${[block('/', '/'), block('/index.html', '/'), block(`/${WORKER_FOLDER}*`, `/${WORKER_FOLDER}a.js`)].join('\n\n')}\n`;
}
