// The phases of calls: each is cut into parts, which may be done by any thread in any order.
import { shareAt } from './adam';
import { sortByLevel } from './batch';
import { collectPart, predictPart, stageBegin, stagePart, stageUpdate } from './evaluation';
import { addToVectors, finishVectors } from './levels';
import { Call, problem } from './problem';
import { beginPart, decodePart, encodePart, groupsPart, levelGradients, levelVectors, spreadPart, updatePart } from './step';
import { updateTables } from './tables';

/** Of a step. */
export const BEGIN: i32 = 1, SORT: i32 = 2, ENCODE: i32 = 3, VECTORS: i32 = 4, DECODE: i32 = 5, GRADIENTS: i32 = 6, SPREAD: i32 = 7, UPDATE: i32 = 8, UPDATE_ROWS: i32 = 9, GROUPS: i32 = 17;
/** Of evaluation and of the second stage. */
export const COLLECT: i32 = 10, ADD: i32 = 11, MEAN: i32 = 12, PREDICT: i32 = 13, STAGE_BEGIN: i32 = 14, STAGE: i32 = 15, STAGE_UPDATE: i32 = 16;

/** Part `i` of `parts` of a phase of this call. */
export function doPart(phase: i32, i: i32, parts: i32): void {
  const c = changetype<Call>(problem.call), option = c.option, train = option >= 0;
  // Phases that leave gradients have as many parts as there are shares.
  problem.partial = shareAt(i < problem.shares ? i : 0);
  if (phase == BEGIN) beginPart(i, parts, option);
  else if (phase == SORT) sortByLevel(i + 1);
  else if (phase == ENCODE) encodePart(c.first, c.last, i, parts, train);
  else if (phase == GROUPS) groupsPart(c.first, c.last, i, parts, train);
  else if (phase == VECTORS) levelVectors(i, parts, train);
  else if (phase == DECODE) decodePart(c.first, c.last, i, parts, train);
  else if (phase == GRADIENTS) levelGradients(i, parts, train);
  else if (phase == SPREAD) spreadPart(c.first, c.last, i, parts);
  else if (phase == UPDATE) updatePart(i, parts, option);
  else if (phase == UPDATE_ROWS) updateTables(i, parts, option);
  else if (phase == COLLECT) collectPart(c.first, c.last, i, parts, c.places);
  else if (phase == ADD) addToVectors(c.last - c.first, option ? 0 : 1, i, parts);
  else if (phase == MEAN) finishVectors(i, parts);
  else if (phase == PREDICT) predictPart(c.count, i, parts, option, c.to);
  else if (phase == STAGE_BEGIN) stageBegin(i, parts);
  else if (phase == STAGE) stagePart(c.count, i, parts, option > 0);
  else if (phase == STAGE_UPDATE) stageUpdate(i, parts, option);
}
