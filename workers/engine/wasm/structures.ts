/**
 * What the host and the compiled step agree on: the structures in their shared memory, sizes, and the numbers
 * of kinds, calls and phases. This list is the only place where they stand. The build writes the
 * AssemblyScript side from it (assembly-source.ts → assembly/structures.ts); the host writes structures by
 * the names of their fields (`writeStructure`), so that a missing or misplaced word does not compile.
 * Addresses and offsets are bytes.
 */

/** Type of a word: an address is 'usize'. */
export type WordType = 'i32' | 'usize' | 'f32' | 'f64';

type Fields = Readonly<Record<string, readonly [type: WordType, meaning: string]>>;

export const STRUCTURES = {
  Layer: {
    meaning: 'A dense layer. Kernels are row-major inputs × outputs with rows padded to four outputs.',
    fields: {
      inputs: ['i32', 'Numbers of a row that come in.'],
      outputs: ['i32', 'Numbers of a row that go out.'],
      stride: ['usize', 'Bytes of a kernel row.'],
      kernel: ['usize', 'Offset of the kernel in parameters and gradients.'],
      bias: ['usize', 'Offset of the bias there.'],
      transposed: ['usize', 'The transposed kernel of this step, outputs × inputs.'],
      transposedStride: ['usize', 'Bytes of its rows.'],
      activation: ['usize', 'Panels of outputs: of the whole batch in the encoder, of one block of this thread in the decoder.'],
      delta: ['usize', 'Panels of derivatives by the outputs, of one block of this thread.'],
      keepFrom: ['i32', 'Dropout of the outputs: the 23-bit number from which one is kept; 0: no dropout.'],
      scale: ['f32', 'Factor of what dropout keeps.'],
      column: ['i32', 'First column of the counter that dropout draws with.'],
    },
  },
  Feature: {
    meaning:
      'A categorical feature, or a column of tags, whose levels are tags. Positions are places of rows in the processing order; a slot is the place of a level among those in the batch, from 1; a pair is a position and one of its tags, in the order of positions.',
    fields: {
      levels: ['i32', 'Number of levels.'],
      codes: ['usize', 'Level of each row of the data.'],
      setStarts: ['usize', 'Column of tags: first tag of each row of the data in `tags`, and the end; 0 for a feature with a level a row.'],
      tags: ['usize', 'Tags of all rows, those of a row side by side.'],
      mean: ['i32', '1: a row takes the mean of its tags’ vectors; 0: their sum.'],
      drawn: ['i32', '1: each tag has one draw (encoder), with records of four parts in `slots`.'],
      pairStarts: ['usize', 'Column of tags (encoder): first pair of each position, and the end.'],
      counts: ['usize', 'Per level: zeros between sorts.'],
      present: ['usize', 'Levels in the batch, in the order they appear.'],
      presentCount: ['i32', 'How many these are.'],
      starts: ['usize', 'First place of each present level in `places`, and the end.'],
      places: [
        'usize',
        'Positions ordered by level, of a column of tags those of all pairs; not used for a first feature of levels, whose rows are processed in that order.',
      ],
      keys: ['usize', 'Per position: which vector the row takes, a slot or a level. Of a column of tags (encoder) per pair: its slot.'],
      slots: [
        'usize',
        'Per slot (encoder): mean draw, then what each row adds to the gradients of its mean and log-variance; of a tag with a draw the factor of its noise too (tags.ts). Slot 0 is zero.',
      ],
      draws: ['usize', 'Per position (encoder): draw, mean, log-variance (or its exponential). Where tags draw: variance, mean, log-variance.'],
      rowGradients: ['usize', 'Per position: gradient of the row’s vector, and of its log-variance (sampled tables).'],
      table: ['usize', 'Offset of the table in parameters and gradients; row `levels` is zero.'],
      logVarTable: ['usize', 'Offset of the table of log-variances there; row `levels` is zero.'],
      vectors: ['usize', 'Level vectors to predict and to post-train with, and the sums they come from; row `levels` is zero.'],
      variances: ['usize', 'Where tags draw: sums of variances of the rows collected, then of the averages; else 0.'],
      lookupCount: ['i32', 'How many tables a level’s vector comes from, where by lookups.'],
      lookups: ['usize', 'The list of them.'],
    },
  },
  Table: {
    meaning: 'A table of records.',
    fields: {
      offset: ['usize', 'In parameters and gradients.'],
      rows: ['i32', 'Records.'],
      stride: ['usize', 'Bytes of a record.'],
      width: ['i32', 'Numbers of a record.'],
    },
  },
  Lookup: {
    meaning: 'A table that a part of a level’s vector is taken from.',
    fields: {
      table: ['i32', 'Number of the table.'],
      index: ['usize', 'Row of each level.'],
      column: ['i32', 'Where the row begins in a level’s vector.'],
    },
  },
  Problem: {
    meaning: 'What a thread is told of the problem; each thread has one of its own.',
    fields: {
      learningRate: ['f64', 'Of Adam.'],
      beta1: ['f64', 'Of Adam.'],
      beta2: ['f64', 'Of Adam.'],
      epsilon: ['f64', 'Of Adam.'],
      beta: ['f64', 'Weight of the KL term.'],
      priorVariance: ['f64', 'Of level vectors.'],
      logPriorVariance: ['f64', 'Its logarithm.'],
      l2: ['f64', 'Weight of the tables’ sum of squares.'],
      nominalRows: ['f64', 'Divisor of the encoder’s KL term: the nominal rows of a batch.'],
      patience: ['f64', 'Milliseconds that the first thread waits for the others.'],
      levelScale: ['f64', 'Factor of what dropout of level vectors keeps.'],
      leastVariance: ['f64', 'Least value of the two variances of random intercepts.'],
      losses: ['usize', 'Where losses are left: fit, KL, penalty (f64).'],
      call: ['usize', 'What the host asks for (`Call`), the same for all threads.'],
      offer: ['usize', 'What threads may take of it (`Offer`), the same for all threads.'],
      thread: ['i32', 'Number of this thread, 0 being the host’s.'],
      sums: ['usize', 'Sums of losses of each share, 64 bytes apart (step.ts).'],
      partial: [
        'usize',
        'Dense gradients of the share that this thread is at (adam.ts): `gradients` for the first, of the others one after the other from `partials`.',
      ],
      partials: ['usize', 'See `partial`.'],
      shares: ['i32', 'Shares of a batch whose losses and gradients are summed apart.'],
      roundRows: ['i32', 'Rows of a thread in one round of collecting level vectors.'],
      kind: ['i32', 'Kind of the description (`KINDS`).'],
      binary: ['i32', '1: the response is 0 or 1.'],
      paperLogVar: ['i32', '1: a level’s log-variance is that of a mean (paper, section 3); 0: the mean of log-variances.'],
      inner: ['i32', '1: the decoder takes the inner product of the two features’ vectors, with a bias of each level where there are biases.'],
      biases: ['i32', '1: each level has a bias behind its vector.'],
      lazy: ['i32', '1: Adam leaves a table’s row whose gradient is zero.'],
      slotted: ['i32', '1: keys are slots, because vectors are made for the levels of a batch (encoder, lookups).'],
      vector: ['i32', 'Numbers of a row’s vector of one feature: d, and its bias.'],
      levelKeepFrom: ['i32', 'Dropout of level vectors: the 23-bit number from which one is kept; 0: none.'],
      levelColumn: ['i32', 'First column of the counter that it draws with.'],
      tableCount: ['i32', 'Number of tables.'],
      tables: ['usize', 'The list of them.'],
      residualVariance: ['usize', 'Random intercepts: offset of the residual variance in parameters and gradients.'],
      levelVariance: ['usize', 'Random intercepts: offset of the level variance there.'],
      residuals: ['usize', 'Random intercepts: per position y − f, then the loss’s derivative by f.'],
      p: ['i32', 'Numeric features.'],
      d: ['i32', 'Numbers of a level vector.'],
      features: ['i32', 'Categorical features.'],
      encoderLayers: ['i32', 'Hidden layers of the encoder; its heads are the layer after them.'],
      firstDecoder: ['i32', 'Number of the decoder’s first layer.'],
      lastDecoder: ['i32', 'Number of its last.'],
      layers: ['usize', 'The list of layers, with the blocks of this thread.'],
      featureList: ['usize', 'The list of categorical features.'],
      x: ['usize', 'Numeric features of the rows.'],
      y: ['usize', 'Responses of the rows.'],
      order: ['usize', 'Row of the batch at each position.'],
      parameters: ['usize', 'Dense parameters, then tables.'],
      gradients: ['usize', 'As long.'],
      m: ['usize', 'First moments of Adam, as long.'],
      v: ['usize', 'Second moments of Adam, as long.'],
      stageM: ['usize', 'First moments of the second stage, as long as the dense part.'],
      stageV: ['usize', 'Its second moments.'],
      denseBytes: ['usize', 'Bytes of the parameters before the tables.'],
      decoderBytesFrom: ['usize', 'Where the decoder’s begin among them.'],
      parameterBytes: ['usize', 'Bytes of all parameters.'],
      encoderInputs: ['usize', 'Panels of the batch: inputs of the encoder.'],
      halfSigmaNoise: ['usize', 'Panels of the batch: half of σ·ε (tables: the factors of level dropout, of one block).'],
      variances: ['usize', 'Panels of the batch: σ² (only for the paper’s averaging and for tags that draw).'],
      pairs: ['usize', 'Panels of one block, of this thread; with an inner product the two features’ vectors.'],
      products: ['usize', 'With an inner product: the derivative by it.'],
      heads: ['usize', 'Outputs of the encoder’s heads.'],
      decoderInputs: ['usize', 'Inputs of the decoder.'],
      vectorGradients: ['usize', 'Derivatives by the rows’ vectors.'],
      output: ['usize', 'Outputs of the decoder, then derivatives by them.'],
      response: ['usize', 'Responses of the block.'],
      zero: ['usize', '32 zero bytes.'],
      lists: ['usize', 'Of this thread (active.ts): lists of what is not zero.'],
      ends: ['usize', 'Where each list ends.'],
      chunk: ['usize', 'Rows on their way from and to panels.'],
      groupAt: ['i32', 'First of the positions of this thread’s groups (step.ts), behind those of the batch.'],
    },
  },
  Call: {
    meaning: 'One call of the host.',
    fields: {
      what: ['i32', 'What to do (`CALLS`).'],
      threads: ['i32', 'How many threads do it.'],
      numbers: ['usize', 'Address of the batch’s row numbers.'],
      count: ['i32', 'How many these are.'],
      noise: ['usize', 'Injected noise, or 0.'],
      noiseStep: ['i32', 'Else the counter of the noise.'],
      seed: ['i32', 'And its seed.'],
      option: ['i32', 'Number of the Adam step (0: gradients alone, −1: losses alone), or 1 for draws rather than means.'],
      to: ['usize', 'Where predictions go.'],
      first: ['i32', 'First position of a part of a step.'],
      last: ['i32', 'The position behind its last.'],
      changing: ['i32', '1 while the call changes what cannot be computed again.'],
      places: ['usize', 'Address of the places in the batch of the rows that are collected, or 0: all.'],
    },
  },
  Offer: {
    meaning: 'What threads may take of a call (assembly/threads.ts). All words are read and written atomically.',
    fields: {
      taken: ['i32', 'Parts taken from the first on, and from the last back: 16 bits each. Read and written with the next word.'],
      phase: ['i32', 'The phase and its parts: 8 and 24 bits.'],
      offered: ['i32', 'How many phases were offered.'],
      sleepers: ['i32', 'How many threads sleep.'],
      done: ['i32', 'Parts that are done.'],
      leaderSleeps: ['i32', '1 while the leader sleeps.'],
    },
  },
} as const satisfies Record<string, { meaning: string; fields: Fields }>;

