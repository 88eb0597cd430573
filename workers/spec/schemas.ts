/** The parts of the experiment schema from which the page generates its forms. */
export type { FieldMeta } from '../data/schema';
export { seedsSchema, simulatedSchema } from '../data/schema';
export { trainingSchema } from '../training/schema';
