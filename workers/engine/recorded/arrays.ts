/** Memory of so many numbers, in which a step leaves something; where it is follows once all is known. */
export class Buffer {
  /** Bytes from the beginning of the memory; −1 until it has a place. */
  address = -1;
  constructor(
    readonly size: number,
    /** The one number that all of it is, where that is known beforehand. */
    readonly constant: number | null = null,
  ) {}
}

/** An array in a buffer: strides and offset count numbers. */
export interface View {
  buffer: Buffer;
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Strides of numbers that lie one after the other. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

export const whole = (buffer: Buffer, shape: readonly number[]): View => ({ buffer, offset: 0, shape, strides: stridesOf(shape) });

/** Whether the numbers lie one after the other. */
export function isPacked({ shape, strides }: View): boolean {
  const packed = stridesOf(shape);
  return shape.every((n, axis) => n === 1 || strides[axis] === packed[axis]) || sizeOf(shape) <= 1;
}

/** Whether it is one number throughout. */
export const isScalar = ({ shape, strides }: View): boolean => shape.every((n, axis) => n === 1 || strides[axis] === 0);

/** The same numbers as an array of this shape, where one can be had without moving them. */
export function reshaped(view: View, shape: readonly number[]): View | null {
  if (isPacked(view)) return { ...view, shape, strides: stridesOf(shape) };
  if (isScalar(view)) return { ...view, shape, strides: shape.map(() => 0) };
  // Dimensions of 1 come and go.
  const wide = [...view.shape.keys()].filter((axis) => view.shape[axis] !== 1);
  const sizes = shape.filter((n) => n !== 1);
  if (wide.length !== sizes.length || wide.some((axis, i) => view.shape[axis] !== sizes[i])) return null;
  let next = 0;
  return { ...view, shape, strides: shape.map((n) => (n === 1 ? 0 : view.strides[wide[next++]])) };
}

/** Repeated along dimensions that are 1 or not there. */
export function spread(view: View, shape: readonly number[]): View {
  const missing = shape.length - view.shape.length;
  const strides = shape.map((n, axis) => {
    const own = axis - missing;
    return own < 0 || (view.shape[own] === 1 && n !== 1) ? 0 : view.strides[own];
  });
  return { ...view, shape, strides };
}

/** The same array with as few dimensions as its strides allow, none of them 1. */
export function collapsed({ shape, strides }: Pick<View, 'shape' | 'strides'>): { shape: number[]; strides: number[] } {
  const sizes: number[] = [];
  const steps: number[] = [];
  for (const [axis, n] of shape.entries()) {
    if (n === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && steps[last] === strides[axis] * n) {
      sizes[last] *= n;
      steps[last] = strides[axis];
    } else {
      sizes.push(n);
      steps.push(strides[axis]);
    }
  }
  return sizes.length > 0 ? { shape: sizes, strides: steps } : { shape: [1], strides: [0] };
}
