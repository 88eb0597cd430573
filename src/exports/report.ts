import { version } from '../../package.json';
import type { CheckView, ExportedFile, LabError } from '../../workers/protocol';
import { stepWords } from '../../workers/spec/reading';
import { encodeSpec } from '../../workers/spec/share';
import { PLAIN_VIEW } from '../../workers/spec/view/page-view';
import { checkMethod } from '../lab-client/client';
import { REPORT_FILES, type ReportFormat, reportFile } from '../report/files';
import type { ReportInput } from '../report/input';
import { originOf } from '../results/origin';
import { addressOf } from '../share/address';
import { useEngine } from '../state/engine';
import { useRun } from '../state/run';
import { useTable } from '../state/table/table-store';
import { hashOf, labFolder } from '../state/url';
import { originWords } from '../words/provenance';

/** What was done to the file, as the reader tells it: with numbers of cells where the table is still open. */
function stepsOf(spec: ReportInput['run']['spec']): string[] {
  const { dataset } = spec;
  if (dataset.kind !== 'table') return [];
  const { preview } = useTable.getState();
  const steps = dataset.reading ?? [];
  return preview?.fingerprint === dataset.fingerprint && preview.steps.length === steps.length
    ? preview.steps.map(({ words }) => words)
    : steps.map((step) => stepWords(step));
}

/** The report of the run on the page. Rejects with a LabError where there are no results. */
export async function runReport(format: ReportFormat): Promise<ExportedFile> {
  const state = useRun.getState();
  const { spec, summary } = state;
  const origin = originOf(state);
  if (spec === null || summary === null || origin === null) {
    const none: LabError = { code: 'no-results', message: 'There is no run to report on.', hint: 'Press Train.' };
    throw none;
  }
  const checks: CheckView[] = [];
  for (const { id } of spec.methods) if (state.results[id]) checks.push(await checkMethod(id));
  const input: ReportInput = {
    run: { ...state, spec, summary },
    origin: originWords(origin, true),
    steps: stepsOf(spec),
    checks,
    refused: [],
    engine: useEngine.getState().info,
    versions: [
      ['MMbeddings Lab', version],
      ['Browser', navigator.userAgent],
    ],
    made: new Date().toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' }),
    address: await addressOf(labFolder(location.href), { spec, view: PLAIN_VIEW }),
    hash: hashOf(await encodeSpec(spec), ''),
  };
  const { name, type } = REPORT_FILES[format];
  return { name, blob: new Blob([reportFile(format, input)], { type }), words: '' };
}
