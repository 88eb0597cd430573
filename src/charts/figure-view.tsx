import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { exportImage } from './export';
import type { Figure, Theme } from './figure';
import type { KeyItem } from './key';
import { loadPlotly, type PlotlyApi } from './load';
import { drawDots, drawOver, splitFigure } from './overlay';
import { onPrint } from './print';
import { themeNow, useChartTheme } from './theme';

export interface FigureHandle {
  /**
   * The figure as a file, on the sheet's colour; with its key and a line under it that says what it shows.
   */
  image(format: 'png' | 'svg', line?: string, key?: readonly KeyItem[]): Promise<Blob>;
}

interface Props {
  /** Builds the figure for the theme and a width in px. A new function means new data. */
  build: (theme: Theme, width: number) => Figure;
  /** The height the figure will have at this width, kept free before it is drawn. */
  height: (width: number) => number;
  /** What the picture shows; its numbers are in the table twin. */
  label: string;
  handle?: Ref<FigureHandle>;
  /** Drawn over the figure, in its px: a crosshair, a tip. */
  children?: (width: number) => ReactNode;
}

/** At most ten redraws a second, the newest data wins. */
const INTERVAL_MS = 100;
/**
 * A chart rests this many times as long as its last drawing took, so that all of them together leave the page
 * its frames on any machine.
 */
const REST = 14;
/**
 * Data that has stopped coming ends the rest: the end of a run or a new width is drawn after this long,
 * however long the last drawing took.
 */
const QUIET_MS = 400;
const CONFIG = { displayModeBar: false, staticPlot: true, responsive: false } as const;

/**
 * About the width of a figure before the page is laid out, so that its height is free from the start: heights
 * differ below 480 px and hardly above.
 */
const likelyWidth = (): number => Math.min(window.innerWidth - 48, 640);

/**
 * A Plotly figure in React: mounts once, redraws on new data when it can be seen, follows its width and the
 * theme.
 */
export function FigureView({ build, height, label, handle, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const target = useRef<HTMLDivElement>(null);
  const cloud = useRef<SVGSVGElement>(null);
  const over = useRef<SVGSVGElement>(null);
  const theme = useChartTheme();
  const [width, setWidth] = useState(0);
  const [failed, setFailed] = useState(false);
  const painter = useRef<Painter | null>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // Hidden behind its table a figure has no width; it keeps the last one for its downloads.
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) setWidth(Math.floor(element.clientWidth));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = target.current;
    if (!element || !cloud.current || !over.current) return;
    const mine = new Painter(element, cloud.current, over.current, () => setFailed(true));
    painter.current = mine;
    return () => {
      mine.dispose();
      painter.current = null;
    };
  }, []);

  useEffect(() => {
    if (width > 0) painter.current?.show(() => build(theme, width));
  }, [build, theme, width]);

  // Drawn for the paper, whether or not it was in sight, and then for the screen again.
  useEffect(
    () =>
      onPrint({
        before: (paper) => {
          painter.current?.now(build(themeNow(), paper));
          if (box.current) box.current.style.minHeight = `${height(paper)}px`;
        },
        after: () => {
          if (box.current) box.current.style.minHeight = `${height(width || likelyWidth())}px`;
          if (width > 0) painter.current?.show(() => build(theme, width));
        },
      }),
    [build, height, theme, width],
  );

  useImperativeHandle(
    handle,
    () => ({ image: async (format, line, key) => exportImage(await loadPlotly(), build(theme, width), theme, format, line, key) }),
    [build, theme, width],
  );

  return (
    <div className="plot" ref={box} style={{ minHeight: height(width || likelyWidth()) }}>
      <svg ref={cloud} className="dots" aria-hidden="true" />
      <div ref={target} role="img" aria-label={label} />
      <svg ref={over} className="over" aria-hidden="true" />
      {failed && <p className="fine">The chart could not be drawn. Its numbers are under Show as table.</p>}
      {width > 0 && children?.(width)}
    </div>
  );
}

/** Draws the newest figure into one element: throttled, and not at all while nobody can see it. */
class Painter {
  private plotly: PlotlyApi | null = null;
  private next: (() => Figure) | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private lastDrawn = Number.NEGATIVE_INFINITY;
  private lastShown = Number.NEGATIVE_INFINITY;
  private lastCost = 0;
  private visible = false;
  private disposed = false;
  private readonly observer: IntersectionObserver;
  private readonly wake = () => this.schedule();

  constructor(
    private readonly element: HTMLDivElement,
    private readonly cloud: SVGSVGElement,
    private readonly over: SVGSVGElement,
    private readonly onFailure: () => void,
  ) {
    this.observer = new IntersectionObserver(
      (entries) => {
        this.visible = entries[entries.length - 1].isIntersecting;
        this.schedule();
      },
      { rootMargin: '200px' },
    );
    this.observer.observe(element.parentElement ?? element);
    document.addEventListener('visibilitychange', this.wake);
    loadPlotly().then(
      (plotly) => {
        this.plotly = plotly;
        this.schedule();
      },
      () => this.disposed || this.onFailure(),
    );
  }

  show(build: () => Figure): void {
    this.next = build;
    this.lastShown = performance.now();
    this.schedule();
  }

  private schedule(): void {
    if (!this.plotly || !this.next || this.disposed || this.timer !== null || !this.visible || document.hidden) return;
    const rested = this.lastDrawn + Math.max(INTERVAL_MS, REST * this.lastCost);
    const quiet = Math.max(this.lastDrawn + INTERVAL_MS, this.lastShown + QUIET_MS);
    const wait = Math.min(rested, quiet) - performance.now();
    if (wait <= 0) {
      this.timer = setTimeout(() => {
        this.timer = null;
        this.draw();
      }, 0);
    } else {
      // New data may have moved the quiet moment by then.
      this.timer = setTimeout(() => {
        this.timer = null;
        this.schedule();
      }, wait);
    }
  }

  private draw(): void {
    if (!this.plotly || !this.next || this.disposed || !this.visible || document.hidden) return;
    const figure = this.next();
    this.next = null;
    this.now(figure);
  }

  /** Draws at once, seen or not. */
  now(figure: Figure): void {
    if (!this.plotly || this.disposed) return;
    const started = performance.now();
    const { rest, dots, leaders, words } = splitFigure(figure);
    this.plotly.react(this.element, rest, figure.layout, CONFIG).catch(this.onFailure);
    drawDots(this.cloud, dots, figure.layout);
    drawOver(this.over, leaders, words, figure.layout);
    this.lastDrawn = performance.now();
    this.lastCost = this.lastDrawn - started;
  }

  dispose(): void {
    this.disposed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.observer.disconnect();
    document.removeEventListener('visibilitychange', this.wake);
    this.plotly?.purge(this.element);
  }
}
