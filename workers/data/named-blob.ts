/** A file, in a browser or in Node. */
export type NamedBlob = Blob & { name: string };
