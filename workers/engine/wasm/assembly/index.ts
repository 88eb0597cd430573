// The calls of the host. Row numbers, losses, predictions and level vectors lie in the imported memory where ../layout.ts put them.
import { addVectors, meanVectors, predict, secondStage } from './evaluation';
import { Call, problem, setProblem } from './problem';
import { begin, decode, encode, finish, gradients, spread, step, vectors } from './step';
import { endCall, help, takeCall } from './threads';

export { fillNormals } from './noise';

/** What a call does; ../fused-step.ts has the same numbers. */
const STEP: i32 = 0, ADD_VECTORS: i32 = 1, MEAN_VECTORS: i32 = 2, PREDICT: i32 = 3, SECOND_STAGE: i32 = 4;
/** A step in parts, for the host to breathe in between. */
const BEGIN: i32 = 5, ENCODE: i32 = 6, MEANS: i32 = 7, DECODE: i32 = 8, LEVELS: i32 = 9, BACKWARD: i32 = 10, FINISH: i32 = 11;

export function init(address: usize): void {
  setProblem(address);
}

/** The call that the host has written, or, on other threads than the first, help with it. */
export function work(): void {
  if (problem.thread > 0) {
    help();
    return;
  }
  takeCall();
  const c = changetype<Call>(problem.call), what = c.what, option = c.option;
  if (what == STEP) step(c.count, option);
  else if (what == ADD_VECTORS) addVectors(c.count);
  else if (what == MEAN_VECTORS) meanVectors();
  else if (what == PREDICT) predict(c.count);
  else if (what == SECOND_STAGE) secondStage(c.count, option);
  else if (what == BEGIN) begin(option);
  else if (what == ENCODE) encode();
  else if (what == MEANS) vectors();
  else if (what == DECODE) decode();
  else if (what == LEVELS) gradients();
  else if (what == BACKWARD) spread();
  else if (what == FINISH) finish(option);
  endCall();
}
