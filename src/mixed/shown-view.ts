import { shortened } from '../../workers/data/shown-text';
import type { MixedView, VarianceTest } from '../../workers/protocol';
import { inSentence } from '../words/names';

/** Signs of a formula and of a note that are shown. */
const LONGEST = 400;

/** Names of columns as a page can hold them; two that are cut to the same stay apart. */
export class ShownNames {
  readonly #shown = new Map<string, string>();

  of(name: string): string {
    const known = this.#shown.get(name);
    if (known !== undefined) return known;
    const cut = inSentence(name);
    const taken = new Set(this.#shown.values());
    let shown = cut;
    for (let i = 2; taken.has(shown); i++) shown = `${cut} (${i})`;
    this.#shown.set(name, shown);
    return shown;
  }
}

/** What the room shows of a fit: names of columns, the formula and notes are cut where they are long. */
export function shownView(view: MixedView, names: ShownNames): MixedView {
  const name = (text: string): string => names.of(text);
  const { fit } = view;
  return {
    ...view,
    fit: {
      ...fit,
      formula: shortened(fit.formula, LONGEST),
      notes: fit.notes.map((note) => shortened(note, LONGEST)),
      random: fit.random.map((part) => ({ ...part, group: name(part.group), effects: part.effects.map(name) })),
      fixed: fit.fixed.map((effect) => ({ ...effect, name: name(effect.name) })),
    },
    levels: view.levels.map((part) => ({ ...part, group: name(part.group), effects: part.effects.map(name) })),
    numeric: view.numeric.map((one) => ({ ...one, name: name(one.name) })),
  };
}

/** The tests of such a fit, by the same names. */
export const shownTests = (tests: readonly VarianceTest[], names: ShownNames): VarianceTest[] =>
  tests.map((test) => ({ ...test, group: names.of(test.group), effects: test.effects.map((effect) => names.of(effect)) }));
