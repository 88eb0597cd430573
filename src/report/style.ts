/** The style of a report: the page's own colours, in light, dark and on paper. */
const LIGHT =
  '--paper:#f6f5f2;--sheet:#fff;--sunk:#efede8;--line:#e4e1da;--ink:#1a1b1e;--ink-2:#4e5157;--ink-3:#686b71;--grid:#eceae5;--axis:#b9b6af;--bad:#b3261e;color-scheme:light;';
const DARK =
  '--paper:#121315;--sheet:#191b1e;--sunk:#24272b;--line:#2b2e33;--ink:#ecedef;--ink-2:#b6bbc2;--ink-3:#959ba3;--grid:#26292d;--axis:#555a61;--bad:#ff9088;color-scheme:dark;';

/** @param methods id and colours of each */
export function reportStyle(methods: readonly { id: string; light: string; dark: string }[]): string {
  const colours = (theme: 'light' | 'dark') => methods.map((one) => `--m-${one.id}:${one[theme]};`).join('');
  return `:root{${LIGHT}${colours('light')}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}${colours('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 Inter,ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
main{max-width:760px;margin:0 auto;padding:32px 40px 64px;background:var(--sheet)}
h1,h2,h3{font-family:"Source Serif 4",Charter,Georgia,serif;font-weight:600;line-height:1.25;text-wrap:balance}
h1{font-size:30px;margin:0 0 4px}
h2{font-size:22px;margin:40px 0 12px;padding-top:12px;border-top:1px solid var(--line)}
h3{font-size:17px;margin:28px 0 8px}
p,ul{margin:8px 0}
ul{padding-left:20px}
.fine,.origin,figcaption small,.note{color:var(--ink-2);font-size:13px}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:4px 16px;font-size:14px}
a{color:inherit}
.wide{overflow-x:auto;margin:12px 0}
table{border-collapse:collapse;font-size:13px;line-height:1.4;font-variant-numeric:tabular-nums}
.cap{color:var(--ink-2);font-size:13px;margin:16px 0 0;break-after:avoid}
.cap+.wide{margin-top:2px}
th,td{text-align:left;padding:3px 16px 3px 0;vertical-align:top;border-bottom:1px solid var(--line);max-width:28em}
thead th:first-child{min-width:9em}
thead th{font-weight:600;border-bottom-color:var(--axis);vertical-align:bottom}
tbody th{font-weight:500}
.n{text-align:right}
td.n,.s{white-space:nowrap}
figure{margin:16px 0;break-inside:avoid}
figure b{display:block;font-weight:600}
figure svg{display:block;overflow:visible;max-width:100%;height:auto;margin:8px 0;font-family:inherit}
figure svg .m{font-family:"Source Serif 4",Charter,Georgia,serif;font-style:italic}
figcaption{font-size:14px}
figcaption small{display:block}
.figures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:8px 24px}
.figures figure{margin:8px 0}
.keys{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:13px;color:var(--ink-2);margin:4px 0}
.keys span{display:inline-flex;align-items:center;gap:6px}
.keys svg,h3 svg{display:inline-block;margin:0 6px 0 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--sunk);padding:8px 12px;border-radius:6px;font:12px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace;margin:8px 0}
.formula{overflow-x:auto;font-size:17px;margin:8px 0}
@media (max-width:640px){main{padding:24px 16px 48px}.figures{grid-template-columns:minmax(0,1fr)}h1{font-size:25px}}
@page{margin:16mm 14mm}
@media print{body{background:none;font-size:10.5pt}main{max-width:none;padding:0}nav{display:none}h2,h3{break-after:avoid}tr,li{break-inside:avoid}thead{display:table-header-group}.wide{overflow:visible}table{font-size:8.5pt}th,td{padding-right:8px}a{text-decoration:none}}`;
}
