/** Of a step that asks to train a run of the lesson: it is done when the run has ended. */
export const trained = (run: string) =>
  ({
    done: { finished: true, at: run },
    todo: 'Press Train and wait for the end.',
    hint: 'Train is at the top of the page; on a phone it is at the bottom.',
    point: 'train',
  }) as const;
