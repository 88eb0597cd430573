import { LabFailure } from '../../data/failure';

/** What a person is told of a step that cannot be recorded. */
export const recordFailure = (code: string, what: string): LabFailure =>
  new LabFailure(code, `The step cannot be recorded: ${what}.`, 'Training goes op by op, which is slower and gives the same result.');
