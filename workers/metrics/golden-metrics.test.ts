import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkMetrics, compareMetrics, type MetricsFixture } from './golden-metrics';

const fixture = JSON.parse(readFileSync(new URL('../../golden/metrics.json', import.meta.url), 'utf8')) as MetricsFixture;

test.each(compareMetrics(fixture))('$name equals the reference', ({ error }) => {
  expect(error).toBeLessThan(1e-4);
});

test('a wrong number is found', () => {
  const wrong = checkMetrics('metrics', { ...fixture, spearman: fixture.spearman * 1.001 });
  expect(wrong?.error).toBeCloseTo(1e-3, 5);
  expect(wrong?.reason).toContain('spearman');
});

test('another file is not for it', () => expect(checkMetrics('other', { config: {} })).toBeNull());
