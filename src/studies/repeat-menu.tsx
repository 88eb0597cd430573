import { Menu } from '@mantine/core';
import { studyChoices } from '../../workers/spec/study-plans';
import { useSpec } from '../state/spec';
import { useTable } from '../state/table/table-store';
import { Icon } from '../ui/icons';
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
      <Menu.Label className="menu-label">{repeatNote}</Menu.Label>
      {times.map(({ id, label, study }) => (
        <Menu.Item key={id} disabled={disabled} onClick={() => void repeat(study)}>
          {label}
        </Menu.Item>
      ))}
      <Menu.Label className="menu-label">{foldsNote ?? 'Every row tests once.'}</Menu.Label>
      {folds.map(({ id, label, study }) => (
        <Menu.Item key={id} disabled={disabled} onClick={() => void repeat(study)}>
          {label}
        </Menu.Item>
      ))}
    </>
  );
}

/** Next to Train: the same comparison again, with other seeds or fold by fold. */
export function RepeatMenu({ disabled, why }: { disabled: boolean; why: string | null }) {
  return (
    <Menu position="bottom-start" shadow="none" transitionProps={{ duration: 0 }} classNames={{ dropdown: 'menu wide', item: 'menu-item' }}>
      <Menu.Target>
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
      </Menu.Target>
      <Menu.Dropdown>
        <RepeatItems disabled={disabled} />
      </Menu.Dropdown>
    </Menu>
  );
}
