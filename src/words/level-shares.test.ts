import { describe, expect, it } from 'vitest';
import type { LevelShares } from '../../workers/protocol';
import { levelSharesSentence, levelSharesWords, type NamedShares } from './level-shares';

const shares = (name: string, kind: string): NamedShares => ({
  name,
  shares: { kind, without: 0.1, with: 0.4, draws: 100 } as unknown as LevelShares,
});

describe('what the levels explain', () => {
  it('is R² of a number, and the explained deviance of classes', () => {
    expect(levelSharesWords([shares('NCF', 'r2')])).toMatch(/For a mixed model these are its R², marginal and conditional, by prediction\.$/);
    const ofClasses = levelSharesWords([shares('NCF', 'deviance')]);
    expect(ofClasses).toMatch(/For a mixed model these are its explained deviance, marginal and conditional, by prediction\.$/);
    expect(ofClasses).not.toContain('R²');
  });

  it('has no capital within a sentence', () => {
    expect(levelSharesSentence([shares('NCF', 'deviance')])).toBe('NCF: explained deviance 0.10 without levels, 0.40 with them.');
    expect(levelSharesSentence([shares('NCF', 'r2')])).toBe('NCF: R² 0.10 without levels, 0.40 with them.');
  });
});
