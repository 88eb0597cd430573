/** What the reader of tables does to a file, as data and as words, for the page and the command line. */
export {
  DATE_NUMBERS,
  isFileStep,
  type Step,
  stepSchema,
} from '../data/reading/steps';
export { withStep } from '../data/reading/with-step';
export { stepWords } from '../data/reading/words';
