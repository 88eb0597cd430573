import { LabFailure } from '../data/failure';

/** What this browser keeps was laid out by a later version: a page of this one writes nothing there. */
export const storeIsNewer = (): LabFailure =>
  new LabFailure(
    'store-newer',
    'What this browser keeps was written by a newer version of the lab, and is not touched by this one.',
    'Reload the page to have the newer lab. Until then nothing of this visit is kept: download what you need.',
  );

/** Another page of this browser has the run. */
export const runIsElsewhere = (): LabFailure =>
  new LabFailure('run-elsewhere', 'Another page of the lab has this run.', 'It can be gone on with here when that page is closed.');
