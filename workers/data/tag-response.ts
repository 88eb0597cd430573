/** Numbers of a tag's true vector: main effect, slope, and two that pairs multiply. */
export const TAG_WIDTH = 4;

/** The noise-free response of a row, piece by piece. */
export interface TagPieces {
  /** Of the numeric features alone. */
  numeric: number;
  /** Sum of the main effects of the row's tags. */
  main: number;
  /** Sum of their slopes, times x5. */
  slope: number;
  /** Inner products of the last two numbers, over all pairs of the row's tags. */
  pairs: number;
}

/**
 * The noise-free response of the tag simulator (docs/methods.md F6): sin(πx1) + 2 x2 x3 + x4 + Σv1 + x5 Σv2 +
 * Σ_{j<k}(v_j3 v_k3 + v_j4 v_k4).
 *
 * @param x numeric features of the row, at least five
 * @param effects vectors of all tags, K × 4 row-major
 * @param set tags of the row, each once
 */
export function tagResponse(x: ArrayLike<number>, effects: ArrayLike<number>, set: ArrayLike<number>): TagPieces {
  let [main, slope] = [0, 0];
  // Σ_{j<k} a_j a_k = ((Σ a)² − Σ a²) / 2.
  let [sum3, sum4, squares] = [0, 0, 0];
  for (let a = 0; a < set.length; a++) {
    const at = set[a] * TAG_WIDTH;
    main += effects[at];
    slope += effects[at + 1];
    sum3 += effects[at + 2];
    sum4 += effects[at + 3];
    squares += effects[at + 2] ** 2 + effects[at + 3] ** 2;
  }
  return {
    numeric: Math.sin(Math.PI * x[0]) + 2 * x[1] * x[2] + x[3],
    main,
    slope: slope * x[4],
    pairs: (sum3 ** 2 + sum4 ** 2 - squares) / 2,
  };
}
