import { expect, it } from 'vitest';
import { audited } from './audit-report';

it('a hole fails, none passes, and a registry that cannot be asked is said and is neither', () => {
  const hole = { vulnerabilities: { tar: { name: 'tar', severity: 'high', range: '<6.2.1' } }, metadata: { vulnerabilities: { total: 1 } } };
  expect(audited(JSON.stringify(hole))).toEqual({ state: 'holes', lines: ['tar <6.2.1: high'] });
  expect(audited(JSON.stringify({ vulnerabilities: {}, metadata: { vulnerabilities: { total: 0 }, dependencies: { prod: 141 } } }))).toEqual({
    state: 'clean',
    lines: ['No known hole in 141 packages of the site.'],
  });
  for (const [text, failure] of [['', 'spawn npm ENOENT'], ['{"message":"405 Method Not Allowed"}'], ['<html>']]) {
    const { state, lines } = audited(text, failure);
    expect(state).toBe('unknown');
    expect(lines[0]).toMatch(/could not be asked for known holes \((spawn npm ENOENT|405 Method Not Allowed|it gave no report)\)/);
  }
});
