const OPENS = /[{([]\s*$/;

/**
 * A declaration out of a source: from the line that begins with `from` to the line that closes it at the same
 * indentation, moved to the left. Throws where the source has no such line.
 */
export function excerpt(source: string, from: string): string {
  const lines = source.split('\n');
  const first = lines.findIndex((line) => line.startsWith(from));
  if (first < 0) throw new Error(`no line begins with "${from}"`);
  const indent = /^ */.exec(lines[first])?.[0] ?? '';
  let last = first;
  if (OPENS.test(lines[first])) {
    // A line that closes and opens again ends the parameters: the body follows.
    const closes = (line: string): boolean => new RegExp(`^${indent}[)\\]}]`).test(line) && !OPENS.test(line);
    do last++;
    while (last + 1 < lines.length && !closes(lines[last]));
  }
  return lines
    .slice(first, last + 1)
    .map((line) => line.slice(indent.length))
    .join('\n');
}
