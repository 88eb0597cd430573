/** What the keys do, in the order of the list. */
export const SHORTCUT_WORDS = {
  t: 'Train, pause or resume',
  e: 'One epoch',
  s: 'Stop',
  'Ctrl Z': 'Undo a change of the settings',
  'Ctrl Shift Z': 'Redo',
  '?': 'This help',
} as const;
