import { Checkbox } from '@mantine/core';
import { useSeries } from '../../state/table/series-store';

/** Whether the table is rows to predict, or series over time. */
export function RowsAreSteps() {
  const shown = useSeries((state) => state.shown);
  const show = useSeries((state) => state.show);
  return (
    <Checkbox
      className="csv-rows-are"
      label="These are series: one row a step of time"
      checked={shown}
      onChange={(event) => show(event.currentTarget.checked)}
    />
  );
}
