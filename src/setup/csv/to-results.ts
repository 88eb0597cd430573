import { passesFocus } from '../../ui/take-focus';

/** As the `ref` of a step with a file: the results stand again where it stood. */
export const toResults = passesFocus(() => document.getElementById('results'));
