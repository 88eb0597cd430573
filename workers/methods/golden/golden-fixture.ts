/** An array of a fixture: its shape and its values in row-major order. */
export interface GoldenArray {
  shape: number[];
  values: number[];
}

/** A reference step of a method, computed elsewhere in double precision (folder golden/). */
export interface MethodFixture {
  name: string;
  config: {
    method: string;
    qs: number[];
    d: number;
    p: number;
    n: number;
    binary: boolean;
    /** Of a response of several classes: their number, and whether they have an order. */
    classes?: number;
    ordered?: boolean;
    decoder: number[];
    encoder: number[] | null;
    beta: number | null;
    priorVariance: number | null;
    logVarAveraging: string | null;
    l2: number | null;
    interaction: string;
    /** Number of tags, of methods about sets of tags; null: a sequence method that looks at none. */
    tags?: number | null;
    /** Which form of a method is meant: `form`, or `combine` where a fixture says how parts are combined. */
    form?: string;
    combine?: string;
    /** Children of each parent. */
    hierarchy?: Record<string, number[]>;
    /** Of sequence transformers: what tells a step its place, and whether it sees only the past. */
    position?: 'none' | 'sinusoidal';
    causal?: boolean;
    /** Width of each feature's vectors, and hidden layers, of methods that have widths by feature. */
    dims?: number[];
    hidden?: number[];
    /** False: the steps are those of evaluation, with the moving averages of `inputs.state`. */
    training?: boolean;
    /** Of counts: the distribution of a level's effect. Of DeepGLMM: what has random effects. */
    effect?: string;
    /** Of LMMNN with a binary response: how its intercepts are integrated out. */
    approximation?: string;
    randomOn?: string;
    adam: { learningRate: number; beta1: number; beta2: number; epsilon: number };
  };
  /**
   * `T`: n × K of 0 and 1, the tags of each row. Windows are `X` [n, L, C], or `endogenous` [n, L] and
   * `exogenous` [n, L, F], whose series the rows of `T` then are; they have no `Z`.
   */
  inputs: {
    X?: GoldenArray;
    Z?: number[][];
    T?: GoldenArray;
    endogenous?: GoldenArray;
    exogenous?: GoldenArray;
    /** Coordinates of the levels of the first feature [q, 2]. */
    locations?: GoldenArray;
    /** Edges between the levels of a feature, rows of two nodes and a weight. */
    edges?: GoldenArray & { feature: number };
    y: GoldenArray;
    event?: GoldenArray;
    noise?: GoldenArray[];
    state?: Record<string, GoldenArray>;
  };
  initial: Record<string, GoldenArray>;
  expected: {
    output: GoldenArray;
    gradients: Record<string, GoldenArray>;
    /** Loss and terms before each of the Adam steps. */
    steps: Record<string, number>[];
    parametersAfter: Record<string, GoldenArray>;
    /** Of counts: what each level multiplies its rows' mean by. */
    multiplier?: GoldenArray[];
    /** Best linear unbiased predictions of the levels at `parametersAfter`, of random-intercept models. */
    blup?: GoldenArray[];
    /** Where `blup` is of hidden numbers: the effects of the levels. */
    levelEffects?: GoldenArray[];
    /** Moving averages after the steps, from zeros (means) and ones (variances). */
    stateAfter?: Record<string, GoldenArray>;
  };
}
