/** Points in data units with a colour and a size each, and the part of the plane that is seen. */
export interface Points {
  x: Float32Array;
  y: Float32Array;
  /** Red, green, blue, alpha of each, 0 … 255. */
  colors: Uint8Array;
  /** Diameter of each in CSS px. */
  sizes: Float32Array;
}

/** The middle of what is seen, and how many px a data unit takes, the same on both axes. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
}

/** The drawing area in CSS px, and device px for each. */
export interface Area {
  width: number;
  height: number;
  ratio: number;
}

/** The camera that shows all points, `pad` px from the edges; points that are no numbers are left out. */
export function fitting({ x, y }: Pick<Points, 'x' | 'y'>, { width, height }: Pick<Area, 'width' | 'height'>, pad = 20): Camera {
  let [left, right, bottom, top] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    bottom = Math.min(bottom, y[i]);
    top = Math.max(top, y[i]);
  }
  if (!(left <= right)) return { x: 0, y: 0, scale: 1 };
  const across = Math.max(1, width - 2 * pad) / (right - left);
  const down = Math.max(1, height - 2 * pad) / (top - bottom);
  const scale = Math.min(across, down);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: Number.isFinite(scale) ? scale : 100 };
}

/** Zooms about a place of the area in px: what lies there stays there. */
export function zoomed(camera: Camera, area: Pick<Area, 'width' | 'height'>, at: { x: number; y: number }, factor: number): Camera {
  const scale = camera.scale * factor;
  const [right, up] = [at.x - area.width / 2, area.height / 2 - at.y];
  return { scale, x: camera.x + right / camera.scale - right / scale, y: camera.y + up / camera.scale - up / scale };
}

/** Moves what is seen by px: to the right and down. */
export const panned = (camera: Camera, right: number, down: number): Camera => ({
  ...camera,
  x: camera.x - right / camera.scale,
  y: camera.y + down / camera.scale,
});

/** Where a data point lies in the area, in px. */
export const placed = (camera: Camera, { width, height }: Pick<Area, 'width' | 'height'>, x: number, y: number): { x: number; y: number } => ({
  x: width / 2 + (x - camera.x) * camera.scale,
  y: height / 2 - (y - camera.y) * camera.scale,
});

/** The point nearest to a place of the area, within `reach` px of its edge; null where none is. */
export function nearest(
  points: Points,
  camera: Camera,
  area: Pick<Area, 'width' | 'height'>,
  at: { x: number; y: number },
  reach = 8,
): number | null {
  const { x, y, sizes } = points;
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    const right = area.width / 2 + (x[i] - camera.x) * camera.scale - at.x;
    const down = area.height / 2 - (y[i] - camera.y) * camera.scale - at.y;
    const away = right * right + down * down;
    const limit = reach + sizes[i] / 2;
    if (away < least && away <= limit * limit) {
      best = i;
      least = away;
    }
  }
  return best;
}
