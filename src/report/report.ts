import { datasetName } from '../ui/dataset-words';
import { inSentence } from '../words/names';
import { checkSection, errorsSection, MOST_DRAWN } from './check';
import { dataSection, divisionSection } from './data';
import type { Report } from './document';
import { caveatsSection, repeatSection } from './ending';
import type { ReportInput } from './input';
import { levelsSection } from './levels';
import { resultsSection } from './results';
import { methodsSection, trainingSection } from './training';

/**
 * The report of a run: everything that it knows of itself, in the order in which it is read.
 *
 * @param drawn methods whose checks have figures; the others have their sentences
 */
export function reportOf(input: ReportInput, drawn = MOST_DRAWN): Report {
  const { spec } = input.run;
  return {
    title: `Report on ${inSentence(datasetName(spec.dataset))}`,
    origin: input.origin,
    made: input.made,
    methods: spec.methods.map(({ id }) => id),
    sections: [
      resultsSection(input),
      dataSection(input),
      divisionSection(input),
      trainingSection(input),
      errorsSection(input),
      levelsSection(input, drawn),
      checkSection(input, drawn),
      caveatsSection(input),
      methodsSection(input),
      repeatSection(input),
    ].filter(({ blocks }) => blocks.length > 0),
  };
}
