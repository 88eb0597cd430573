import { Choice } from '../results/choice';
import { labelOf } from '../ui/method-line';

/** Whose tags are looked at, and whose could be. One choice for all panels of the room. */
export interface Shown {
  method: string;
  available: readonly string[];
  choose(method: string): void;
}

export function MethodChoice({ shown, label }: { shown: Shown; label: string }) {
  return (
    <Choice label={label} value={shown.method} options={shown.available.map((id) => ({ value: id, label: labelOf(id) }))} onChange={shown.choose} />
  );
}
