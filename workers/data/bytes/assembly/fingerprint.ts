// The two lanes of a table's fingerprint (`Fingerprint` of fingerprint.ts), which that adds to by the
// thousand.

let a: u32 = 0;
let b: u32 = 0;

export function laneA(): u32 {
  return a;
}
export function laneB(): u32 {
  return b;
}
export function setLanes(first: u32, second: u32): void {
  a = first;
  b = second;
}

export function mix(at: usize, words: i32): void {
  let first = a;
  let second = b;
  const end = at + 4 * <usize>words;
  for (; at < end; at += 4) {
    const value = load<u32>(at);
    first = rotl(first ^ (rotl(value * 0xcc9e2d51, 15) * 0x1b873593), 13) * 5 + 0xe6546b64;
    second = rotl(second + value * 0x85ebca77, 13) * 0x9e3779b1;
  }
  a = first;
  b = second;
}
