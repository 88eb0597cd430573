/** What the reader of tables does to a file, as data and as words, for the page and the command line. */
export {
  type ColumnStep,
  columnsOf,
  DATE_NUMBERS,
  type DateNumber,
  type FileStep,
  isFileStep,
  type Step,
  stepSchema,
} from '../data/reading/steps';
export { withStep } from '../data/reading/with-step';
export { DATE_WORDS, type Found, stepWords } from '../data/reading/words';
