// Memory in powers of two: what is given back is taken again by the next that needs as much.

const SMALLEST = 6;
const heads: usize = memory.data(4 * 33, 4);
let top: usize = 0;

/** Thrown by the host: the machine gives no more. */
// @ts-ignore: decorator
@external("env", "full")
declare function full(): void;

/** Room for so many bytes, in steps of 64; what lies there is of any kind. */
export function take(bytes: usize): usize {
  const size = <u32>max<i32>(SMALLEST, 32 - clz<u32>(<u32>(bytes - 1)));
  const head = heads + 4 * <usize>size;
  const known = <usize>load<u32>(head);
  if (known != 0) {
    store<u32>(head, load<u32>(known));
    return known;
  }
  if (top == 0) top = (__heap_base + 63) & ~63;
  const at = top;
  const end = <u64>at + ((<u64>1) << size);
  const pages = <i32>((end + 0xffff) >> 16);
  if (end > 0xffff0000 || (pages > memory.size() && memory.grow(pages - memory.size()) < 0)) full();
  top = <usize>end;
  return at;
}

/** Gives back what `take` has given for so many bytes. */
export function give(at: usize, bytes: usize): void {
  const head = heads + 4 * <usize>max<i32>(SMALLEST, 32 - clz<u32>(<u32>(bytes - 1)));
  store<u32>(at, load<u32>(head));
  store<u32>(head, <u32>at);
}

/** A larger place with the first `used` bytes of one of `bytes`. */
export function larger(at: usize, bytes: usize, used: usize, wanted: usize): usize {
  const to = take(wanted);
  memory.copy(to, at, used);
  give(at, bytes);
  return to;
}
