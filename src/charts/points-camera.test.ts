import { describe, expect, it } from 'vitest';
import { fitting, nearest, panned, placed, zoomed } from './points-camera';

const area = { width: 400, height: 300 };
const points = {
  x: Float32Array.of(0, 10, 4, Number.NaN),
  y: Float32Array.of(0, 5, 1, 0),
  colors: new Uint8Array(16),
  sizes: new Float32Array(4).fill(4),
};

describe('the camera of a map', () => {
  const camera = fitting(points, area);

  it('shows every point, one unit as long on both axes', () => {
    expect(placed(camera, area, 0, 0).x).toBeCloseTo(20, 6);
    expect(placed(camera, area, 10, 5).x).toBeCloseTo(380, 6);
    expect(placed(camera, area, 10, 5).y).toBeGreaterThan(20);
    expect(fitting({ x: Float32Array.of(3), y: Float32Array.of(4) }, area)).toEqual({ x: 3, y: 4, scale: 100 });
    expect(fitting({ x: new Float32Array(0), y: new Float32Array(0) }, area)).toEqual({ x: 0, y: 0, scale: 1 });
  });

  it('zooms about a place and pans by px', () => {
    const at = { x: 100, y: 80 };
    const before = { x: camera.x + (at.x - 200) / camera.scale, y: camera.y + (150 - at.y) / camera.scale };
    const near = zoomed(camera, area, at, 4);
    expect(placed(near, area, before.x, before.y).x).toBeCloseTo(at.x, 6);
    expect(placed(near, area, before.x, before.y).y).toBeCloseTo(at.y, 6);
    const moved = placed(panned(camera, 30, -10), area, 4, 1);
    const still = placed(camera, area, 4, 1);
    expect([moved.x - still.x, moved.y - still.y].map(Math.round)).toEqual([30, -10]);
  });

  it('finds the point under the pointer, and none far from all', () => {
    const at = placed(camera, area, 4, 1);
    expect(nearest(points, camera, area, { x: at.x + 5, y: at.y })).toBe(2);
    expect(nearest(points, camera, area, { x: at.x + 60, y: at.y })).toBeNull();
  });
});
