/* Sets the theme before the first paint. A classic script of its own, because inline scripts are forbidden by the Content-Security-Policy. */
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem('lab-theme');
  } catch {
    /* Storage may be forbidden; the system's preference serves. */
  }
  const theme = kept === 'light' || kept === 'dark' ? kept : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.mantineColorScheme = theme;
})();
