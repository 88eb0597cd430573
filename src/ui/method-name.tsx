import { pointsAt } from '../state/isolated';
import { useMethodCard } from '../state/method-card';
import { Hint } from './hint';
import { glossOf, labelOf } from './method-line';

/**
 * A method's name where it stands alone: one line on what it is, on hover and focus, while its line stands
 * out in the charts; pressing opens its card. `also`: more to say of it here. `tab`: reached by Tab;
 * elsewhere the same is said by the results table.
 */
export const MethodName = ({ id, also = '', tab = false }: { id: string; also?: string; tab?: boolean }) => (
  <span className="method-name" {...pointsAt(id)}>
    <Hint className="named" words={`${glossOf(id)}${also && ` ${also}`}`} tab={tab} onPress={() => useMethodCard.getState().show(id)}>
      {labelOf(id)}
    </Hint>
  </span>
);
