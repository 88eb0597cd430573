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
  tagSeriesSchema,
  tagsSchema,
} from '../data/schema';
export { trainingSchema } from '../training/schema';
