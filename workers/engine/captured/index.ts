export { type CapturedPlanOptions, createCapturedPlan } from './captured-plan';
