/**
 * The HTTP headers the site is served with, said once: the static server, `vite preview` and the `_headers`
 * file of the build (read by several hosts) all come from here.
 *
 * COOP and COEP isolate the page, which is what gives WASM its threads. The Content-Security-Policy keeps
 * requests, scripts, workers and forms within the origin; what it excepts is said next to it, and
 * headers.test.ts holds it to that list. Two ways out are under no policy that browsers keep: WebRTC (`webrtc
 * 'block'` of CSP 3 is unknown to Chromium 156, which reports it as an error) and opening another address;
 * the lab's code uses neither, and headers.test.ts looks. A worker has the policy of its own script's
 * response. Other sites may frame the embed view alone.
 */

/** Where the build puts worker scripts; their policy differs. */
export const WORKER_FOLDER = 'assets/worker/';

/**
 * The page that others may frame: the same document under a second name, because a host that reads `_headers`
 * tells addresses apart by their path alone. Some hosts leave out the ending.
 */
export const EMBED_PAGE = 'embed.html';
/** At the root of the site, whose every page it serves; workers/offline.worker.ts. */
export const SERVICE_WORKER = 'sw.js';

const isEmbed = (path: string): boolean => /\/embed(?:\.html)?$/.test(path);

/** Who may frame a page: any site over https the embed view, nobody else's the lab. */
const ancestors = (path: string): string => (isEmbed(path) ? "'self' https:" : "'self'");

/**
 * Of a page. Pictures may come from `data:`, which are the icons in Plotly's and Mantine's styles, and from
 * `blob:`, through which a chart is drawn when it is saved as PNG. Styles need no exception: none is inline.
 */
const PAGE = ["script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'", "worker-src 'self'", "manifest-src 'self'"];

/**
 * Of a worker, which shows nothing. It compiles WebAssembly (`wasm-unsafe-eval` allows that and no other code
 * from text), and tfjs's WASM backend starts its threads from a blob.
 */
const WORKER = ["script-src 'self' 'wasm-unsafe-eval' blob:", "worker-src 'self' blob:"];

function policy(path: string): string {
  return [
    "default-src 'none'",
    ...(path.includes(`/${WORKER_FOLDER}`) ? WORKER : PAGE),
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors(path)}`,
  ].join('; ');
}

/**
 * Abilities of a browser that the lab does not use, and that nothing in it may come to use. Fullscreen and
 * writing to the clipboard stay the site's own. Only names that Chromium knows: it warns of others.
 */
const UNUSED = [
  ...['accelerometer', 'autoplay', 'browsing-topics', 'camera', 'captured-surface-control', 'clipboard-read', 'compute-pressure'],
  ...['display-capture', 'encrypted-media', 'gamepad', 'geolocation', 'gyroscope', 'hid', 'identity-credentials-get', 'idle-detection'],
  ...['keyboard-map', 'local-fonts', 'magnetometer', 'microphone', 'midi', 'otp-credentials', 'payment', 'picture-in-picture'],
  ...['publickey-credentials-create', 'publickey-credentials-get', 'serial', 'storage-access', 'usb', 'window-management', 'xr-spatial-tracking'],
];
const PERMISSIONS = [...UNUSED.map((name) => `${name}=()`), 'clipboard-write=(self)', 'fullscreen=(self)'].join(', ');

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
    // A page that is isolated itself frames only what says that it may be used elsewhere.
    ...(isEmbed(path) && { 'Cross-Origin-Resource-Policy': 'cross-origin' }),
    'Content-Security-Policy': policy(path),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': PERMISSIONS,
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
  const blocks = [
    ...['/', '/index.html'].map((path) => block(path, '/')),
    ...[`/${EMBED_PAGE}`, '/embed'].map((path) => block(path, `/${EMBED_PAGE}`)),
    block(`/${WORKER_FOLDER}*`, `/${WORKER_FOLDER}a.js`),
    block(`/${SERVICE_WORKER}`, `/${SERVICE_WORKER}`),
  ];
  return `${blocks.join('\n\n')}\n`;
}
