/** Epochs of every method a second that the page offers; null is full speed. */
export const PACES = [10, 5, 2, 1] as const;
