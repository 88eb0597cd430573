import { type RefObject, useImperativeHandle } from 'react';
import { exportImage } from '../charts/export';
import type { FigureHandle } from '../charts/figure-view';
import { loadPlotly } from '../charts/load';
import type { Points } from '../charts/points-gl';
import { useChartTheme } from '../charts/theme';
import { mapFigure } from './map-figure';
import type { AxisWords } from './point-map';

const EXPORT = { width: 800, height: 640 };
/** More points make a file that few programs open. */
const MOST_EXPORTED = 50_000;

/** The downloads of the panel: a figure of all points that are drawn. */
export function useMapExport(handle: RefObject<FigureHandle | null>, points: Points | null, axes: readonly [AxisWords, AxisWords]): void {
  const theme = useChartTheme();
  useImperativeHandle(
    handle,
    () => ({
      image: async (format, line) => {
        if (!points || points.x.length > MOST_EXPORTED) throw new Error('too many points for a picture');
        return exportImage(await loadPlotly(), mapFigure(points, axes, theme, EXPORT.width, EXPORT.height), theme, format, line);
      },
    }),
    [points, axes, theme],
  );
}
