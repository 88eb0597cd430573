import { type ReactNode, type RefObject, useId, useState } from 'react';
import type { PanelId } from '../../workers/spec/view/panels';
import type { FigureHandle } from '../charts/figure-view';
import { keyOf } from '../charts/key';
import { saveBlob } from '../lab-client/save';
import { useAllowed, usePlain } from '../state/page-view';
import { useStaleness } from '../state/stale';
import { Control } from '../ui/control';
import { Icon } from '../ui/icons';
import { Menu, MenuItem } from '../ui/over';
import { ScrollRegion } from '../ui/scroll-region';
import { TableHead } from '../ui/table-head';
import { asCell, asGroup, asRow, asRowHead, asTable, tableClass } from '../ui/table-parts';
import { Glossed } from '../ui/term';
import { originSlug, originWords } from '../words/provenance';
import { useFullScreen } from './full-screen';
import { FullScreenButton } from './full-screen-button';
import { type Follows, useEpochShown, useOrigin } from './origin';
import { Provenance } from './provenance';
import { fileName, saveCsv } from './save';
import { cellText, type Twin } from './twin';
import { useSettled } from './use-settled';

interface Props {
  title: string;
  /** Its id, where links and lessons name it; that of its room otherwise, or none. */
  panel?: PanelId;
  /** Columns of the sheet's twelve. */
  width: 4 | 6 | 8 | 12;
  /** File name of downloads, without ending. */
  file: string;
  tag?: ReactNode;
  controls?: ReactNode;
  /** The controls name themselves to links and lessons; absent: they are choices of a chart. */
  namedControls?: boolean;
  /** The controls need a line of their own on a narrow screen. */
  wideControls?: boolean;
  /** A second row of controls under the title. */
  row?: ReactNode;
  figure: RefObject<FigureHandle | null>;
  /** There is something to draw; without it the menu is off. */
  ready: boolean;
  /** `full`: every number, for the file and the shown table; else a short table for screen readers. */
  twin: (full: boolean) => Twin;
  /**
   * Numbers change all the time: the table follows every two seconds, because one that changes ten times per
   * second cannot be read.
   */
  live: boolean;
  children: ReactNode;
  caption?: ReactNode;
  fine?: ReactNode;
  /** Whose numbers are drawn where they are those of single methods. */
  methods?: readonly string[];
  /** How its numbers follow the slider over the epochs; absent: they are of the final model. */
  follows?: Follows;
  /** What stands in the place of the run's data and number: a panel of the settings alone. */
  origin?: string;
  /** The same in the names of its files; absent: the run's. */
  named?: string;
}

/**
 * A panel of the sheet: title, controls, chart, one sentence, fine print, a menu, and the numbers as a table
 * always in the page.
 */
