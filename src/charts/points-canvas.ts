import type { Area, Camera, Points } from './points-camera';
import { type PointRenderer, sizeCanvas } from './points-renderer';

/** More points than this are squares written into pixels: a million circles would take seconds. */
const MOST_CIRCLES = 20_000;

/** Points by the canvas itself, where there is no WebGL 2 or a context is not worth its price. */
export class CanvasPoints implements PointRenderer {
  readonly kind = 'canvas';
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #points: Points | null = null;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  set(points: Points): void {
    this.#points = points;
  }

  draw(camera: Camera, area: Area): void {
    const context = this.#context;
    sizeCanvas(this.#canvas, area);
    context.setTransform(area.ratio, 0, 0, area.ratio, 0, 0);
    context.clearRect(0, 0, area.width, area.height);
    if (!this.#points) return;
    if (this.#points.x.length <= MOST_CIRCLES) circles(context, this.#points, camera, area);
    else {
      const { width, height } = this.#canvas;
      context.putImageData(new ImageData(squares(this.#points, camera, area, width, height), width, height), 0, 0);
    }
  }

  dispose(): void {
    this.#points = null;
    this.#canvas.width = 0;
  }
}

function circles(context: CanvasRenderingContext2D, { x, y, colors, sizes }: Points, camera: Camera, area: Area): void {
  for (let i = 0; i < x.length; i++) {
    const radius = sizes[i] / 2;
    const left = area.width / 2 + (x[i] - camera.x) * camera.scale;
    const top = area.height / 2 - (y[i] - camera.y) * camera.scale;
    if (!(left > -radius && left < area.width + radius && top > -radius && top < area.height + radius)) continue;
    context.fillStyle = `rgba(${colors[4 * i]},${colors[4 * i + 1]},${colors[4 * i + 2]},${colors[4 * i + 3] / 255})`;
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

/** Pixels (width × height × 4) with a square for every point, later ones over earlier ones. */
export function squares({ x, y, colors, sizes }: Points, camera: Camera, area: Area, width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * width * height);
  const words = new Uint32Array(pixels.buffer);
  const inks = new Uint32Array(colors.buffer, colors.byteOffset, x.length);
  const scale = camera.scale * area.ratio;
  for (let i = 0; i < x.length; i++) {
    const side = Math.max(1, Math.round(sizes[i] * area.ratio));
    const left = Math.round(width / 2 + (x[i] - camera.x) * scale - side / 2);
    const top = Math.round(height / 2 - (y[i] - camera.y) * scale - side / 2);
    // Written so that a place that is no number is left out.
    if (!(left > -side && left < width && top > -side && top < height)) continue;
    const ink = inks[i];
    const [right, bottom] = [Math.min(width, left + side), Math.min(height, top + side)];
    for (let row = Math.max(0, top); row < bottom; row++) words.fill(ink, row * width + Math.max(0, left), row * width + right);
  }
  return pixels;
}
