import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assemblySource } from './assembly-source';
import { bytesOf, KINDS, wordsOf, writeStructure } from './structures';

describe('structures of the compiled step', () => {
  it('are those that the module was compiled with', () => {
    expect(readFileSync(new URL('./assembly/structures.ts', import.meta.url), 'utf8')).toBe(assemblySource());
  });

  it('lie as the compiler lays out a class: one field after the other, each at a multiple of its size', () => {
    expect(bytesOf('Layer')).toBe(48);
    expect(bytesOf('Lookup')).toBe(12);
    // Twelve f64 come first, so that no word is lost to alignment.
    expect(bytesOf('Problem')).toBe(12 * 8 + 59 * 4);
    expect(wordsOf('Call')).toMatchObject({ what: 0, noise: 4, noiseStep: 5, changing: 11, places: 12 });
  });

  it('are written by name: each number in its own type and place', () => {
    const memory = new ArrayBuffer(64);
    writeStructure(memory, 16, 'Lookup', { column: 3, table: 1, index: 4096 });
    expect([...new Int32Array(memory, 16, 3)]).toEqual([1, 4096, 3]);
    writeStructure(memory, 8, 'Layer', {
      ...{ inputs: 1, outputs: 2, stride: 3, kernel: 4, bias: 5, transposed: 6, transposedStride: 7, activation: 8, delta: 9 },
      ...{ keepFrom: 10, scale: 1.25, column: 12 },
    });
    expect(new Float32Array(memory, 8, 12)[10]).toBe(1.25);
    expect(new Int32Array(memory, 8, 12)[11]).toBe(12);
  });

  it('do not compile with a word missing, or one that is not there', () => {
    const memory = new ArrayBuffer(64);
    // @ts-expect-error: the column is missing.
    writeStructure(memory, 0, 'Lookup', { table: 1, index: 2 });
    // @ts-expect-error: a lookup has no row.
    writeStructure(memory, 0, 'Lookup', { table: 1, index: 2, column: 3, row: 4 });
    expect(Object.keys(KINDS)).toHaveLength(5);
  });
});
