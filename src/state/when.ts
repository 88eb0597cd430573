/** Resolves with the state of a store once it is such, at once where it is so already. */
export function when<State>(
  store: { getState(): State; subscribe(hear: (state: State) => void): () => void },
  is: (state: State) => boolean,
): Promise<State> {
  const now = store.getState();
  if (is(now)) return Promise.resolve(now);
  return new Promise((done) => {
    const off = store.subscribe((state) => {
      if (!is(state)) return;
      off();
      done(state);
    });
  });
}
