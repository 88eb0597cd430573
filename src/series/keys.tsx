import type { NamedLine } from '../charts/lines-chart';
import { labelOf, Swatch } from '../ui/method-line';

/** Charts narrower than this have their names above. */
export const NARROW = 640;

/** The lines without the names at their ends, which have no room in a narrow chart. */
export const withoutNames = (lines: readonly NamedLine[]): NamedLine[] => lines.map((line) => ({ ...line, label: '' }));

/** Names of the lines above a narrow chart. `thin`: what the thin grey line is. */
export function Keys({ methods, thin }: { methods: readonly string[]; thin: string | null }) {
  return (
    <p className="keys series-keys" aria-hidden="true">
      {methods.map((method) => (
        <span key={method}>
          <Swatch id={method} width={20} /> {labelOf(method)}
        </span>
      ))}
      {thin && <span>thin grey line: {thin}</span>}
    </p>
  );
}
