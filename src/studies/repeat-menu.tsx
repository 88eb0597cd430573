import { studyChoices } from '../../workers/spec/study-plans';
import { useSpec } from '../state/spec';
import { useTable } from '../state/table/table-store';
import { Icon } from '../ui/icons';
import { Menu, MenuItem, MenuLabel } from '../ui/over';
import { repeat } from './commands';

/** The ways to repeat the experiment on the page. */
export function useStudyChoices() {
  const spec = useSpec((state) => state.spec);
  const columns = useTable((state) => state.preview?.columns);
  return studyChoices(spec, columns);
}

/** Items of a menu: repetitions, and folds by what the data can be divided by. */
export function RepeatItems({ disabled }: { disabled: boolean }) {
  const { repeat: times, repeatNote, folds, foldsNote } = useStudyChoices();
  return (
    <>
      <MenuLabel>{repeatNote}</MenuLabel>
      {times.map(({ id, label, study }) => (
        <MenuItem key={id} disabled={disabled} onClick={() => void repeat(study)}>
          {label}
        </MenuItem>
      ))}
      <MenuLabel>{foldsNote ?? 'Every row tests once.'}</MenuLabel>
      {folds.map(({ id, label, study }) => (
        <MenuItem key={id} disabled={disabled} onClick={() => void repeat(study)}>
          {label}
        </MenuItem>
      ))}
    </>
  );
}

/** Next to Train: the same comparison again, with other seeds or fold by fold. */
export function RepeatMenu({ disabled, why }: { disabled: boolean; why: string | null }) {
  return (
    <Menu
      button={
        <button
          type="button"
          className="btn big quiet repeat desktop-only"
          disabled={disabled}
          title={why ?? 'Repeat with other seeds, or cross-validate'}
        >
          <span className="sr">Repeat</span>
          <span aria-hidden="true">
            <i className="m">n</i>×
          </span>
          <Icon name="down" small />
        </button>
      }
    >
      <RepeatItems disabled={disabled} />
    </Menu>
  );
}
