import { useMemo, useRef } from 'react';
import type { EmbeddingView } from '../../workers/protocol';
import { exportImage } from '../charts/export';
import type { FigureHandle } from '../charts/figure-view';
import { loadPlotly } from '../charts/load';
import { barsChart } from '../charts/tag-charts';
import { methodColor, useChartTheme } from '../charts/theme';
import { Panel, RecordedTag } from '../results/panel';
import { useRun } from '../state/run';
import { isTraining } from '../state/run-status';
import { fixed, value, whole } from '../text/numbers';
import { plural } from '../ui/format';
import { labelOf, lineOf, methodColours } from '../ui/method-line';
import { ScrollRegion } from '../ui/scroll-region';
import { treeSentence } from '../words/tags';
import { MethodChoice, type Shown } from './shown';
import { treeTwin } from './twins';

/** Width of the picture that is saved. */
const SAVED_WIDTH = 640;

/** A tag, and those below it, in the order of the data. */
interface Branch {
  at: number;
  children: Branch[];
}

/** Trees of the drawn tags. Those with children come first: single tags are many. */
export function branchesOf(parents: ArrayLike<number>): Branch[] {
  const branches = Array.from({ length: parents.length }, (_, at): Branch => ({ at, children: [] }));
  for (const branch of branches) if (parents[branch.at] >= 0) branches[parents[branch.at]].children.push(branch);
  const roots = branches.filter(({ at }) => parents[at] < 0);
  return [...roots.filter(({ children }) => children.length > 0), ...roots.filter(({ children }) => children.length === 0)];
}

/** Branches one under the other. */
const inOrder = (branches: readonly Branch[]): number[] => branches.flatMap(({ at, children }) => [at, ...inOrder(children)]);

interface LeafProps {
  view: EmbeddingView;
  at: number;
  longest: number;
}

/** One line of the tree: name, a bar as long as the vector, its numbers. */
function Line({ view, at, longest }: LeafProps) {
  const label = view.labels?.[at] ?? String(at);
  const parent = view.tree?.parents[at] ?? -1;
  const own = parent < 0 ? label : (label.split('/').pop() ?? label);
  const length = view.lengths[at];
  return (
    <span className="leaf" title={label}>
      <span className="name">{own}</span>
      <i style={{ width: `${(100 * length) / longest}%` }} />
      <span className="tab">
        {value(length)}
        {parent >= 0 && <span className="soft"> · {fixed(view.tree?.cosines[at] ?? 0, 2)}</span>}
      </span>
    </span>
  );
}

/** A branch that opens and closes, by pointer and by keyboard. */
function Node({ view, branch, longest }: { view: EmbeddingView; branch: Branch; longest: number }) {
  if (branch.children.length === 0) {
    return (
      <li>
        <Line view={view} at={branch.at} longest={longest} />
      </li>
    );
  }
  return (
    <li>
      <details open={branch.children.length <= 12}>
        <summary>
          <Line view={view} at={branch.at} longest={longest} />
        </summary>
        <ul>
          {branch.children.map((child) => (
            <Node key={child.at} view={view} branch={child} longest={longest} />
          ))}
        </ul>
      </details>
    </li>
  );
}

/**
 * The hierarchy of the tags, with the length of each vector and how far it points the way of its parent's.
 */
export function TreePanel({ shown, view }: { shown: Shown; view: EmbeddingView }) {
  const theme = useChartTheme();
  const status = useRun((state) => state.status);
  const source = useRun((state) => state.source);
  const { tree, lengths, labels } = view;
  const parents = tree?.parents;
  const branches = useMemo(() => branchesOf(parents ?? []), [parents]);
  const longest = Math.max(1e-9, ...Array.from(lengths));
  const cosines = useMemo(() => Array.from(tree?.cosines ?? []).filter((_, i) => (tree?.parents[i] ?? -1) >= 0), [tree]);
  const figure = useRef<FigureHandle>(null);
  figure.current = {
    image: async (format, line, key) => {
      const rows = inOrder(branches).map((at) => ({ label: labels?.[at] ?? String(at), value: lengths[at] }));
      const look = { color: methodColor(lineOf(view.method), theme), axis: 'length of the tag’s vector' };
      return exportImage(await loadPlotly(), barsChart(rows, look, theme, SAVED_WIDTH), theme, format, line, key);
    },
  };
  return (
    <Panel
      panel="tag-tree"
      title="Hierarchy of tags"
      width={6}
      file="hierarchy-of-tags"
      figure={figure}
      ready
      twin={(full) => treeTwin(view, full)}
      live={isTraining(status)}
      methods={[view.method]}
      tag={<RecordedTag recorded={source.kind === 'recorded'} />}
      row={<MethodChoice shown={shown} label="Method: hierarchy of tags" />}
      caption={treeSentence(cosines, labelOf(view.method))}
      fine={`Bars: length of each tag’s vector; behind it the cosine with its parent’s. ${view.drawn < view.levels ? `${whole(view.drawn)} of ${plural(view.levels, 'tag')}.` : ''}`}
    >
      <ScrollRegion className="tagtree method" style={methodColours(view.method)} aria-label={`Hierarchy of ${view.featureName}`}>
        <ul>
          {branches.map((branch) => (
            <Node key={branch.at} view={view} branch={branch} longest={longest} />
          ))}
        </ul>
      </ScrollRegion>
    </Panel>
  );
}
