import { readFileSync } from 'node:fs';
import type { MethodFixture } from './golden';

/** A method fixture of golden/ by its name without `.json`, from disk: for tests in Node. */
export const readFixture = (name: string): MethodFixture =>
  JSON.parse(readFileSync(new URL(`../../../golden/${name}.json`, import.meta.url), 'utf8'));

/** Fixtures of the paper's tables and variational methods, which every plan is held against. */
export const PAPER_FIXTURES: readonly string[] = [
  'embeddings-regression',
  'embeddings-classification-k2',
  'embeddings-l2',
  'regbeddings-regression',
  'regbeddings-classification-k2',
  'mmbeddings-regression',
  'mmbeddings-regression-paper-logvar',
  'mmbeddings-classification-k2',
  'mmbeddings-k3',
  'ncf-mmbeddings',
  'uembeddings-k2',
];
