/** The parts of the experiment schema from which the page generates its forms. */
export type { FieldMeta } from '../data/schema';
export {
  collaborativeSchema,
  growthSchema,
  lmmnnSchema,
  orangeSchema,
  SPLIT_FIELDS,
  seedsSchema,
  simulatedSchema,
  tableSchema,
} from '../data/schema';
export { trainingSchema } from '../training/schema';
