// The calls of the host. Row numbers, losses, predictions and level vectors lie in the imported memory where
// ../memory-layout.ts put them.
import { addVectors, meanVectors, predict, secondStage } from './evaluation';
import { problem, setProblem } from './problem';
import { begin, decode, encode, finish, gradients, spread, step, vectors } from './step';
import { Call, What } from './structures';
import { endCall, help, takeCall } from './threads';

export { fillNormals } from './noise';

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
  const c = changetype<Call>(problem.call),
    what = c.what,
    option = c.option;
  if (what == What.STEP) step(c.count, option);
  else if (what == What.ADD_VECTORS) addVectors(c.count);
  else if (what == What.MEAN_VECTORS) meanVectors();
  else if (what == What.PREDICT) predict(c.count);
  else if (what == What.SECOND_STAGE) secondStage(c.count, option);
  else if (what == What.BEGIN) begin(option);
  else if (what == What.ENCODE) encode();
  else if (what == What.MEANS) vectors();
  else if (what == What.DECODE) decode();
  else if (what == What.LEVELS) gradients();
  else if (what == What.BACKWARD) spread();
  else if (what == What.FINISH) finish(option);
  endCall();
}
