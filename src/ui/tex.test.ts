import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { ABOUTS } from '../../workers/spec/methods';

describe('formulas', () => {
  it.each(ABOUTS.flatMap((about) => [[about.id, 'formula', about.formula] as const, [about.id, 'count', about.countFormula] as const]))(
    'of %s: the %s is TeX that KaTeX reads, with MathML next to it',
    (_, __, tex) => {
      const html = katex.renderToString(tex, { displayMode: true, output: 'htmlAndMathml', throwOnError: true, strict: 'error' });
      expect(html).toContain('<math');
    },
  );
});
