import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { Icon } from '../../ui/icons';

/** The browser's own select, with the lab's arrow. */
export function Select(props: NativeSelectProps) {
  return <NativeSelect rightSection={<Icon name="down" small />} rightSectionWidth={24} {...props} />;
}
