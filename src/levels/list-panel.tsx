import { TextInput } from '@mantine/core';
import { type CSSProperties, type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useState } from 'react';
import type { LevelQuery, LevelSort } from '../../workers/protocol';
import { Choice } from '../results/choice';
import { Provenance } from '../results/provenance';
import { useRun } from '../state/run';
import { useSelected, useSelection } from '../state/selection';
import { whole } from '../text/numbers';
import { useElementWidth } from '../ui/element-width';
import { labelOf } from '../ui/method-line';
import { FEW_ROWS, rankSentence, rowsSentence } from '../words/level-room';
import { countedThings } from '../words/thing';
import { type ListColumn, listColumns } from './columns';
import { useSearch } from './search';
import type { LevelsShown } from './shown';
import { scrolledHeight, useWindowed } from './windowed';

const HEAD_PX = 40;
/** A row of a narrow screen is touched by a finger. */
const ROW_PX = { wide: 28, narrow: 40 };
const NARROW = 560;
/** Columns that a narrow screen always has: the label and its rows. One more is chosen. */
const ALWAYS = 2;
const NARROW_LABEL_PX = 120;

type Which = 'all' | 'seen' | 'unseen' | 'few' | 'selected';

function filterOf(which: Which, selected: readonly number[]): LevelQuery['filter'] {
  switch (which) {
    case 'all':
      return undefined;
    case 'seen':
      return { seen: true };
    case 'unseen':
      return { seen: false };
    case 'few':
      return { leastRows: 1, mostRows: FEW_ROWS };
    case 'selected':
      return { among: Uint32Array.from(selected) };
  }
}

/** Numbers start from their greatest, labels from their first. */
const startsDescending = ({ id }: ListColumn): boolean => id !== 'label';

const sortWords = (sort: LevelSort, column: ListColumn): 'ascending' | 'descending' | 'none' => {
  const same = sort.by === column.sort.by && (sort.by !== 'typical' || sort.of === (column.sort as typeof sort).of);
  return same ? (sort.descending ? 'descending' : 'ascending') : 'none';
};

/** All levels of a feature: searched, filtered, sorted and chosen from. It is the map's twin. */
export function ListPanel({ shown }: { shown: LevelsShown }) {
  const { view, method, feature, thing } = shown;
  const id = useId();
  const binary = useRun((state) => state.summary?.task === 'binary');
  const selected = useSelected(feature);
  const [box, width] = useElementWidth<HTMLDivElement>(800);
  const columns = useMemo(() => listColumns(view, binary), [view, binary]);
  const narrow = width < NARROW;
  const choices = columns.slice(ALWAYS);
  const [wanted, setWanted] = useState('effect');
  const third = choices.find((column) => column.id === wanted) ?? choices[0];
  const inSight = narrow ? [{ ...columns[0], width: NARROW_LABEL_PX }, ...columns.slice(1, ALWAYS), third] : columns;
  const [text, setText] = useState('');
  const [which, setWhich] = useState<Which>('all');
  const [sort, setSort] = useState<LevelSort>({ by: 'rows', descending: true });
  const known = inSight.some((column) => sortWords(sort, column) !== 'none');
  const among = which === 'selected' ? selected : null;
  const query = useMemo(
    (): LevelQuery => ({ method, feature, text, sort: known ? sort : { by: 'rows', descending: true }, filter: filterOf(which, among ?? []) }),
    [method, feature, text, sort, known, which, among],
  );
  const { found, error } = useSearch(query);
  const levels = found?.levels ?? new Uint32Array(0);
  const row = narrow ? ROW_PX.narrow : ROW_PX.wide;
  const sortBy = (column: ListColumn) => {
    const now = sortWords(sort, column);
    const descending = now === 'none' ? startsDescending(column) : now === 'ascending';
    setSort({ ...column.sort, descending } as LevelSort);
  };
  const caption = [rowsSentence(view, view.featureName), rankSentence(view, labelOf(method))].filter(Boolean).join(' ');
  return (
    <section className="panel w8" aria-labelledby={id}>
      <div className="ph">
        <h2 id={id}>List of {thing.many}</h2>
        <span className="whose">{labelOf(method)}</span>
      </div>
      <div className="row2 levels-find">
        <TextInput
          aria-label={`Search ${thing.many}`}
          placeholder="Search"
          type="search"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Choice
          label={`Which ${thing.many}`}
          value={which}
          options={[
            { value: 'all', label: `All ${thing.many}` },
            { value: 'seen', label: 'In training rows' },
            { value: 'unseen', label: 'In no training row' },
            { value: 'few', label: `At most ${FEW_ROWS} rows` },
            { value: 'selected', label: 'Selected', disabled: selected.length === 0 },
          ]}
          onChange={(next) => setWhich(next as Which)}
        />
        {narrow && (
          <Choice
            label="Third column"
            value={third.id}
            options={choices.map((column) => ({ value: column.id, label: column.name }))}
            onChange={setWanted}
          />
        )}
        <span className="whose" role="status">
          {found && `${levels.length === view.levels ? '' : `${whole(levels.length)} of `}${countedThings(view.levels, thing, whole)}`}
        </span>
      </div>
      <div ref={box} className="levels-box">
        {error ? (
          <p className="fine" role="alert">
            {error.message} {error.hint}
          </p>
        ) : (
          <Grid
            levels={levels}
            columns={inSight}
            shown={shown}
            selected={selected}
            sort={query.sort}
            sortBy={sortBy}
            row={row}
            milliseconds={found?.milliseconds}
          />
        )}
      </div>
      <p className="cap">{caption}</p>
      <p className="fine">
        A column with the name of a method is its prediction for the {thing.one} in a typical row, numeric features at their mean and other features
        at their most frequent level. Arrow keys move, Enter selects, Space adds to the selection.
      </p>
      <Provenance methods={[method]} />
    </section>
  );
}

