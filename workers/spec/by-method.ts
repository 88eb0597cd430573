/** What a list holds of each method, by the method's id. */
export const byMethod = <T extends { method: string }>(all: readonly T[]): Record<string, T> =>
  Object.fromEntries(all.map((one) => [one.method, one]));
