/** Levels by their training rows, most first, equal ones in their own order: a counting sort. */
export function orderedByRows(rows: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  let most = 0;
  for (let j = 0; j < rows.length; j++) most = Math.max(most, rows[j]);
  const places = new Uint32Array(most + 2);
  for (let j = 0; j < rows.length; j++) places[most - rows[j] + 1]++;
  for (let count = 0; count <= most; count++) places[count + 1] += places[count];
  const order = new Uint32Array(rows.length);
  for (let j = 0; j < rows.length; j++) order[places[most - rows[j]]++] = j;
  return order;
}
