import { type CutChart, useView } from '../state/view';

/**
 * What a chart leaves out, with everything one click away; nothing where it leaves out nothing. `words`: null
 * when it leaves out nothing.
 */
export function Outside({ chart, words }: { chart: CutChart; words: string | null }) {
  const whole = useView((state) => state.whole[chart] ?? false);
  const setWhole = useView((state) => state.setWhole);
  if (words === null && !whole) return null;
  return (
    <p className="fine outside">
      {whole ? 'Axes hold everything.' : words}{' '}
      <button type="button" className="lk" onClick={() => setWhole(chart, !whole)}>
        {whole ? 'Fit to most' : 'Show all'}
      </button>
    </p>
  );
}
