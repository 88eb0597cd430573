import { NativeSelect } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import type { ColumnVectors } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import { toLabError } from '../../../workers/spec/lab-error';
import type { MethodAbout } from '../../../workers/spec/methods';
import { beginFrom, coverage, keptOpen } from '../../lab-client/begin-from-vectors';
import { haveSeenTestRows, type OpenVectors, useGivenVectors } from '../../state/given-vectors';
import { levelColumns } from '../../state/level-columns';
import { useSpec } from '../../state/spec';
import { Icon } from '../../ui/icons';
import { SEEN_TEST_ROWS } from '../../words/given-vectors';

function without(column: string): void {
  useSpec.getState().change(({ vectors = [], ...spec }) => {
    const others = vectors.filter((other) => other.column !== column);
    return { ...spec, ...(others.length > 0 && { vectors: others }) };
  });
}

/**
 * How far open vectors reach for a column of the data on the page, or why they cannot be used; '' until then.
 */
function useCoverage(column: string, vectors: OpenVectors | undefined): string {
  const [told, setTold] = useState('');
  const dataset = useSpec((state) => state.spec.dataset);
  useEffect(() => {
    setTold('');
    if (!vectors) return;
    let isShown = true;
    coverage(column, dataset).then(
      (words) => isShown && setTold(words),
      (reason) => isShown && setTold(`${toLabError(reason).message} ${toLabError(reason).hint}`),
    );
    return () => {
      isShown = false;
    };
  }, [column, vectors, dataset]);
  return told;
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
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const open = useGivenVectors((state) => state.open);
  const begin = async (opening: Promise<OpenVectors> | OpenVectors) => {
    setReading(true);
    setProblem(null);
    try {
      setProblem(beginFrom(column, await opening, about.id));
    } catch (thrown) {
      const { message, hint } = toLabError(thrown);
      setProblem(`${message} ${hint}`);
    }
    setReading(false);
  };
  const known = open.find(({ fingerprint }) => fingerprint === file?.fingerprint);
  const seen = useSpec(({ spec }) => haveSeenTestRows(known?.trained ?? null, spec));
  const told = useCoverage(column, present ? known : undefined);
  const others = open.filter(({ fingerprint }) => fingerprint !== file?.fingerprint);
  return (
    <li>
      <span className="vf-name" id={id}>
        {column}
      </span>
      <span className="vf-file">{file ? shortened(file.name, 100) : 'no file'}</span>
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
              if (given) void begin(keptOpen(given, null));
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
      {present && others.length > 0 && (
        <NativeSelect
          className="vf-open"
          aria-label={`Open vectors for ${column}`}
          data={[{ value: '', label: 'Open vectors' }, ...others.map(({ fingerprint, name }) => ({ value: fingerprint, label: name }))]}
          value=""
          disabled={reading}
          onChange={(event) => {
            const chosen = others.find(({ fingerprint }) => fingerprint === event.currentTarget.value);
            if (chosen) void begin(chosen);
          }}
        />
      )}
      {told && (
        <p className="help" role="status">
          {told}
        </p>
      )}
      {file && seen && <p className="help">{SEEN_TEST_ROWS}</p>}
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
