import type { Area, Camera, Points } from './points-camera';
import { CanvasPoints } from './points-canvas';
import { isSoftware, WebGLPoints } from './points-gl';
import type { PointRenderer } from './points-renderer';

/** So long a lost context is waited for before the canvas draws in its place. */
const PATIENCE_MILLISECONDS = 1000;

/**
 * More points than this are drawn by the canvas where WebGL runs on the processor: a million took it a second
 * a picture.
 */
const MOST_BY_SOFTWARE = 50_000;

/**
 * Points drawn within an element: by WebGL 2 while there is such a context, else by the canvas itself. The
 * element's `data-renderer` says which.
 */
export class PointLayer {
  readonly #element: HTMLElement;
  #renderer: PointRenderer;
  #points: Points | null = null;
  #last: [Camera, Area] | null = null;
  #software = false;
  #waiting: ReturnType<typeof setTimeout> | null = null;

  /** @param wanted 'canvas' where a context is not worth its price: browsers hold few of them */
  constructor(element: HTMLElement, wanted: PointRenderer['kind'] = 'webgl2') {
    this.#element = element;
    this.#renderer = (wanted === 'webgl2' ? this.#webgl() : null) ?? this.#canvas();
    element.dataset.renderer = this.#renderer.kind;
  }

  #fresh(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    this.#element.replaceChildren(canvas);
    return canvas;
  }

  #webgl(): PointRenderer | null {
    const canvas = this.#fresh();
    const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true });
    if (!gl) return null;
    try {
      const renderer = new WebGLPoints(canvas, gl);
      this.#software = isSoftware(gl);
      renderer.onContext = (lost) => (lost ? this.#wait() : this.#stopWaiting());
      return renderer;
    } catch {
      // A driver that does not build the program; the canvas needs none.
      gl.getExtension('WEBGL_lose_context')?.loseContext();
      return null;
    }
  }

  /** A canvas of its own: one that had a WebGL context has no other. */
  #canvas(): PointRenderer {
    const canvas = this.#fresh();
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser draws no canvas');
    return new CanvasPoints(canvas, context);
  }

  #wait(): void {
    this.#stopWaiting();
    this.#waiting = setTimeout(() => this.#fallBack(), PATIENCE_MILLISECONDS);
  }

  #fallBack(): void {
    this.#renderer.dispose();
    this.#renderer = this.#canvas();
    this.#element.dataset.renderer = this.#renderer.kind;
    if (this.#points) this.#renderer.set(this.#points);
    if (this.#last) this.#renderer.draw(...this.#last);
  }

  #stopWaiting(): void {
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    this.#waiting = null;
  }

  set(points: Points): void {
    this.#points = points;
    if (this.#software && this.#renderer.kind === 'webgl2' && points.x.length > MOST_BY_SOFTWARE) {
      this.#stopWaiting();
      this.#fallBack();
    } else this.#renderer.set(points);
  }

  draw(camera: Camera, area: Area): void {
    this.#last = [camera, area];
    this.#renderer.draw(camera, area);
  }

  /** Frees buffers and the context itself. */
  dispose(): void {
    this.#stopWaiting();
    this.#renderer.dispose();
    this.#element.replaceChildren();
  }
}
