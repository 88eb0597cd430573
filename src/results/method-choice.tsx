import { labelOf } from '../ui/method-line';
import { Choice } from './choice';

/** Which method a panel shows, of those that have something to show. */
export function MethodChoice({ method, of, onChange }: { method: string | null; of: readonly string[]; onChange: (method: string) => void }) {
  return (
    <Choice
      label="Method"
      value={method ?? ''}
      options={of.length > 0 ? of.map((id) => ({ value: id, label: labelOf(id) })) : [{ value: '', label: 'No method yet' }]}
      onChange={onChange}
      disabled={of.length === 0}
    />
  );
}
