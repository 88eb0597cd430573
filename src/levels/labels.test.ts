import { expect, it } from 'vitest';
import { labelAt, oneLine } from './labels';

const blobOf = (labels: string[]) => {
  const parts = labels.map((label) => new TextEncoder().encode(label));
  const offsets = new Uint32Array(labels.length + 1);
  for (const [j, part] of parts.entries()) offsets[j + 1] = offsets[j] + part.length;
  const bytes = new Uint8Array(offsets[labels.length]);
  for (const [j, part] of parts.entries()) bytes.set(part, offsets[j]);
  return { labels: { bytes, offsets } };
};

it('reads every label back, whatever its letters', () => {
  const labels = ['a', '', '北京', '<img src=x onerror=alert(1)>', '\uFEFFmark', 'é'.repeat(10_000)];
  const view = blobOf(labels);
  expect(labels.map((_, j) => labelAt(view, j))).toEqual(labels);
  expect(labelAt({ labels: null }, 41)).toBe('41');
});

it('makes one line of a label', () => {
  expect(oneLine('')).toBe('(empty)');
  expect(oneLine(' \n\t')).toBe('(blank)');
  expect(oneLine('a\r\nb\u2028c\u0000d')).toBe('a b c d');
  expect(oneLine('x'.repeat(10_000))).toBe(`${'x'.repeat(160)}…`);
  expect(oneLine('<b>bold</b>')).toBe('<b>bold</b>');
});
