import { useId, useState } from 'react';
import type { ColumnVectors } from '../../../workers/data/schema';
import type { VectorFileFacts } from '../../../workers/protocol';
import { toLabError } from '../../../workers/spec/lab-error';
import type { MethodAbout } from '../../../workers/spec/methods';
import { openVectors, summarize } from '../../lab-client/client';
import { useSpec } from '../../state/spec';
import { Icon } from '../../ui/icons';
import { levelColumns } from './level-columns';

/** Most numbers that a method's vectors may have; a wider file is projected. */
const MOST_WIDE = 128;

/** The experiment with this file for a column, and the method's vectors as wide as the file's. */
function chosen(column: string, { name, fingerprint, d }: VectorFileFacts, id: string): string | null {
  return useSpec.getState().change((spec) => ({
    ...spec,
    vectors: [...(spec.vectors ?? []).filter((other) => other.column !== column), { column, name, fingerprint }],
    methods: spec.methods.map((method) => (method.id === id ? { ...method, settings: { ...method.settings, d: Math.min(d, MOST_WIDE) } } : method)),
  }));
}

/** How many levels of the column the file has vectors for, in the words of the data's notes. */
async function coverage(column: string): Promise<string> {
  const { warnings = [] } = await summarize(useSpec.getState().spec);
  return warnings.find(({ code, message }) => code === 'vectors-given' && message.includes(`of "${column}".`))?.message ?? '';
}

function without(column: string): void {
  useSpec.getState().change(({ vectors = [], ...spec }) => {
    const others = vectors.filter((other) => other.column !== column);
    return { ...spec, ...(others.length > 0 && { vectors: others }) };
  });
}

interface ColumnProps {
  about: MethodAbout;
  column: string;
  file: ColumnVectors | undefined;
  /** False for a column that the data do not have: its file can only be left out. */
  present: boolean;
}

/** The file of one column: its name, a place to choose one, and what is wrong with it. */
function Column({ about, column, file, present }: ColumnProps) {
  const [told, setTold] = useState<{ fingerprint: string; words: string } | null>(null);
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const read = async (given: File) => {
    setReading(true);
    setProblem(null);
    try {
      const opened = await openVectors(given);
      const refusal = chosen(column, opened, about.id);
      setProblem(refusal);
      if (refusal === null) setTold({ fingerprint: opened.fingerprint, words: await coverage(column) });
    } catch (thrown) {
      const { message, hint } = toLabError(thrown);
      setProblem(`${message} ${hint}`);
    }
    setReading(false);
  };
  return (
    <li>
      <span className="vf-name" id={id}>
        {column}
      </span>
      <span className="vf-file">{file ? file.name : 'no file'}</span>
      {present && (
        <label className="lk">
          {reading ? 'Reading' : file ? 'Change' : 'Choose a file'}
          <input
            type="file"
            className="sr"
            aria-label={`File of vectors for ${column}`}
            disabled={reading}
            onChange={(event) => {
              const [given] = event.target.files ?? [];
              if (given) void read(given);
              event.target.value = '';
            }}
          />
        </label>
      )}
      {file && (
        <button type="button" className="lk" aria-describedby={id} onClick={() => without(column)}>
          Leave out
        </button>
      )}
      {file && told?.fingerprint === file.fingerprint && <p className="help">{told.words}</p>}
      {file && !present && <p className="help">The data have no column of this name.</p>}
      {problem && (
        <p className="why" role="alert">
          <Icon name="warn" small />
          <span>{problem}</span>
        </p>
      )}
    </li>
  );
}

/**
 * Files of level vectors that a method begins from, one for each column. The experiment names them by what is
 * in them; the files themselves stay in this browser.
 */
export function VectorFiles({ about }: { about: MethodAbout }) {
  const dataset = useSpec((state) => state.spec.dataset);
  const files = useSpec((state) => state.spec.vectors);
  const { levels, tags } = levelColumns(dataset);
  const columns = about.tags === 'own' ? tags : [...levels, ...tags];
  const strange = (files ?? []).filter(({ column }) => ![...levels, ...tags].includes(column)).map(({ column }) => column);
  if (columns.length + strange.length === 0) return <p className="help">The data have no column that vectors could be for.</p>;
  return (
    <div className="vector-files">
      <p className="help">
        CSV, TSV, word2vec or GloVe text: a label, then its numbers. A download of level vectors is such a file. It stays in this browser.
      </p>
      <ul>
        {columns.map((column) => (
          <Column key={column} about={about} column={column} file={files?.find((file) => file.column === column)} present />
        ))}
        {strange.map((column) => (
          <Column key={column} about={about} column={column} file={files?.find((file) => file.column === column)} present={false} />
        ))}
      </ul>
    </div>
  );
}
