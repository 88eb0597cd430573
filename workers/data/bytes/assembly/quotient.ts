// Division that rounds once, as TypeScript and AssemblyScript both read it: number.ts of this folder and of
// the one above import it.

/** (high · scale + low) / divisor, rounded once; NaN where that cannot be told. All four are whole. */
export function quotient(high: number, scale: number, low: number, divisor: number): number {
  const product = high * scale;
  const sum = product + low;
  const head = sum - product;
  // What the rounding of product and sum has left out.
  const rest = productError(high, scale, product) + (product - (sum - head) + (low - head));
  const first = sum / divisor;
  const back = first * divisor;
  const remainder = sum - back - productError(first, divisor, back) + rest;
  const second = remainder / divisor;
  // 2⁻⁴⁵ to either side.
  const least = first + second * (1 - 2.842170943040401e-14);
  const most = first + second * (1 + 2.842170943040401e-14);
  return least === most ? least : NaN;
}

/** a · b − product, exactly, for a product that is the rounded one (Dekker's, by halves of 26 bits). */
function productError(a: number, b: number, product: number): number {
  const wideA = a * 134217729;
  const wideB = b * 134217729;
  const headA = wideA - (wideA - a);
  const headB = wideB - (wideB - b);
  const tailA = a - headA;
  const tailB = b - headB;
  return headA * headB - product + headA * tailB + tailA * headB + tailA * tailB;
}
