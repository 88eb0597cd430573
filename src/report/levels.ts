import { embeddingChart } from '../charts/embedding-chart';
import { levelsChart } from '../charts/levels-chart';
import { figureSvg } from '../charts/svg';
import { embeddingSentence, lengthsInput, truthInput } from '../results/level-vectors';
import { methodsOf, vectorFeatureNames } from '../results/model';
import { whole } from '../text/numbers';
import { labelOf } from '../ui/method-line';
import { inSentence } from '../words/names';
import { thingAt } from '../words/thing';
import type { Figure, Section } from './document';
import type { ReportInput } from './input';
import { methodVariable, REPORT_THEME } from './theme';
import { WIDE } from './training';

/** Dots of more methods than this say nothing new and fill the file. */
const MOST_METHODS = 4;

/** Level vectors of the methods: against the truth where it is known, else their lengths by training rows. */
export function levelsSection({ run }: ReportInput, drawn: number): Section {
  const all = methodsOf(run.spec).flatMap((method) => (run.results[method] ? (run.embeddings[method] ?? []) : []));
  const figures = all.map((view, i): Figure => {
    const color = methodVariable(view.method);
    const thing = thingAt(vectorFeatureNames(run.summary).indexOf(view.featureName), run.summary);
    const truth = truthInput(view, 'aligned', color);
    const title = `${labelOf(view.method)}: ${thing.many} of ${inSentence(view.featureName)}`;
    const label = truth ? `Estimated against true effects, ${title}` : `Length of the vectors by training rows, ${title}`;
    const shown = view.drawn < view.levels ? `${whole(view.drawn)} of ${whole(view.levels)} ${thing.many}. ` : '';
    const isDrawn = i < Math.min(drawn, MOST_METHODS);
    const chart = () => (truth ? embeddingChart(truth, REPORT_THEME, WIDE) : levelsChart(lengthsInput(view, color, thing), REPORT_THEME, WIDE));
    return {
      ...{ title, label, caption: embeddingSentence(view, thing) },
      svg: isDrawn ? figureSvg(chart(), label, `levels-${view.method}`) : '',
      ...(isDrawn && {
        fine: `${shown}${truth ? 'Each true dimension against the best linear combination of all estimated ones, in standard deviations.' : ''}`,
      }),
    };
  });
  return {
    id: 'vectors',
    title: 'Level vectors',
    blocks: figures.map((figure) => ({ kind: 'figures', figures: [figure] })),
  };
}
