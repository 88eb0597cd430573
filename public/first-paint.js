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

  // The recorded run that the lab opens with (src/state/recorded.ts), asked for beside the scripts; the other pages do not show it.
  const asked = new URLSearchParams(location.search);
  if (!['bench', 'experiment', 'lesson', 'lessons', 'collect', 'worksheet'].some((page) => asked.has(page))) {
    const recorded = document.createElement('link');
    Object.assign(recorded, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: new URL('recorded/default.json', document.baseURI).href });
    document.head.append(recorded);
  }
})();
