import type { Body, DiagramNode } from './nodes';

/** Sizes of the picture in px. */
export const BAR = { height: 14, name: 44, width: 32, number: 36 } as const;
export const UNIT = 8;
export const UNITS_A_ROW = 10;
export const COLUMN = 17;
export const LINE = 17;
export const SHARE = 96;
const PAD = 10;
const HEAD = 40;
const GAP = { least: 18, most: 56, below: 40 } as const;
/** Room above a line of parts for the way that leaves it. */
const ABOVE = 26;

/** Width of a bar chart with or without names. */
const barsWidth = (body: Extract<Body, { kind: 'bars' }>): number => (body.names ? BAR.name : 0) + BAR.width + BAR.number;

function sizeOf(body: Body): { width: number; height: number } {
  const more = 'more' in body && body.more > 0 ? LINE : 0;
  switch (body.kind) {
    case 'bars':
      return { width: barsWidth(body), height: body.values.length * BAR.height + more };
    case 'units':
      return { width: UNITS_A_ROW * UNIT, height: Math.max(1, Math.ceil(body.values.length / UNITS_A_ROW)) * UNIT + more };
    case 'columns':
      return { width: Math.max(3, body.columns.length) * COLUMN, height: (body.columns[0]?.length ?? 1) * BAR.height + more };
    case 'text':
      return { width: 100, height: body.lines.length * LINE };
    case 'share':
      return { width: SHARE, height: 14 };
  }
}

/** Where a part of the picture stands. */
export interface Box {
  node: DiagramNode;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Line of the picture, from 0. */
  line: number;
  /** Where its bodies stand within it. */
  bodies: { x: number; y: number; body: Body }[];
}

/** Bar charts of one part stand side by side, all else one below the other. */
function boxOf(node: DiagramNode): Omit<Box, 'x' | 'y' | 'line'> {
  const beside = node.bodies.length > 1 && node.bodies.every(({ kind }) => kind === 'bars');
  const bodies: Box['bodies'] = [];
  let [x, y, wide, high] = [PAD, HEAD, 0, 0];
  for (const body of node.bodies) {
    const size = sizeOf(body);
    bodies.push({ x, y, body });
    wide = Math.max(wide, x + size.width);
    high = Math.max(high, y + size.height);
    if (beside) x += size.width + PAD;
    else y += size.height + 6;
  }
  const title = Math.max(node.title.length * 7, node.symbol.length * 6.4) + 2 * PAD;
  return { node, width: Math.max(76, title, wide + PAD), height: Math.max(HEAD + 8, high + PAD), bodies };
}

/** Parts in lines of at most this width; a part wider than that has a line of its own. */
function inLines<Sized extends { width: number }>(boxes: readonly Sized[], width: number): Sized[][] {
  const lines: Sized[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (used + GAP.least + box.width > width) {
      lines.push([]);
      used = -GAP.least;
    }
    lines.at(-1)?.push(box);
    used += GAP.least + box.width;
  }
  return lines;
}

/** The picture within a width: parts in lines, each line centred on its own middle. */
export function layOut(nodes: readonly DiagramNode[], width: number): { boxes: Box[]; width: number; height: number } {
  const boxes = nodes.map(boxOf);
  const inner = width - 2;
  const count = inLines(boxes, inner).length;
  // The narrowest width with as few lines: lines are about equally long then.
  let [low, high] = [0, inner];
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (inLines(boxes, middle).length <= count) high = middle;
    else low = middle;
  }
  const lines = inLines(boxes, high);
  const placed: Box[] = [];
  let top = ABOVE;
  for (const [line, members] of lines.entries()) {
    const height = Math.max(...members.map((box) => box.height));
    const content = members.reduce((sum, box) => sum + box.width, 0);
    const gap = members.length < 2 ? 0 : Math.min(GAP.most, Math.max(GAP.least, (inner - content) / (members.length - 1)));
    let x = 1;
    for (const box of members) {
      placed.push({ ...box, x, y: top + (height - box.height) / 2, line });
      x += box.width + gap;
    }
    top += height + GAP.below;
  }
  const right = Math.max(...placed.map((box) => box.x + box.width)) + 1;
  return { boxes: placed, width: right, height: top - GAP.below + 8 };
}

/**
 * The way from one part to the next: straight within a line, else down and to the beginning of the next line.
 */
export function wayBetween(from: Box, to: Box): string {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  if (from.line === to.line) return `M${start.x + 2} ${start.y}H${end.x - 3}`;
  const middle = Math.round(to.y - GAP.below / 2);
  const down = { x: from.x + from.width / 2, y: from.y + from.height };
  return `M${down.x} ${down.y + 2}V${middle}H${to.x + to.width / 2}V${to.y - 3}`;
}

/** A way that leaves the line over its parts; null where the two stand in different lines. */
export function wayAbove(from: Box, to: Box, boxes: readonly Box[]): string | null {
  if (from.line !== to.line) return null;
  const top = Math.min(...boxes.filter(({ line }) => line === from.line).map(({ y }) => y)) - 14;
  return `M${from.x + from.width / 2} ${from.y - 2}V${top}H${to.x + to.width / 2}V${to.y - 3}`;
}
