import { useStaleness } from '../state/stale';
import { originWords, staleWords } from '../words/provenance';
import type { Follows } from './origin';
import { useOrigin } from './origin';

/**
 * The quiet line of a panel: its data and run, and whether they are those chosen now. `methods`: whose
 * numbers it shows; absent: those of all. `follows`: how it follows the slider over the epochs.
 */
export function Provenance({ methods, follows = false }: { methods?: readonly string[]; follows?: Follows }) {
  const origin = useOrigin(follows);
  const { kind, changed } = useStaleness();
  if (!origin) return null;
  const concerned = changed.some((id) => methods === undefined || methods.includes(id));
  const stale = staleWords(kind, concerned && methods !== undefined);
  return (
    <p className="fine origin" title="Seeds of the data, of their division and of the weights; a table has none for its data">
      {originWords(origin)}
      {stale && (
        <>
          . <b>{stale}</b>
        </>
      )}
    </p>
  );
}
