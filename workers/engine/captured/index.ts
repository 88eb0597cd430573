export { type CapturedPlan, type CapturedPlanOptions, createCapturedPlan } from './captured-plan';
