/** An edge between two names of a file. */
export interface NamedEdge {
  from: string;
  to: string;
  /** Above 0; 1 where the file has no weights. */
  weight: number;
  /** Line of the file, from 1. */
  line: number;
}

/** A file of edges between levels, read; each pair of names once. */
export interface EdgeFile {
  name: string;
  /** 16 hexadecimal digits over names and weights, in the order of the file. */
  fingerprint: string;
  edges: readonly NamedEdge[];
  /**
   * Whether the first edge may be the names of the columns: no other line has either of its names. It is one
   * where the data have neither level.
   */
  beginsUnsure: boolean;
  weighted: boolean;
}

/** What is told of a file of edges once it is open. */
export interface EdgeFileFacts {
  name: string;
  fingerprint: string;
  edges: number;
  /** Different names. */
  names: number;
  weighted: boolean;
}

export const factsOfEdges = ({ name, fingerprint, edges, beginsUnsure, weighted }: EdgeFile): EdgeFileFacts => ({
  name,
  fingerprint,
  edges: edges.length - Number(beginsUnsure),
  names: new Set(edges.slice(Number(beginsUnsure)).flatMap(({ from, to }) => [from, to])).size,
  weighted,
});
