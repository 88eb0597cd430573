import { collaborativeSchema, growthSchema, lmmnnSchema, simulatedSchema, tagSeriesSchema, tagsSchema } from '../data/schema';

/** The parts of the experiment schema from which the page generates its forms. */
export {
  collaborativeSchema,
  growthSchema,
  lmmnnSchema,
  SPLIT_FIELDS,
  seedsSchema,
  seriesTableSchema,
  simulatedSchema,
  tableSchema,
  tagsSchema,
} from '../data/schema';
export { trainingSchema } from '../training/schema';

/** Settings of each simulator, by the kind of its datasets. */
export const SIMULATORS = {
  simulated: simulatedSchema,
  growth: growthSchema,
  collaborative: collaborativeSchema,
  lmmnn: lmmnnSchema,
  tags: tagsSchema,
  'tag-series': tagSeriesSchema,
} as const;
