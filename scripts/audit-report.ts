/** What `npm audit --json` says of the packages: `unknown` where the registry could not be asked. */
export interface Audited {
  state: 'clean' | 'holes' | 'unknown';
  lines: string[];
}

interface Report {
  message?: string;
  metadata?: { vulnerabilities?: { total?: number }; dependencies?: { prod?: number } };
  vulnerabilities?: Record<string, { name: string; severity: string; range: string }>;
}

/** @param failure why the command gave nothing, where it did not */
export function audited(text: string, failure?: string): Audited {
  let report: Report = {};
  try {
    report = JSON.parse(text) as Report;
  } catch {
    // Told below: no report is no answer.
  }
  const total = report.metadata?.vulnerabilities?.total;
  if (total === undefined) {
    const why = failure ?? report.message ?? 'it gave no report';
    return { state: 'unknown', lines: [`The registry could not be asked for known holes (${why}): ask again where it can be, with npm run audit.`] };
  }
  if (total === 0) return { state: 'clean', lines: [`No known hole in ${report.metadata?.dependencies?.prod ?? 'the'} packages of the site.`] };
  return { state: 'holes', lines: Object.values(report.vulnerabilities ?? {}).map(({ name, severity, range }) => `${name} ${range}: ${severity}`) };
}
