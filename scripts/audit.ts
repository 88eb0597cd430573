import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printableLines } from '../workers/data/shown-text';
import { audited } from './audit-report';

/**
 * `npm run audit`: known holes in what the site is built from, as the registry tells them (`npm audit
 * --omit=dev`). One check, which is skipped where the registry cannot be asked: then nothing is known of
 * holes, and that is said. Ends `N passed, N failed, N skipped`, with exit code 1 for a hole.
 */
const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--package-lock-only', '--json'], {
  cwd: dirname(dirname(fileURLToPath(import.meta.url))),
  encoding: 'utf8',
  timeout: 60_000,
  shell: process.platform === 'win32',
});
const report = audited(stdout ?? '', error?.message);
for (const line of report.lines) console.log(printableLines(line));
console.log(
  `${report.state === 'clean' ? 1 : 0} passed, ${report.state === 'holes' ? 1 : 0} failed${report.state === 'unknown' ? ', 1 skipped' : ''}`,
);
process.exit(report.state === 'holes' ? 1 : 0);