export type StructureName = keyof typeof STRUCTURES;

/** A number for each field of a structure. */
export type Values<Name extends StructureName> = { -readonly [Field in keyof (typeof STRUCTURES)[Name]['fields']]: number };

export const SIZES = {
  /** Rows of a block: its panels stay in the first-level cache. A multiple of eight, the rows of a panel. */
  BLOCK: 192,
  /** Most rows of a group: their activations stay in the second-level cache. A multiple of eight. */
  GROUP: 768,
  /** Panels of eight rows packed at a time: as rows of 100 numbers they stay in the first-level cache. */
  CHUNK: 12,
  /**
   * Most vectors of four outputs summed at once. V8 keeps the sums of 13 in registers; assembly/active.ts is
   * written for 7 to 13, and refuses another number.
   */
  TILE: 13,
} as const;

/** Kinds of a description, as `FusedDescription['kind']` has them. */
export const KINDS = { 'no-levels': 0, tables: 1, 'sampled-tables': 2, encoder: 3, 'random-intercepts': 4 } as const;

/** What a call asks for: whole calls, then a step in parts, for the host to breathe in between. */
export const CALLS = {
  step: 0,
  addVectors: 1,
  meanVectors: 2,
  predict: 3,
  secondStage: 4,
  begin: 5,
  encode: 6,
  means: 7,
  decode: 8,
  levels: 9,
  backward: 10,
  finish: 11,
} as const;

