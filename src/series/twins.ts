import type { ForecastWindow, SeriesAttention, SeriesScores } from '../../workers/protocol';
import type { Twin } from '../results/twin';
import { labelOf } from '../ui/method-line';

/** The numbers behind the charts of series, as tables. */

export function stepsTwin(methods: readonly { method: string; scores: SeriesScores }[], known: boolean): Twin {
  const groups = methods.flatMap(({ method, scores }) =>
    scores.groups.filter((group) => group.known === known).map((group) => ({ method, bySteps: group.bySteps })),
  );
  const { steps, innovationVariance } = methods[0].scores;
  const floor = innovationVariance === null ? [] : [innovationVariance];
  return {
    caption: `Mean squared error by step of the window, on ${known ? 'series that trained' : 'new series'}${innovationVariance === null ? '' : ', beside the innovation variance'}.`,
    columns: ['Step', ...groups.map(({ method }) => labelOf(method)), ...floor.map(() => 'Innovation variance')],
    rows: Array.from({ length: steps }, (_, t) => [t + 1, ...groups.map(({ bySteps }) => bySteps[t]), ...floor]),
  };
}

export function windowTwin(windows: readonly { method: string; window: ForecastWindow }[]): Twin {
  const [{ window }] = windows;
  const last = Math.max(window.start + window.past.length, window.asked + window.actual.length);
  return {
    caption: `${window.name}: the window, what came, and what the methods predicted.`,
    columns: ['Step', ...(window.times ? ['Time'] : []), 'Window', 'What came', ...windows.map(({ method }) => labelOf(method))],
    rows: Array.from({ length: last - window.start }, (_, i) => {
      const step = window.start + i;
      const at = step - window.asked;
      return [
        step,
        ...(window.times ? [window.times[i] ?? null] : []),
        window.past[i] ?? null,
        window.actual[at] ?? null,
        ...windows.map(({ window: { predicted } }) => predicted[at] ?? null),
      ];
    }),
  };
}

export function seriesAttentionTwin({ series, windows }: SeriesAttention, method: string): Twin {
  const heads = series[0]?.heads ?? [];
  return {
    caption: `Attention of ${labelOf(method)} to each of the other series, mean over ${windows} test windows.`,
    columns: ['Series', 'Tags', ...heads.map((_, h) => (heads.length > 1 ? `Head ${h + 1}` : 'Weight'))],
    rows: series.map(({ name, tags, heads: own }) => [name, tags.join('; '), ...own]),
  };
}
