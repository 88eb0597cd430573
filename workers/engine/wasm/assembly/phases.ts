// The phases of calls: each is cut into parts, which may be done by any thread in any order.
import { shareAt } from './adam';
import { sortByLevel } from './batch';
import { collectPart, predictPart, stageBegin, stagePart, stageUpdate } from './evaluation';
import { addToVectors, finishVectors } from './levels';
import { problem } from './problem';
import { beginPart, decodePart, encodePart, groupsPart, levelGradients, levelVectors, spreadPart, updatePart } from './step';
import { Call, Phase } from './structures';
import { updateTables } from './tables';

/** Part `i` of `parts` of a phase of this call. */
export function doPart(phase: i32, i: i32, parts: i32): void {
  const c = changetype<Call>(problem.call),
    option = c.option,
    train = option >= 0;
  // Phases that leave gradients have as many parts as there are shares.
  problem.partial = shareAt(i < problem.shares ? i : 0);
  if (phase == Phase.BEGIN) beginPart(i, parts, option);
  else if (phase == Phase.SORT) sortByLevel(i + 1);
  else if (phase == Phase.ENCODE) encodePart(c.first, c.last, i, parts, train);
  else if (phase == Phase.GROUPS) groupsPart(c.first, c.last, i, parts, train);
  else if (phase == Phase.VECTORS) levelVectors(i, parts, train);
  else if (phase == Phase.DECODE) decodePart(c.first, c.last, i, parts, train);
  else if (phase == Phase.GRADIENTS) levelGradients(i, parts, train);
  else if (phase == Phase.SPREAD) spreadPart(c.first, c.last, i, parts);
  else if (phase == Phase.UPDATE) updatePart(i, parts, option);
  else if (phase == Phase.UPDATE_ROWS) updateTables(i, parts, option);
  else if (phase == Phase.COLLECT) collectPart(c.first, c.last, i, parts, c.places);
  else if (phase == Phase.ADD) addToVectors(c.last - c.first, option ? 0 : 1, i, parts);
  else if (phase == Phase.MEAN) finishVectors(i, parts);
  else if (phase == Phase.PREDICT) predictPart(c.count, i, parts, option, c.to);
  else if (phase == Phase.STAGE_BEGIN) stageBegin(i, parts);
  else if (phase == Phase.STAGE) stagePart(c.count, i, parts, option > 0);
  else if (phase == Phase.STAGE_UPDATE) stageUpdate(i, parts, option);
}
