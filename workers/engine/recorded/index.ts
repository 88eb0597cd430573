export { IN_PARTS, type MachineOptions } from './machine';
export { recordedNeed } from './need';
export { createRecordedPlan, type RecordedPlan } from './recorded-plan';