export function Panel(props: Props) {
  const {
    title,
    width,
    file,
    tag,
    controls,
    namedControls,
    wideControls,
    row,
    panel,
    figure,
    ready,
    twin,
    live,
    children,
    caption,
    fine,
    methods,
    origin,
    follows = false,
  } = props;
  const id = useId();
  const source = useOrigin(follows);
  const epoch = useEpochShown(follows);
  // The file says which epoch it is of.
  const named = props.named ?? (source?.at === undefined ? undefined : originSlug(source));
  const { changed } = useStaleness();
  const words = origin ?? (source ? originWords(source, true) : '');
  const old = methods !== undefined && changed.some((method) => methods.includes(method));
  const { ref, panel: element, full, toggle } = useFullScreen();
  const files = useAllowed('downloads');
  const plain = usePlain(panel);
  const said = plain ?? caption;
  const [asTable, setAsTable] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const download = (format: 'png' | 'svg') => {
    setProblem(null);
    figure.current?.image(format, `${title}. ${words}`, keyOf(element.current)).then(
      (blob) => saveBlob(fileName(`${file}.${format}`, named), blob),
      () => setProblem(`The ${format.toUpperCase()} could not be made in this browser.`),
    );
  };
  return (
    <section ref={ref} className={`panel w${width}${old ? ' is-stale' : ''}${full ? ' is-full' : ''}`} aria-labelledby={id} data-panel={panel}>
      <div className="ph">
        <h2 id={id}>{title}</h2>
        {tag}
        {epoch?.tag && <span className="live at-epoch">{epoch.tag}</span>}
        <span className={wideControls ? 'sp brk' : 'sp'} />
        {controls && (namedControls ? controls : <Control id="chart-choices">{controls}</Control>)}
        <span className="tools">
          {(full || files !== 'open') && <FullScreenButton title={title} full={full} onClick={toggle} />}
          {files !== 'hidden' && (
            <Control id="downloads">
              <Menu
                end
                button={
                  <button
                    type="button"
                    className="btn quiet icon"
                    aria-label={`${title}: table and downloads`}
                    title="Full screen, show as a table, download PNG, SVG or CSV"
                    disabled={!ready}
                  >
                    <Icon name="more" />
                  </button>
                }
              >
                <MenuItem onClick={toggle}>{full ? 'Leave full screen' : 'Full screen'}</MenuItem>
                <MenuItem onClick={() => setAsTable(!asTable)}>{asTable ? 'Show as chart' : 'Show as table'}</MenuItem>
                <MenuItem onClick={() => download('png')}>Download PNG</MenuItem>
                <MenuItem onClick={() => download('svg')}>Download SVG</MenuItem>
                <MenuItem onClick={() => saveCsv(file, twin(true), named)}>Download CSV</MenuItem>
              </Menu>
            </Control>
          )}
        </span>
      </div>
      {row && (
        <div className="row2">
          <Control id="chart-choices">{row}</Control>
        </div>
      )}
      <div hidden={asTable && ready}>{children}</div>
      {ready && <TwinTable twin={twin} shown={asTable} live={live} origin={words} />}
      {problem && (
        <p className="fine" role="alert">
          {problem}
        </p>
      )}
      {said && (
        <p className="cap">
          <Glossed>{said}</Glossed>
        </p>
      )}
      {fine && !plain && <p className="fine">{fine}</p>}
      {plain ? null : origin === undefined ? <Provenance methods={methods} follows={follows} /> : <p className="fine origin">{origin}</p>}
    </section>
  );
}

const LIVE_INTERVAL_MS = 2000;

/** The numbers of a chart: in the page for screen readers, on screen when asked for. */
function TwinTable({ twin, shown, live, origin }: { twin: (full: boolean) => Twin; shown: boolean; live: boolean; origin: string }) {
  const settled = useSettled(twin, live ? LIVE_INTERVAL_MS : 0);
  const { caption: own, columns, rows, note } = settled(shown);
  const caption = `${own} ${origin}`;
  const table = (
    <table {...asTable} className={tableClass(columns.length)}>
      <caption className="sr">{caption}</caption>
      <TableHead columns={columns} />
      <tbody {...asGroup}>
        {rows.map((cells, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
          <tr key={i} {...asRow}>
            {cells.map((cell, k) =>
              k === 0 ? (
                <th key={columns[k]} {...asRowHead} data-column={columns[k]}>
                  {cellText(cell)}
                </th>
              ) : (
                <td key={columns[k]} {...asCell(columns[k])}>
                  {cellText(cell)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <div className={shown ? 'twin' : 'sr'}>
      {shown ? (
        <ScrollRegion className="tw" aria-label={caption}>
          {table}
        </ScrollRegion>
      ) : (
        <div className="tw">{table}</div>
      )}
      {note && <p className="fine">{note}</p>}
    </div>
  );
}

/** 'recorded', hatched: these numbers were not computed on this device. */
export const RecordedTag = ({ recorded }: { recorded: boolean }) => (recorded ? <span className="tag">recorded</span> : null);

/** What stands in a chart's place before there is anything to draw. */
export function EmptyChart({ height, children }: { height: number; children: ReactNode }) {
  return (
    <div className="empty" style={{ minHeight: height }}>
      <p>{children}</p>
    </div>
  );
}
