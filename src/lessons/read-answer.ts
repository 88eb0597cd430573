import { exactly } from '../text/numbers';
import { pointedThousands, pointQuestion, readNumber } from '../text/read-number';

/** What a text is as a number in a range; null with the reason, or with none where nothing is there yet. */
export function readAnswer(text: string, min: number, max: number): { value: number | null; problem: string | null } {
  const refuse = (problem: string | null) => ({ value: null, problem });
  if (text.trim() === '') return refuse(null);
  const inRange = (number: number | null): number is number => number !== null && number >= min && number <= max;
  // A fraction that would be out of the range as thousands is no question: shares have three decimals.
  if (inRange(pointedThousands(text))) return refuse(pointQuestion(text, false));
  const value = readNumber(text);
  if (value === null) return refuse('This is no number.');
  return inRange(value) ? { value, problem: null } : refuse(`From ${exactly(min)} to ${exactly(max)}.`);
}
