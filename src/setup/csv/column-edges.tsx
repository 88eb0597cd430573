import { useState } from 'react';
import { shortened } from '../../../workers/data/shown-text';
import { toLabError } from '../../../workers/spec/lab-error';
import { edgeFacts, openEdges } from '../../lab-client/client';
import type { ColumnTake } from '../../state/table/table-choice';
import { useTable } from '../../state/table/table-store';
import { plural } from '../../ui/format';
import { Icon } from '../../ui/icons';

/** Letters of a file's name. */
const MOST_NAME = 60;

/** The file of edges between the levels of a column: name, a place to choose one, what is wrong with it. */
export function ColumnEdges({ index, name, take }: { index: number; name: string; take: ColumnTake }) {
  const setTake = useTable((state) => state.setTake);
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { edges } = take;
  const facts = edges ? edgeFacts(edges.fingerprint) : null;
  const open = async (file: File) => {
    setReading(true);
    setProblem(null);
    try {
      const { fileName } = useTable.getState();
      const opened = await openEdges(file);
      // Another table may be open by now, or this one read with other columns.
      const now = useTable.getState();
      const at = now.fileName === fileName ? (now.preview?.columns.findIndex((column) => column.name === name) ?? -1) : -1;
      if (at >= 0) setTake(at, { edges: { name: opened.name, fingerprint: opened.fingerprint } });
    } catch (thrown) {
      const { message, hint } = toLabError(thrown);
      setProblem(`${message} ${hint}`);
    }
    setReading(false);
  };
  const leaveOut = () => {
    setProblem(null);
    setTake(index, { edges: undefined });
  };
  return (
    <fieldset>
      <legend>Edges between its levels</legend>
      <p className="help">Two levels on each line, and perhaps a weight: for MMbeddings of a graph. The file stays in this browser.</p>
      {edges && (
        <p className="help" role="status">
          {shortened(edges.name, MOST_NAME)}
          {facts ? `: ${plural(facts.edges, 'edge')} between ${plural(facts.names, 'name')}` : ' is not open in this page: choose it again'}
        </p>
      )}
      <p className="csv-links">
        <label className="lk">
          {reading ? 'Reading' : edges ? 'Change' : 'Choose a file'}
          <input
            type="file"
            className="sr"
            aria-label={`File of edges for ${name}`}
            disabled={reading}
            onChange={(event) => {
              const [given] = event.target.files ?? [];
              if (given) void open(given);
              event.target.value = '';
            }}
          />
        </label>
        {edges && (
          <button type="button" className="lk" aria-label={`Leave out the edges of ${name}`} onClick={leaveOut}>
            Leave out
          </button>
        )}
      </p>
      {problem && (
        <p className="why" role="alert">
          <Icon name="warn" small />
          <span>{problem}</span>
        </p>
      )}
    </fieldset>
  );
}
