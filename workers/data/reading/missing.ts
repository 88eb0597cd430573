/**
 * Words that count as missing unless a person says otherwise, in lower case. R, pandas, SQL (also its dumps:
 * \N), SAS, Stata, spreadsheets, UCI tables and national statistics write these. Which of them a column has
 * is told, and each can be made a level again.
 */
export const MISSING_WORDS: ReadonlySet<string> = new Set([
  ...[
    'na',
    'n/a',
    '#n/a',
    'n.a.',
    'n/k',
    '<na>',
    'nan',
    'nat',
    'null',
    'none',
    'nil',
    '\\n',
    'missing',
    '(missing)',
    '#null!',
    '#value!',
    '#div/0!',
    '#ref!',
  ],
  ...['?', '.', '..', '...', '-', '--', '–', '—', '−', '*', '/'],
]);

/**
 * Words that versions of the lab without steps took as missing; links of that time, and fingerprints, go by
 * these.
 */
export const FORMER_MISSING_WORDS: ReadonlySet<string> = new Set(['na', 'n/a', '#n/a', 'nan', 'null', 'none', '?', '.']);

/** Nothing but white space. */
export const isBlank = (cell: string): boolean => cell === '' || (cell.length < 16 && cell.trim() === '');

/** A word as it is compared. */
export const wordOf = (cell: string): string => cell.trim().toLowerCase();
