import { expect, it } from 'vitest';
import { pointIn } from './pointer';

const element = (width: number, left: number, drawn: number) =>
  ({ offsetWidth: width, getBoundingClientRect: () => ({ left, top: 10, width: drawn }) }) as unknown as HTMLElement;

it('counts in the px of an enlarged element', () => {
  expect(pointIn({ clientX: 250, clientY: 60, currentTarget: element(400, 50, 800) })).toEqual({ x: 100, y: 25 });
  expect(pointIn({ clientX: 250, clientY: 60, currentTarget: element(400, 50, 400) })).toEqual({ x: 200, y: 50 });
  expect(pointIn({ clientX: 250, clientY: 60, currentTarget: element(0, 50, 0) })).toEqual({ x: 200, y: 50 });
});
