export { IN_PARTS, type MachineOptions } from './machine';
export { createRecordedPlan, type RecordedPlan } from './recorded-plan';
