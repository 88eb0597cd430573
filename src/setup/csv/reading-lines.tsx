import { useTable } from '../../state/table/table-store';
import { plural } from '../../ui/format';
import { readingLines } from './reading-words';

/** More lines than this are folded up. */
const OPEN = 3;

/** What was done to the file, in words, each line with its undo. Nothing where the file was read as it is. */
export function ReadingLines() {
  const preview = useTable((state) => state.preview);
  const rereading = useTable((state) => state.rereading);
  const reread = useTable((state) => state.reread);
  const lines = preview ? readingLines(preview.steps) : [];
  if (lines.length === 0) return null;
  return (
    <details className="csv-group" open={lines.length <= OPEN}>
      <summary>
        <h3>How the file was read</h3>
        <span className="help">{plural(lines.length, 'step')}</span>
      </summary>
      <ul className="csv-notes csv-steps" aria-label="How the file was read">
        {lines.map(({ id, words, without }) => (
          <li key={id}>
            <p>{words}</p>
            {without && (
              <button
                type="button"
                className="lk"
                aria-label={`Undo: ${words}`}
                aria-disabled={rereading}
                onClick={() => !rereading && void reread(without)}
              >
                Undo
              </button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
