import { LabFailure } from '../data/failure';

/** What this browser keeps was laid out by a later version: a page of this one writes nothing there. */
export const storeIsNewer = (): LabFailure =>
  new LabFailure(
    'store-newer',
    'What this browser keeps was written by a newer version of the lab, and is not touched by this one.',
    'Reload the page to have the newer lab. Until then nothing of this visit is kept: download what you need.',
  );