interface GridProps {
  levels: Uint32Array;
  columns: readonly ListColumn[];
  shown: LevelsShown;
  selected: readonly number[];
  sort: LevelSort;
  sortBy(column: ListColumn): void;
  row: number;
  /** Of the search, for whoever measures. */
  milliseconds: number | undefined;
}

/** The rows in sight. One of them is active; keys move it. */
function Grid({ levels, columns, shown, selected, sort, sortBy, row, milliseconds }: GridProps) {
  const { view, feature, thing } = shown;
  const id = useId();
  const { choose, toggle, from } = useSelection();
  const { scroller, body, extent, first, count, reveal } = useWindowed<HTMLDivElement>(levels.length, row, HEAD_PX);
  const [active, setActive] = useState(0);
  const at = Math.min(active, levels.length - 1);
  const main = selected[0];
  // What was selected elsewhere is brought into sight.
  useEffect(() => {
    if (main === undefined || from === 'list') return;
    const place = levels.indexOf(main);
    if (place < 0) return;
    setActive(place);
    reveal(place);
  }, [main, from, levels, reveal]);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(levels.length - 1, to));
    setActive(next);
    reveal(next);
  };
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || levels.length === 0) return;
    const page = Math.max(1, Math.floor(extent.seen / row) - 1);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: levels.length - 1,
    };
    if (event.key in moves && !event.altKey && !event.metaKey) move(moves[event.key]);
    else if (event.key === 'Enter') choose(feature, levels[at], 'list');
    else if (event.key === ' ') toggle(feature, levels[at], 'list');
    else return;
    event.preventDefault();
  };
  const click = (event: MouseEvent, place: number) => {
    setActive(place);
    if (event.ctrlKey || event.metaKey) toggle(feature, levels[place], 'list');
    else choose(feature, levels[place], 'list');
  };
  const template = columns.map(({ width }, i) => `minmax(${width}px, ${i === 0 ? 2 : 1}fr)`).join(' ');
  const least = columns.reduce((sum, { width }) => sum + width, 0);
  const places = Array.from({ length: Math.max(0, count) }, (_, i) => first + i);
  const chosen = new Set(selected);
  const rowId = (place: number) => `${id}-${place}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table has all its rows in the page, this one those in sight
    <div
      ref={scroller}
      className="levels-list"
      role="grid"
      tabIndex={0}
      aria-label={`${thing.Many} of ${view.featureName} by ${labelOf(view.method)}`}
      aria-rowcount={levels.length + 1}
      aria-colcount={columns.length}
      aria-multiselectable
      aria-activedescendant={at >= first && at < first + count ? rowId(at) : undefined}
      data-milliseconds={milliseconds}
      onKeyDown={press}
      style={{ '--columns': template, '--row': `${row}px` } as CSSProperties}
    >
      <div className="levels-all" style={{ height: HEAD_PX + scrolledHeight(extent), minWidth: least }}>
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div className="levels-head levels-row" role="row" tabIndex={-1} aria-rowindex={1}>
          {columns.map((column, i) => {
            const order = sortWords(sort, column);
            return (
              // biome-ignore lint/a11y/useSemanticElements: see above
              <div key={column.id} role="columnheader" tabIndex={-1} aria-colindex={i + 1} aria-sort={order}>
                <button type="button" title={column.about} onClick={() => sortBy(column)}>
                  <span>{column.name}</span>
                  <i aria-hidden="true">{order === 'none' ? '' : order === 'descending' ? '↓' : '↑'}</i>
                </button>
              </div>
            );
          })}
        </div>
        <div className="levels-seen" style={{ height: extent.seen }}>
          {/* biome-ignore lint/a11y/useSemanticElements: see above */}
          <div ref={body} role="rowgroup">
            {places.map((place) => {
              const level = levels[place];
              return (
                // biome-ignore lint/a11y/useSemanticElements: see above
                // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
                <div
                  // Elements that leave at one end come back at the other.
                  key={place % count}
                  id={rowId(place)}
                  className={`levels-row${chosen.has(level) ? ' is-chosen' : ''}${place === at ? ' is-active' : ''}`}
                  role="row"
                  tabIndex={-1}
                  aria-rowindex={place + 2}
                  aria-selected={chosen.has(level)}
                  onClick={(event) => click(event, place)}
                >
                  {columns.map((column, i) => (
                    <div key={column.id} role={i === 0 ? 'rowheader' : 'gridcell'} tabIndex={-1}>
                      {i === 0 ? <bdi>{column.text(level)}</bdi> : column.text(level)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
        {levels.length === 0 && <p className="levels-none">No {thing.one} is found.</p>}
      </div>
    </div>
  );
}
