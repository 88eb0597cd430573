import type { Area, Camera, Points } from './points-camera';

/** Draws points on a canvas. */
export interface PointRenderer {
  readonly kind: 'webgl2' | 'canvas';
  set(points: Points): void;
  draw(camera: Camera, area: Area): void;
  /** Frees buffers and the context itself: browsers hold few of them. */
  dispose(): void;
}

/** Gives a canvas the device px of an area. */
export function sizeCanvas(canvas: HTMLCanvasElement, { width, height, ratio }: Area): void {
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
}
