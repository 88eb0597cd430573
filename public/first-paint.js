/* What the first paint needs. A classic script of its own, because inline scripts are forbidden by the Content-Security-Policy. */
(() => {
  // The theme, before anything is seen.
  let kept = null;
  try {
    kept = localStorage.getItem('lab-theme');
  } catch {
    /* Storage may be forbidden; the system's preference serves. */
  }
  const theme = kept === 'light' || kept === 'dark' ? kept : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.mantineColorScheme = theme;

  // Where the page's own script does not come, nothing else can say so. Errors of scripts do not bubble.
  addEventListener(
    'error',
    ({ target }) => {
      const root = document.getElementById('root');
      if (!(target instanceof HTMLScriptElement) || target.type !== 'module' || !root || root.childElementCount > 0) return;
      const told = document.createElement('p');
      told.setAttribute('role', 'alert');
      told.textContent = 'MMbeddings Lab could not be loaded: the network is away, or the lab has a new version. Reload the page.';
      root.append(told);
    },
    true,
  );

  // The recorded run that the lab (src/state/recorded.ts) or a lesson (src/lessons/start.ts) opens with, asked
  // for beside the scripts; the other pages show none.
  const asked = new URLSearchParams(location.search);
  const lesson = asked.get('lesson');
  const opening = /^[a-z-]+$/.test(lesson ?? '') ? `lessons/${lesson}` : 'default';
  if (!['bench', 'experiment', 'lessons', 'collect', 'worksheet'].some((page) => asked.has(page)) && (lesson === null || opening !== 'default')) {
    const recorded = document.createElement('link');
    const href = new URL(`recorded/${opening}.json`, document.baseURI).href;
    Object.assign(recorded, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href });
    document.head.append(recorded);
    // What draws its charts, of which only a built page knows the name; after what the words need.
    const charts = document.querySelector('meta[name="charts"]')?.content;
    if (charts) {
      const script = document.createElement('link');
      Object.assign(script, { rel: 'modulepreload', href: new URL(charts, document.baseURI).href, fetchPriority: 'low' });
      document.head.append(script);
    }
  }
})();
