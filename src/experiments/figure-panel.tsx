import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Experiment, Kept, Published, UnitRecord } from '../../workers/papers/types';
import type { FigureHandle } from '../charts/figure-view';
import { FigureView } from '../charts/figure-view';
import { intervalChart, intervalHeight } from '../charts/interval-chart';
import { linesChart, linesHeight } from '../charts/lines-chart';
import { saveBlob } from '../lab-client/save';
import { Choice } from '../results/choice';
import { epochTimeAxes, epochTimeLines, LOSS_AXES, lossLines, matchRows } from './figures';

interface Props {
  experiment: Experiment;
  published: Published | null;
  records: readonly UnitRecord[];
}

const WORDS = {
  'epoch-time': {
    title: 'Figure 2, seconds per epoch',
    caption:
      'In colour the lab on this engine, in grey the published times on a hosted GPU: only their slopes compare. Seconds include preparation, post-training and test prediction; epochs are those of the main fit.',
    label: 'Seconds per epoch of each method over the number of levels',
  },
  losses: {
    title: 'Figure 2, validation losses',
    caption:
      'In colour the lab, in grey the paper. The published loss of MMbeddings has seen the validation responses; the dotted line is its predictive loss, which has not.',
    label: 'Validation loss of each method over the epochs in percent of the first',
  },
  matches: {
    title: 'Figure 3, true dimensions',
    caption:
      'Dots are means of the lab, with its repetitions as ticks; rings are the published run. True dimensions 2, 5, 6 and 9 carry most of the response.',
    label: 'How well each true dimension is matched',
  },
} as const;

/** The figure of the paper that an experiment stands for. */
export function FigurePanel(props: Props) {
  const { experiment } = props;
  if (!experiment.figure) return null;
  return <Panel key={experiment.id} {...props} figure={experiment.figure} />;
}

function Panel({ experiment, published, records, figure }: Props & { figure: NonNullable<Experiment['figure']> }) {
  const [which, setWhich] = useState<'r2' | 'r'>('r2');
  const [failed, setFailed] = useState('');
  const [column, setColumn] = useState(experiment.columns[0].id);
  const extra = useExtra(figure);
  const handle = useRef<FigureHandle | null>(null);
  const build = useMemo(() => {
    if (figure === 'epoch-time') return linesChart(epochTimeLines(experiment, published, records), epochTimeAxes(experiment));
    if (figure === 'losses') return linesChart(lossLines(experiment, extra.losses, records), LOSS_AXES);
    return intervalChart(
      matchRows(experiment, extra.matches, records, column, which),
      which === 'r' ? 'Largest |Pearson r|' : 'R² on all estimated dimensions',
      2,
    );
  }, [figure, experiment, published, records, extra, column, which]);
  const height = useCallback((width: number) => (figure === 'matches' ? intervalHeight(10)() : linesHeight(width)), [figure]);
  const words = WORDS[figure];
  const save = (format: 'png' | 'svg') =>
    void handle.current?.image(format).then(
      (blob) => saveBlob(`${experiment.id}-figure.${format}`, blob),
      () => setFailed(`The ${format.toUpperCase()} could not be made in this browser.`),
    );
  return (
    <section className="panel" aria-labelledby="figure-title">
      <div className="ph">
        <h2 id="figure-title">{words.title}</h2>
        <span className="sp" />
        {figure === 'matches' && (
          <>
            <Choice label="Method" value={column} options={experiment.columns.map(({ id, label }) => ({ value: id, label }))} onChange={setColumn} />
            <Choice
              label="Measure"
              value={which}
              options={[
                { value: 'r2', label: 'R² on all dimensions' },
                { value: 'r', label: 'Best |r|' },
              ]}
              onChange={(value) => setWhich(value as 'r' | 'r2')}
            />
          </>
        )}
        <span className="files">
          <button type="button" className="btn" aria-label="Figure as PNG" onClick={() => save('png')}>
            PNG
          </button>
          <button type="button" className="btn" aria-label="Figure as SVG" onClick={() => save('svg')}>
            SVG
          </button>
        </span>
      </div>
      <FigureView build={build} height={height} handle={handle} label={words.label} />
      <p className="cap">{words.caption}</p>
      <p className="fine" role="status">
        {failed}
      </p>
    </section>
  );
}

interface Extra {
  losses: Record<string, number[]> | null;
  matches: Kept['matches'] | null;
}

/** Published curves and correlations, which are not means over repetitions. */
function useExtra(figure: Experiment['figure']): Extra {
  const [extra, setExtra] = useState<Extra>({ losses: null, matches: null });
  useEffect(() => {
    let current = true;
    if (figure === 'losses')
      void import('../../workers/papers/published/figure2-losses.json').then(({ default: losses }) => current && setExtra({ losses, matches: null }));
    if (figure === 'matches')
      void import('../../workers/papers/published/figure3-matches.json').then(
        ({ default: matches }) => current && setExtra({ losses: null, matches }),
      );
    return () => {
      current = false;
    };
  }, [figure]);
  return extra;
}
