// Cells of nothing but white space, as `isBlank` of reading/missing.ts tells them.

/** Characters from which on a cell is never blank. */
const LONGEST = 16;

/** Bytes of the white space (String.prototype.trim) that begins at `at`; 0 where none does. */
function white(at: usize, end: usize): usize {
  const first = load<u8>(at);
  if (first == 32 || (first >= 9 && first <= 13)) return 1;
  if (first == 0xc2) return at + 1 < end && load<u8>(at + 1) == 0xa0 ? 2 : 0;
  if (first < 0xe1 || at + 2 >= end) return 0;
  const rest = ((<u32>load<u8>(at + 1)) << 8) | load<u8>(at + 2);
  if (first == 0xe2) {
    const inRow = rest >= 0x8080 && (rest <= 0x808a || rest == 0x80a8 || rest == 0x80a9 || rest == 0x80af);
    return inRow || rest == 0x819f ? 3 : 0;
  }
  return (first == 0xe1 && rest == 0x9a80) || (first == 0xe3 && rest == 0x8080) || (first == 0xef && rest == 0xbbbf) ? 3 : 0;
}

// @ts-ignore: decorator
@inline
export function isBlank(at: usize, end: usize): bool {
  if (at == end) return true;
  const first = load<u8>(at);
  return (first <= 32 || first >= 0x80) && isWhite(at, end);
}

function isWhite(at: usize, end: usize): bool {
  let length = 0;
  while (at < end) {
    const step = white(at, end);
    if (step == 0) return false;
    at += step;
    length++;
  }
  return length < LONGEST;
}
