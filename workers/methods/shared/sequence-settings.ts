import { z } from 'zod';
import type { SeriesShape } from '../../data/series/series';
import type { AskedProblem, CountedProblem } from '../method';

/** Hyperparameters that methods about series share (docs/methods.md F4, F5). */

export const sequenceWidthField = (published: string) =>
  z.int().min(1).max(1024).default(32).meta({
    title: 'Width D',
    help: 'Numbers that stand for one step or series inside the network. The heads divide them among themselves.',
    paper: published,
  });

export const sequenceHeadsField = (published: string) =>
  z.int().min(1).max(16).default(4).meta({
    title: 'Attention heads',
    help: 'Each looks at its own share of the width, which they have to divide without remainder.',
    paper: published,
  });

export const sequenceForwardField = (published: string) =>
  z.int().min(1).max(4096).default(64).meta({ title: 'Feed-forward width', help: 'Width of the hidden layer of each block.', paper: published });

export const sequenceBlocksField = (blocks: number, published: string) =>
  z.int().min(1).max(8).default(blocks).meta({ title: 'Blocks', help: 'Attention and feed-forward layer, one after the other.', paper: published });

export const sequenceDropoutField = () =>
  z.number().min(0).max(0.9).default(0.1).meta({
    title: 'Dropout',
    help: 'Share of numbers and of attention weights left out of each training step.',
    paper: '0.1',
  });

export const seriesTagWidthField = () =>
  z.int().min(1).max(128).default(8).meta({
    title: 'Width d of a tag',
    help: 'Numbers in the vector of a tag. A series has the sum of its tags’ vectors beside every step.',
    paper: '16',
  });

export const identicalBlocksField = () =>
  z.boolean().default(true).meta({
    title: 'Blocks begin alike',
    help: 'PyTorch’s encoder copies one layer, so that all blocks start with the same weights. Off: each draws its own.',
    paper: 'on, without saying so',
  });

const positionField = () =>
  z.enum(['sinusoidal', 'none']).default('sinusoidal').meta({
    title: 'Positions',
    help: 'Sinusoidal: a pattern of waves tells each step its place. None: the network cannot tell the order of steps, unless a channel or the mask does.',
    paper: 'none',
  });

const causalField = () =>
  z.boolean().default(true).meta({
    title: 'Sees only the past',
    help: 'A step attends to itself and to earlier steps. Off: it also sees the steps that it is asked to predict.',
    paper: 'off',
  });

/** Sizes that the sequence transformers share; published ones in the guide to nine embeddings of tags. */
export const transformerFields = () => ({
  width: /*#__PURE__*/ sequenceWidthField('64'),
  heads: /*#__PURE__*/ sequenceHeadsField('4'),
  feedForward: /*#__PURE__*/ sequenceForwardField('128'),
  blocks: /*#__PURE__*/ sequenceBlocksField(2, '3'),
  dropout: /*#__PURE__*/ sequenceDropoutField(),
});

/** What makes a sequence transformer honest. */
export const orderFields = () => ({ causal: /*#__PURE__*/ causalField(), position: /*#__PURE__*/ positionField() });

/** What the parts of every sequence transformer's settings say together. */
export interface TransformerSizes {
  width: number;
  heads: number;
  feedForward: number;
  blocks: number;
  dropout: number;
  identicalBlocks: boolean;
}

/** For a schema's refinement: heads are equal shares of the width. */
export const dividesWidth = ({ width, heads }: { width: number; heads: number }): boolean => width % heads === 0;
export const DIVIDES_WIDTH = { message: 'The heads have to divide the width D without remainder.', path: ['heads'] };

/** The shape of windows that a count is for; that of the lab's simulator where there is no data yet. */
export const countedSeries = ({ series }: CountedProblem, length: number, outputs: number): SeriesShape =>
  series ?? { task: outputs === length ? 'next-step' : 'forecast', length, channels: 3, outputs };

/** Numbers of attention of width D: queries, keys, values and the way back. */
export const attentionCount = (width: number): number => 4 * (width * width + width);

/** Numbers of the two feed-forward layers. */
export const forwardCount = (width: number, feedForward: number): number => 2 * width * feedForward + feedForward + width;

/** Refuses forecasts: for models that answer at every step of a window. */
export const atEveryStep =
  (label: string) =>
  ({ series }: AskedProblem): string | null =>
    series?.task === 'forecast' ? `${label} answers at every step of a window, and this data asks for the steps after it.` : null;

/** Refuses series without tags: for models that are about them. */
export const ofTaggedSeries =
  (untagged: string) =>
  ({ tags = [], series }: AskedProblem): string | null =>
    tags.length === 0 && !series?.exogenousTags ? `The series have no tags: take ${untagged} instead.` : null;
