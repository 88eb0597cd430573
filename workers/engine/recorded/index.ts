export { createRecordedPlan, type RecordedPlan } from './recorded-plan';
