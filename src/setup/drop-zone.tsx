import { Dropzone } from '@mantine/dropzone';
import { useRef } from 'react';
import { isOwnTable } from '../../workers/spec/division';
import { toLabError } from '../../workers/spec/lab-error';
import { asOneFile } from '../lab-client/as-one-file';
import { isSession } from '../lab-client/session-file';
import { isModelFile, useExports } from '../state/exports';
import { useNotice } from '../state/notice';
import { useSpec } from '../state/spec';
import { useSeries } from '../state/table/series-store';
import { useTable } from '../state/table/table-store';
import { openSaved } from '../state/table/take-run';
import { bytes, count } from '../ui/format';
import { Icon } from '../ui/icons';
import { TABLE_FILES } from './csv/table-files';
import { KeepTable } from './keep-table';

/**
 * The file that a person chooses, with its handle, so that a later visit can find it again; or several.
 * Null: none was chosen; 'unknown': this browser gives no handles.
 */
async function chosenFiles(): Promise<File[] | null | 'unknown'> {
  const pick = (window as { showOpenFilePicker?: (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]> }).showOpenFilePicker;
  if (!pick) return 'unknown';
  try {
    const handles = await pick.call(window, { multiple: true });
    const [handle] = handles;
    if (handles.length > 1) return Promise.all(handles.map((one) => one.getFile()));
    return [Object.assign(await handle.getFile(), { handle })];
  } catch (failure) {
    return (failure as Error).name === 'AbortError' ? null : 'unknown';
  }
}

/** Opens a file; whatever it is, the parser refuses it by name. */
function Zone({ lead }: { lead: string }) {
  const openTable = useTable((state) => state.open);
  const openModel = useExports((state) => state.openModel);
  const show = useNotice((state) => state.show);
  const choose = useRef<() => void>(null);
  // A file that the lab has saved opens in the same place as a table.
  const open = async (files: readonly File[]) => {
    const file = await asOneFile(files);
    if (isModelFile(file)) openModel(file);
    else await ((await isSession(file)) ? openSaved(file) : openTable(file));
  };
  const take = (files: readonly File[]) => void open(files).catch((failure: unknown) => show(toLabError(failure)));
  const pick = () => void chosenFiles().then((files) => (files === 'unknown' ? choose.current?.() : files && take(files)));
  return (
    <Dropzone
      className="drop"
      // In place of the zone's own way to choose, which gives no handle: a press on the words arrives here.
      onClick={pick}
      // The button inside is what the keyboard reaches.
      activateOnKeyboard={false}
      tabIndex={-1}
      openRef={choose}
      inputProps={{ 'aria-label': 'Choose a table', accept: TABLE_FILES }}
      onDrop={(files) => files.length > 0 && take(files)}
    >
      <Icon name="upload" />
      <span>
        <b>
          {lead}, or{' '}
          <button
            type="button"
            className="choose"
            onClick={(event) => {
              // The zone around it would open a second dialog.
              event.stopPropagation();
              pick();
            }}
          >
            choose a file
          </button>
        </b>
        <span className="help">
          CSV, TSV, JSON records, Parquet or Excel, also in .gz or .zip; several files with the same columns; or a saved run or model.onnx
        </span>
        <span className="help">
          <Icon name="shield" small />
          The file stays in this browser.
        </span>
      </span>
    </Dropzone>
  );
}

/** The person's own table: a place to drop one, or the one that is loaded. */
export function DropZone() {
  const dataset = useSpec((state) => state.spec.dataset);
  const phase = useTable((state) => state.phase);
  const preview = useTable((state) => state.preview);
  const reopen = useTable((state) => state.reopen);
  const series = useSeries((state) => state.inUse);
  const own = isOwnTable(dataset) ? dataset : null;
  const tags = dataset.kind === 'series-table' ? dataset.features : null;
  const open = own !== null && own.fingerprint === preview?.fingerprint && (own.kind === 'table' || series !== null);
  const here = preview && (phase === 'roles' || (phase === 'none' && open));
  if (!here) {
    return (
      <>
        {own && phase !== 'reading' && (
          <p className="needs">
            <Icon name="warn" small />
            <span>
              These settings are for <b>{own.name}</b>
              {tags && (
                <>
                  {' '}
                  with <b>{tags.name}</b>
                </>
              )}
              , which {tags ? 'are' : 'is'} not in this browser. Drop {tags ? own.name : 'it'} here to train.
            </span>
          </p>
        )}
        <Zone lead={own ? 'Drop the file here' : 'Drop a table here'} />
      </>
    );
  }
  return (
    <>
      <div className="drop loaded">
        <Icon name="file" />
        <div>
          <b>{preview.name}</b>
          <span className="help">
            {bytes(preview.bytes)}, {count(preview.rows)} {open && tags ? `rows; tags of ${tags.name}` : 'rows'}
          </span>
          <span className="help">
            <Icon name="shield" small />
            Read in this browser, sent nowhere.
          </span>
          <KeepTable key={preview.fingerprint} fingerprint={preview.fingerprint} />
          {phase === 'none' && (
            <button type="button" className="lk" onClick={() => reopen()}>
              {dataset.kind === 'series-table' ? 'Change the series' : 'Change the column roles'}
            </button>
          )}
        </div>
      </div>
      {phase === 'none' && <Zone lead="Drop another table" />}
    </>
  );
}
