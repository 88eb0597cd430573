import { z } from 'zod';
import { columnVectorsSchema, datasetSchema, seedsSchema } from '../data/schema';
import { ABOUTS } from '../methods/registry';
import { hasCommonWidth } from '../methods/shared/common-width';
import { withProtocolDefaults } from '../training/protocol';
import { type TrainingInput, trainingSchema } from '../training/schema';

/** One method of an experiment: its id and its hyperparameters, checked against the method's own schema. */
const methodChoiceSchema = z
  .strictObject({ id: z.string(), settings: z.record(z.string(), z.unknown()).default({}) })
  .transform((choice, context) => {
    const about = ABOUTS.find((candidate) => candidate.id === choice.id);
    if (!about) {
      context.addIssue({ code: 'custom', path: ['id'], message: `no method has the id "${choice.id}"` });
      return z.NEVER;
    }
    const parsed = about.settings.safeParse(choice.settings);
    if (parsed.success) return { id: choice.id, settings: parsed.data as Record<string, unknown> };
    for (const issue of parsed.error.issues) {
      const ofWidths =
        issue.code === 'unrecognized_keys' && issue.keys.some((key) => key === 'dRule' || key === 'widths') && 'd' in about.settings.shape;
      const words = hasCommonWidth(about)
        ? 'takes one width for the vectors of all features: give d, or a rule that gives that of the feature with most levels'
        : 'takes one width d for the vectors of all features, and no rule for it';
      const message = ofWidths ? `${about.label} ${words}` : issue.message;
      context.addIssue({ code: 'custom', path: ['settings', ...issue.path], message });
    }
    return z.NEVER;
  });

/** Training settings; what is not given is as the protocol has it. */
const trainingChoiceSchema = z
  .custom<TrainingInput>((given) => typeof given === 'object' && given !== null, 'must be an object of settings')
  .transform(withProtocolDefaults)
  .pipe(trainingSchema);

/**
 * The whole experiment as pure JSON. It validates the form, the URL, presets, the command line and the
 * worker's input alike.
 */
export const experimentSchema = z.strictObject({
  version: z.literal(1).default(1),
  dataset: datasetSchema,
  /** Files of level vectors, for methods that begin from given ones. */
  vectors: z
    .array(columnVectorsSchema)
    .max(1000)
    .refine((files) => new Set(files.map(({ column }) => column)).size === files.length, 'one file a column at most')
    .optional(),
  methods: z
    .array(methodChoiceSchema)
    .min(1, 'choose at least one method')
    .refine((methods) => new Set(methods.map((method) => method.id)).size === methods.length, 'each method at most once'),
  training: trainingChoiceSchema.prefault({}),
  seeds: seedsSchema,
});
export type ExperimentSpec = z.output<typeof experimentSchema>;
export type ExperimentInput = z.input<typeof experimentSchema>;