/**
 * Phases of calls, which threads do in parts (assembly/phases.ts); `none` is what the host offers before the
 * first.
 */
export const PHASES = {
  none: 0,
  begin: 1,
  sort: 2,
  encode: 3,
  vectors: 4,
  decode: 5,
  gradients: 6,
  spread: 7,
  update: 8,
  updateRows: 9,
  collect: 10,
  add: 11,
  mean: 12,
  predict: 13,
  stageBegin: 14,
  stage: 15,
  stageUpdate: 16,
  groups: 17,
  end: 127,
} as const;

const BYTES: Record<WordType, number> = { i32: 4, usize: 4, f32: 4, f64: 8 };

interface Place {
  type: WordType;
  /** Bytes from the beginning of the structure. */
  offset: number;
}

/**
 * Where each field lies: one after the other, each at a multiple of its own size, as the compiler lays out a
 * class without a header.
 */
function placesOf(fields: Fields): { places: Record<string, Place>; bytes: number } {
  const places: Record<string, Place> = {};
  let top = 0;
  for (const [field, [type]] of Object.entries(fields)) {
    const offset = Math.ceil(top / BYTES[type]) * BYTES[type];
    places[field] = { type, offset };
    top = offset + BYTES[type];
  }
  return { places, bytes: top };
}

