/**
 * Sinusoidal positions, length × width, row-major: sine of t · 10000^(−2i / width) in column 2i, its cosine
 * in column 2i + 1 (docs/methods.md F4).
 */
export function sinusoidalPositions(length: number, width: number): Float32Array {
  return Float32Array.from({ length: length * width }, (_, cell) => {
    const column = cell % width;
    const angle = Math.floor(cell / width) * 10000 ** -((column - (column % 2)) / width);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
