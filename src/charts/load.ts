import './plotly.css';
import type { FigureLayout, Trace } from './figure';

/** The part of Plotly the lab calls. */
export interface PlotlyApi {
  react(target: HTMLDivElement, data: Trace[], layout: FigureLayout, config: object): Promise<unknown>;
  purge(target: HTMLDivElement): void;
  toImage(
    figure: { data: Trace[]; layout: FigureLayout; config?: object },
    options: { format: 'svg'; width: number; height: number },
  ): Promise<string>;
}

/**
 * Plotly would write its CSS into an inline <style>, which the Content-Security-Policy forbids; it leaves
 * that to the page (plotly.css) when it finds an element with this id and class.
 */
function declineInlineStyles(): void {
  const id = 'plotly.js-style-global';
  if (document.getElementById(id)) return;
  const marker = document.createElement('template');
  marker.id = id;
  marker.className = 'no-inline-styles';
  document.head.append(marker);
}

let loading: Promise<PlotlyApi> | null = null;

/** Plotly, fetched on first need; a failed fetch is tried again at the next call. */
export function loadPlotly(): Promise<PlotlyApi> {
  declineInlineStyles();
  // Plotly's sources are written for a bundler that knows Node's name for the global object.
  (globalThis as { global?: typeof globalThis }).global ??= globalThis;
  loading ??= import('./plotly').then(
    (module) => module.default as unknown as PlotlyApi,
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}
