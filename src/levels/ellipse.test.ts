import { expect, it } from 'vitest';
import { ellipseOf } from './ellipse';

const place = { x: Float32Array.of(1), y: Float32Array.of(2) };

it('has the standard deviations of two numbers as its half axes', () => {
  const found = ellipseOf({ ...place, directions: Float32Array.of(1, 0, 0, 0, 1, 0) }, { variances: Float32Array.of(4, 0.25, 9) }, 0);
  expect(found).toMatchObject({ x: 1, y: 2 });
  expect(found?.first.map((part) => Math.abs(part))).toEqual([2, 0]);
  expect(found?.second.map((part) => Math.abs(part))).toEqual([0, 0.5]);
});

it('turns with the axes: its covariance is that of the map', () => {
  const directions = Float32Array.of(0.6, 0.8, -0.8, 0.6);
  const variances = Float32Array.of(4, 1);
  const { first, second } = ellipseOf({ ...place, directions }, { variances }, 0) ?? { first: [0, 0], second: [0, 0] };
  const covariance = (a: 0 | 1, b: 0 | 1) => first[a] * first[b] + second[a] * second[b];
  expect(covariance(0, 0)).toBeCloseTo(0.36 * 4 + 0.64, 5);
  expect(covariance(1, 1)).toBeCloseTo(0.64 * 4 + 0.36, 5);
  expect(covariance(0, 1)).toBeCloseTo(-0.48 * 4 + 0.48, 5);
});

it('does not exist without a posterior or without linear axes', () => {
  expect(ellipseOf({ ...place, directions: Float32Array.of(1, 0) }, { variances: null }, 0)).toBeNull();
  expect(ellipseOf({ ...place, directions: null }, { variances: Float32Array.of(1) }, 0)).toBeNull();
});
