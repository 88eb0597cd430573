import { type RefObject, useImperativeHandle } from 'react';
import { exportImage } from '../charts/export';
import type { FigureHandle } from '../charts/figure-view';
import { loadPlotly } from '../charts/load';
import type { Points } from '../charts/points-camera';
import { useChartTheme } from '../charts/theme';
import { whole } from '../text/numbers';
import { mapFigure } from './map-figure';
import type { AxisWords } from './point-map';

const EXPORT = { width: 800, height: 640 };
/** More points make a file that few programs open. */
const MOST_EXPORTED = 50_000;

/** At most so many of the points, evenly chosen, with what is said of that. */
function exported({ x, y, colors, sizes }: Points): { points: Points; note: string } {
  const step = Math.ceil(x.length / MOST_EXPORTED);
  if (step <= 1) return { points: { x, y, colors, sizes }, note: '' };
  const kept = (_: number, i: number): boolean => i % step === 0;
  const points = {
    x: x.filter(kept),
    y: y.filter(kept),
    colors: colors.filter((_, at) => kept(0, at >> 2)),
    sizes: sizes.filter(kept),
  };
  return { points, note: `; ${whole(points.x.length)} of ${whole(x.length)} points` };
}

/** The downloads of the panel: a figure of the points that are drawn, of very many a part. */
export function useMapExport(handle: RefObject<FigureHandle | null>, points: Points | null, axes: readonly [AxisWords, AxisWords]): void {
  const theme = useChartTheme();
  useImperativeHandle(
    handle,
    () => ({
      image: async (format, line, key) => {
        if (!points) throw new Error('there is nothing to draw');
        const { points: own, note } = exported(points);
        const figure = mapFigure(own, [axes[0], { ...axes[1], name: axes[1].name + note }], theme, EXPORT.width, EXPORT.height);
        return exportImage(await loadPlotly(), figure, theme, format, line, key);
      },
    }),
    [points, axes, theme],
  );
}