const LAID_OUT = Object.fromEntries(Object.entries(STRUCTURES).map(([name, { fields }]) => [name, placesOf(fields)])) as Record<
  StructureName,
  ReturnType<typeof placesOf>
>;

/** Bytes of a structure; in a list the next begins behind it. */
export const bytesOf = (name: StructureName): number => LAID_OUT[name].bytes;

/** Place of each field of a structure of 32-bit words, in words: for what is written at every call. */
export function wordsOf<Name extends StructureName>(name: Name): Values<Name> {
  return Object.fromEntries(Object.entries(LAID_OUT[name].places).map(([field, { offset }]) => [field, offset / 4])) as Values<Name>;
}

/** Writes a structure at an address. An f64 field asks for an address that is a multiple of eight. */
export function writeStructure<Name extends StructureName>(memory: ArrayBufferLike, address: number, name: Name, values: Values<Name>): void {
  const view = new DataView(memory, address, bytesOf(name));
  const given: Readonly<Record<string, number>> = values;
  for (const [field, { type, offset }] of Object.entries(LAID_OUT[name].places)) {
    if (type === 'f64') view.setFloat64(offset, given[field], true);
    else if (type === 'f32') view.setFloat32(offset, given[field], true);
    else view.setInt32(offset, given[field], true);
  }
}
