/** Said of vectors of a run on the same data whose test rows were others (docs/methods.md F8). */
export const SEEN_TEST_ROWS =
  'They were trained on rows that are test rows now, so they have seen these answers. Divide the rows as that run did, or take vectors of other data.';
