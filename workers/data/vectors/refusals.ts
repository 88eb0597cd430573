import { LabFailure } from '../failure';
import { quote } from '../refusals';

const line = (number: number): string => `Line ${number.toLocaleString('en')}`;
const numbers = (count: number): string => (count === 1 ? '1 number' : `${count.toLocaleString('en')} numbers`);

/** Refusals of files of level vectors: what is wrong and in which line. */
export const refuse = {
  empty: (name: string) =>
    new LabFailure('vectors-empty', `${name} has no level with a vector.`, 'Choose a file with a line for each level: its label, then its numbers.'),

  noNumbers: (name: string, at: number, label: string) =>
    new LabFailure(
      'vectors-no-numbers',
      `${line(at)} of ${name} has no numbers after ${quote(label)}.`,
      'Every line needs a label and its numbers, with commas, tabs or spaces between them.',
    ),

  ragged: (name: string, at: number, label: string, found: number, d: number) =>
    new LabFailure(
      'vectors-ragged',
      `${line(at)} of ${name} has ${numbers(found)} for ${quote(label)}, and the lines before have ${d.toLocaleString('en')}.`,
      'Give every level as many numbers.',
    ),

  notNumber: (name: string, at: number, label: string, position: number, value: string) =>
    new LabFailure(
      'vectors-not-number',
      `${line(at)} of ${name} has ${quote(value)} where number ${position} of ${quote(label)} should be.`,
      'Write every entry of a vector as a finite number such as 0.25 or 3e-1.',
    ),

  noLabel: (name: string, at: number) =>
    new LabFailure('vectors-no-label', `${line(at)} of ${name} has no label before its numbers.`, 'Begin every line with the label of a level.'),

  twice: (name: string, at: number, label: string, first: number) =>
    new LabFailure(
      'vectors-twice',
      `${line(at)} of ${name} has a second vector for ${quote(label)}, which line ${first.toLocaleString('en')} has too.`,
      'Keep one line for each level.',
    ),

  wrongCount: (name: string, promised: number, found: number) =>
    new LabFailure(
      'vectors-count',
      `The first line of ${name} promises ${promised.toLocaleString('en')} levels, and ${found.toLocaleString('en')} follow.`,
      'The file may be cut short: save or download it again.',
    ),

  longLine: (name: string, at: number) =>
    new LabFailure(
      'vectors-long-line',
      `${line(at)} of ${name} is longer than any vector with its label.`,
      'Choose a text file with a line for each level: its label, then its numbers.',
    ),

  tooWide: (name: string, at: number, d: number, most: number) =>
    new LabFailure(
      'vectors-too-wide',
      `${line(at)} of ${name} has ${numbers(d)}; a vector may have ${most.toLocaleString('en')}.`,
      'Choose a file of shorter vectors.',
    ),

  tooLarge: (name: string, at: number, most: number) =>
    new LabFailure(
      'vectors-too-large',
      `${name} has more than ${most.toLocaleString('en')} numbers by line ${at.toLocaleString('en')}.`,
      'Keep the lines of the levels that the data have.',
    ),

  openQuote: (name: string, at: number) =>
    new LabFailure('vectors-quote', `${line(at)} of ${name} has a double quote that is not closed.`, 'Close it, or double quotes inside a label.'),

  notText: (name: string, message: string) => new LabFailure('vectors-not-text', message, `Save ${name} as text in UTF-8.`),
};
