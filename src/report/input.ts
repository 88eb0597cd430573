import type { CheckView, EngineInfo } from '../../workers/protocol';
import type { RunView } from '../results/model';

/** What a report is made of: what the run knows, and what cannot be seen from it. */
export interface ReportInput {
  run: Pick<RunView, 'status' | 'spec' | 'summary' | 'lanes' | 'curves' | 'embeddings' | 'predictions' | 'results' | 'comparison'> & {
    spec: NonNullable<RunView['spec']>;
    summary: NonNullable<RunView['summary']>;
  };
  /** "visits.csv; seeds 1, 1; run 2". */
  origin: string;
  /** What the reader did to the file, a sentence a step. */
  steps: readonly string[];
  /** How predictions of finished methods stand up to the test rows. */
  checks: readonly CheckView[];
  /** Methods that were asked for and cannot use the data, and why. */
  refused: readonly { label: string; sentence: string }[];
  engine: Pick<EngineInfo, 'backend' | 'detail' | 'why'> | null;
  /** Programs and their versions. */
  versions: readonly (readonly [name: string, version: string])[];
  /** Day and time in words. */
  made: string;
  /** The address that opens the experiment; null where nobody knows where the lab lies. */
  address: string | null;
  /** The experiment as the end of an address: '#s=…'. */
  hash: string;
}
