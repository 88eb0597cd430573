import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { counterNormal, counterUniform } from '../random/random';
import { drawNoise } from './noise';
import { useBackend } from './testing';

beforeAll(() => useBackend('cpu'));

it('gives feature k the columns after those of feature k−1, whatever the number of rows', async () => {
  const [first, second] = drawNoise(
    [
      [3, 2],
      [3, 4],
    ],
    7,
    5,
  );
  const a = await first.data();
  const b = await second.data();
  expect(a[1 * 2 + 1]).toBeCloseTo(counterNormal(7, 5, 1, 1), 6);
  expect(b[2 * 4 + 3]).toBeCloseTo(counterNormal(7, 5, 2, 2 + 3), 6);
  const [shorter] = drawNoise([[2, 2]], 7, 5);
  expect([...(await shorter.data())]).toEqual([...a.slice(0, 4)]);
  tf.dispose([first, second, shorter]);
});

it('draws uniforms where asked, in the columns after the normals', async () => {
  const [normals, uniforms] = drawNoise(
    [
      [3, 2],
      [3, 4, 'uniform'],
    ],
    7,
    5,
  );
  expect((await normals.data())[1]).toBeCloseTo(counterNormal(7, 5, 0, 1), 6);
  expect((await uniforms.data())[2 * 4 + 3]).toBe(counterUniform(7, 5, 2, 2 + 3));
  tf.dispose([normals, uniforms]);
});
