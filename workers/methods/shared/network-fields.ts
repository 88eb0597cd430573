import { z } from 'zod';

/** What the LMMNN authors have, for the fields below. */
export const OF_LMMNN = { network: '100, 50, 25, 12', dropout: '0.25' };
/** The same, where the MMbeddings comparison has another network. */
export const COMPARED = { network: `10, 10; the LMMNN authors ${OF_LMMNN.network}`, dropout: `0; the LMMNN authors ${OF_LMMNN.dropout}` };

/**
 * Settings of the network f of a method with random effects: widths of its hidden layers, and dropout.
 *
 * @param paper what the sources have
 */
export const networkFields = (paper: { network: string; dropout: string }) => ({
  network: /*#__PURE__*/ z
    .array(/*#__PURE__*/ z.int().min(1).max(1024))
    .max(6)
    .default([10, 10])
    .meta({ title: 'Network layers', help: 'Widths of the hidden ReLU layers of f.', paper: paper.network }),
  dropout: /*#__PURE__*/ z.number().min(0).max(0.9).default(0).meta({
    title: 'Dropout',
    help: 'Share of the activations dropped during training, after every hidden layer except the last.',
    paper: paper.dropout,
  }),
});
