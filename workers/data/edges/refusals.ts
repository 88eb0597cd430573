import { LabFailure } from '../failure';
import { quote } from '../refusals';

const line = (number: number): string => `Line ${number.toLocaleString('en')}`;
const FORM = 'Write two levels on each line, and a weight behind them where edges differ, as in “Ohio,Indiana,2”.';

/** Refusals of files of edges: what is wrong and in which line. */
export const refuse = {
  empty: (name: string) => new LabFailure('edges-empty', `${name} has no edge.`, FORM),

  cells: (name: string, at: number, found: number) =>
    new LabFailure('edges-cells', `${line(at)} of ${name} has ${found === 1 ? 'one cell' : `${found.toLocaleString('en')} cells`}.`, FORM),

  ragged: (name: string, at: number, found: number, before: number) =>
    new LabFailure(
      'edges-ragged',
      `${line(at)} of ${name} has ${found} cells, and the lines before have ${before}.`,
      'Give every edge a weight, or none.',
    ),

  noName: (name: string, at: number) => new LabFailure('edges-no-name', `${line(at)} of ${name} has an empty cell where a level should be.`, FORM),

  openQuote: (name: string, at: number) =>
    new LabFailure('edges-open-quote', `${line(at)} of ${name} opens a quote that it does not close.`, 'Close the quote; a level is in one line.'),

  weight: (name: string, at: number, from: string, to: string, value: string) =>
    new LabFailure(
      'edges-weight',
      `${line(at)} of ${name} has the weight ${quote(value)} for the edge of ${quote(from)} and ${quote(to)}.`,
      'A weight is a finite number above 0; leave an edge out that should not count.',
    ),

  loop: (name: string, at: number, level: string) =>
    new LabFailure(
      'edges-loop',
      `${line(at)} of ${name} joins ${quote(level)} with itself.`,
      'Take the line out: a level is like itself without any edge.',
    ),

  twice: (name: string, at: number, from: string, to: string, first: number) =>
    new LabFailure(
      'edges-twice',
      `${line(at)} of ${name} has the edge of ${quote(from)} and ${quote(to)} again, which line ${first.toLocaleString('en')} has too.`,
      'Keep one line for each edge. A second line in the other direction may stand if its weight is the same.',
    ),

  tooMany: (name: string, most: number) =>
    new LabFailure(
      'edges-too-many',
      `${name} has more than ${most.toLocaleString('en')} edges.`,
      'Give the edges of near levels alone, such as the few nearest neighbours of each.',
    ),

  tooLong: (name: string, at: number) =>
    new LabFailure('edges-long-line', `${line(at)} of ${name} is longer than two names can be.`, `Choose a text file. ${FORM}`),

  notText: (name: string, message: string) => new LabFailure('edges-not-text', message, `Choose a text file for ${name}. ${FORM}`),

  noMatch: (name: string, feature: string, theirs: string, at: number, ours: string) =>
    new LabFailure(
      'edges-no-match',
      `${name} has no edge of a level of ${quote(feature)}: line ${at} begins with ${quote(theirs)}, and the first level of the data is ${quote(ours)}.`,
      'Choose the file of this column, or give it for another one. Names are compared letter by letter.',
    ),

  twoColumns: (first: string, second: string) =>
    new LabFailure(
      'edges-two-columns',
      `${quote(first)} and ${quote(second)} both have edges.`,
      'The levels of one column are joined at a time: take the edges of the other out.',
    ),

  tooLarge: (name: string, feature: string, levels: number, others: number, most: number) =>
    new LabFailure(
      'edges-too-large',
      `The graph of ${quote(feature)} has ${(levels + others).toLocaleString('en')} nodes: ${levels.toLocaleString('en')} levels${
        others > 0 ? ` and ${others.toLocaleString('en')} more that ${name} names` : ''
      }. Correlations of all pairs are held for up to ${most.toLocaleString('en')}.`,
      'Take a sample of the levels, or a coarser column.',
    ),
};
