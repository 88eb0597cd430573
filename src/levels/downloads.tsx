import { useState } from 'react';
import type { LabError, LevelExportRequest } from '../../workers/protocol';
import { exportLevels } from '../lab-client/levels';
import { saveBlob } from '../lab-client/save';
import { namedAfterRun } from '../results/save';
import { useSelected } from '../state/selection';
import { whole } from '../text/numbers';
import { Icon } from '../ui/icons';
import { Menu, MenuItem } from '../ui/over';
import { forNextRun } from './next-run';
import { Refusal } from './refusal';
import type { LevelsShown } from './shown';

const typeOf = (name: string): string => (name.endsWith('.csv') ? 'text/csv;charset=utf-8' : 'text/tab-separated-values;charset=utf-8');

/** Everything the room has, as files. */
export function Downloads({ shown }: { shown: LevelsShown }) {
  const { method, feature, view, thing } = shown;
  const selected = useSelected(feature);
  const [error, setError] = useState<LabError | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const save = (what: LevelExportRequest['what'], levels?: readonly number[]) => {
    setError(null);
    setTold(null);
    exportLevels({ method, feature, what, ...(levels && { levels: Uint32Array.from(levels) }) }).then(
      (files) => {
        for (const { name, bytes } of files) saveBlob(namedAfterRun(name), new Blob([bytes as BlobPart], { type: typeOf(name) }));
      },
      (reason: LabError) => setError(reason),
    );
  };
  const again = () => {
    setError(null);
    setTold(null);
    forNextRun(shown).then(setTold, (reason: LabError) => setError(reason));
  };
  const vectors = view.width > 0;
  return (
    <>
      <Menu
        end
        button={
          <button type="button" className="btn">
            <Icon name="download" small />
            {thing.Many}
          </button>
        }
      >
        <MenuItem onClick={() => save('table')}>List of all {thing.many} (CSV)</MenuItem>
        <MenuItem disabled={!vectors} onClick={() => save('vectors')}>
          Vectors of all {thing.many} (CSV)
        </MenuItem>
        <MenuItem disabled={!vectors} onClick={() => save('projector')}>
          For the Embedding Projector (two TSV)
        </MenuItem>
        <MenuItem disabled={selected.length === 0} onClick={() => save('table', selected)}>
          List of the selection, {whole(selected.length)} (CSV)
        </MenuItem>
        <MenuItem disabled={!vectors || selected.length === 0} onClick={() => save('vectors', selected)}>
          Vectors of the selection, {whole(selected.length)} (CSV)
        </MenuItem>
        <MenuItem disabled={!vectors} onClick={again}>
          Use these vectors in the next run
        </MenuItem>
      </Menu>
      <p className="fine" role="status">
        {told}
      </p>
      <Refusal error={error} />
    </>
  );
}
