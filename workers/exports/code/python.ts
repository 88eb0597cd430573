import { aboutMethod } from '../../methods/registry';
import type { Analysis } from './analysis';
import { folded, numberText, pythonItems, pythonText, pythonTexts, rowNumbers } from './literals';
import type { Network } from './network';
import { codesOf, constants, divisionOf, inputNumbers, looksAtFitted, readTable, responseOf, scoreOf } from './python-table';

/** Libraries that a network can be written with. */
export type PythonLibrary = 'pytorch' | 'keras';

const NAMES: Readonly<Record<PythonLibrary, { title: string; packages: string }>> = {
  pytorch: { title: 'PyTorch', packages: 'numpy, pandas and torch' },
  keras: { title: 'Keras 3', packages: 'numpy, pandas, keras and one of its backends' },
};

/** Row numbers as a constant, folded. */
const rowsConstant = (name: string, rows: Uint32Array): string => {
  const text = rowNumbers(rows, 0);
  return text.length < 60 ? `${name} = "${text}"` : `${name} = """\n${folded(text)}\n"""`;
};

/** The division of the rows: at the end of the code, so that it begins with the analysis. */
function rowConstants({ split: { listed, rest, inFile } }: Analysis): string {
  if (inFile) return '';
  const others = { train: 'all others train', validation: 'all others validate', test: 'all others test', unused: 'others are not used' }[rest];
  return [`# Rows of the file, from 0 on; ${others}.`, ...listed.map(([part, rows]) => rowsConstant(part.toUpperCase(), rows))].join('\n');
}

/** First lines: what the code is, what it needs, how it is run. */
function docstring({ label, lab, fingerprint, seeds, training, model, method }: Analysis, name: string, packages: string, title: string): string {
  const what =
    model.kind === 'network'
      ? `${label} in ${title}: reads the table, divides its rows as the lab did, computes the test rows with the weights of the lab and asserts their score.`
      : `${label}: reads the table, divides its rows as the lab did, computes the test rows with the model file of the lab and asserts their score.`;
  const [first, ...rest] = folded(`"""${what}`).split('\n');
  return [
    first,
    ...rest,
    '',
    folded(
      `MMbeddings Lab ${lab}, ${aboutMethod(method).paper.split(';')[0]}. Fingerprint of the data ${fingerprint}; seeds: data ${seeds.data}, split ${seeds.split}, weights ${seeds.weights}. Needs ${packages}.`,
    ),
    ...(training ? ['', `    python ${name}            the weights of the lab`, `    python ${name} --refit    trains it again`] : []),
    '"""',
  ].join('\n');
}

const READ_SAFETENSORS = `def read_safetensors(path):
    """Arrays by name: the length of a JSON header, the header, the numbers."""
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    header.pop("__metadata__", None)
    arrays = {}
    for name, tensor in header.items():
        first, last = tensor["data_offsets"]
        numbers = np.frombuffer(content[begin + first:begin + last], "<f4")
        arrays[name] = numbers.reshape(tensor["shape"]).copy()
    return arrays`;

/** Constants about the network: names of its weights. */
function weightNames({ network, tensors }: { network: Network; tensors: readonly (string | null)[] }): string {
  const vectors = network.vectors.length > 0 || network.intercepts.length > 0;
  return [
    `LAYERS = ${pythonTexts(network.layers.map(({ name }) => name))}`,
    ...(vectors ? [`VECTORS = ${pythonTexts(tensors.map((name) => name ?? ''))}`] : []),
  ].join('\n');
}

const tablesOf = (network: Network, categorical: Analysis['categorical']): { levels: number; width: number }[] =>
  network.intercepts.length > 0
    ? categorical.map(({ levels }) => ({ levels, width: 1 }))
    : network.vectors.map(({ feature, width }) => ({ levels: categorical[feature].levels, width }));

/** What stands side by side before the first layer. */
const besides = ({ numbers, vectors }: Network): 'numbers' | 'vectors' | 'both' => (vectors.length === 0 ? 'numbers' : numbers ? 'both' : 'vectors');

/** What the network is, in a line. */
function networkWords(network: Network): string {
  const first = { numbers: 'Numbers', both: 'Numbers and level vectors side by side', vectors: 'Level vectors side by side' }[besides(network)];
  return `${first}, dense layers${network.intercepts.length > 0 ? ', an intercept of each level' : ''}`;
}

function torchNetwork({ model, categorical }: Analysis): string {
  const { network } = model as Extract<Analysis['model'], { kind: 'network' }>;
  const tables = tablesOf(network, categorical);
  const layers = network.layers.flatMap(({ inputs, outputs, relu }) => [`nn.Linear(${inputs}, ${outputs})`, ...(relu ? ['nn.ReLU()'] : [])]);
  const joined = besides(network);
  const intercepts = network.intercepts.length > 0;
  const lines = [
    'class Network(nn.Module):',
    `    """${networkWords(network)}."""`,
    '',
    '    def __init__(self):',
    '        super().__init__()',
    ...(tables.length > 0
      ? [
          '        self.vectors = nn.ModuleList([',
          ...tables.map(({ levels, width }) => `            nn.Embedding(${levels}, ${width}),`),
          '        ])',
        ]
      : []),
    '        self.layers = nn.Sequential(',
    ...layers.map((layer) => `            ${layer},`),
    '        )',
    '',
    `    def forward(self, x${tables.length > 0 ? ', levels' : ''}):`,
    ...(tables.length > 0 ? ['        pairs = zip(self.vectors, levels.T)', '        vectors = [table(codes) for table, codes in pairs]'] : []),
    ...(joined === 'numbers' ? [] : ['        x = torch.cat([x, *vectors], dim=1)']),
    `        output = self.layers(x)${intercepts ? ' + sum(vectors)' : ''}`,
    '        return output[:, 0]',
  ];
  return lines.join('\n');
}

function torchWeights({ model, categorical }: Analysis): string {
  const { network } = model as Extract<Analysis['model'], { kind: 'network' }>;
  const tables = tablesOf(network, categorical).length > 0;
  return `def load(network):
    """Takes the weights of the lab, whose kernels are inputs × outputs."""
    weights = read_safetensors(FOLDER / WEIGHTS)
    dense = [one for one in network.layers if isinstance(one, nn.Linear)]
    state = {}
    for layer, name in zip(dense, LAYERS):
        state[layer.weight] = weights[f"{name}/kernel"].T
        state[layer.bias] = weights[f"{name}/bias"]
${tables ? '    for table, name in zip(network.vectors, VECTORS):\n        state[table.weight] = weights[name]\n' : ''}    with torch.no_grad():
        for parameter, numbers in state.items():
            parameter.copy_(torch.from_numpy(numbers))`;
}

/** How a network is trained, in a line. */
const trainingWords = ({ patience }: NonNullable<Analysis['training']>): string =>
  `Trains with Adam${patience === null ? '' : `; stops ${patience} epochs after the best validation loss`}`;

function torchTraining({ binary, training }: Analysis): string {
  if (!training) return '';
  const { epochs, patience, batch, rate, restore } = training;
  const watched = restore || patience !== null;
  return `def fit(network, inputs, y, train, validation):
    """${trainingWords(training)}."""
    loss_of = nn.${binary ? 'BCEWithLogitsLoss' : 'MSELoss'}()
    adam = torch.optim.Adam(network.parameters(), lr=${numberText(rate)}, eps=1e-7)
    train = torch.from_numpy(np.flatnonzero(train))
${watched ? '    validation = torch.from_numpy(np.flatnonzero(validation))\n' : ''}
    def loss(rows):
        return loss_of(network(*(part[rows] for part in inputs)), y[rows])

${watched ? `    best, ${restore ? 'kept, waited = float("inf"), None, 0' : 'waited = float("inf"), 0'}\n` : ''}    for _ in range(${epochs}):
        for rows in train[torch.randperm(len(train))].split(${batch}):
            adam.zero_grad()
            loss(rows).backward()
            adam.step()${
              watched
                ? `
        with torch.no_grad():
            now = loss(validation).item()
        waited += 1
        if now < best:
${restore ? '            kept = copy.deepcopy(network.state_dict())\n' : ''}            best, waited = now, 0`
                : ''
            }${patience === null ? '' : `\n        if waited == ${patience}:\n            break`}${
              restore ? '\n    if kept is not None:\n        network.load_state_dict(kept)' : ''
            }`;
}

/**
 * How the response is seen by the network, and the lines that make of its output what the table has.
 *
 * @param output the code of the output of the test rows, float64
 */
function ownUnit({ scaling, binary }: Analysis, output: string): { before: string[]; seen: string; after: string[] } {
  if (binary || scaling === 'none') return { before: [], seen: 'y', after: [`    predicted = ${output}`] };
  const [centre, spread] =
    scaling === 'training rows' ? ['y[~test].mean()', 'y[~test].std()'] : [numberText(scaling.y.mean), numberText(scaling.y.scale)];
  return {
    before: [`    centre, spread = ${centre}, ${spread}`],
    seen: '(y - centre) / spread',
    after: [`    output = ${output}`, '    predicted = output * spread + centre'],
  };
}

/** The first lines of `main`. */
const MAIN_START = [
  'def main():',
  '    table = read_table()',
  '    train, validation, test = parts_of(table)',
  '    sizes = train.sum(), validation.sum(), test.sum()',
  '    print("rows that train, validate and test:", *sizes)',
];

/** The body of `main` before the network. */
function prepared(analysis: Analysis, uses: { numbers: boolean; levels: boolean }, tensor: (value: string) => string): string[] {
  return [
    ...MAIN_START,
    ...(uses.numbers ? [`    x = ${tensor(`numbers_of(table${looksAtFitted(analysis) ? ', ~test' : ''})`)}`] : []),
    ...(uses.levels ? [`    levels = ${tensor('codes_of(table)')}`] : []),
    '    y = response_of(table)',
  ];
}

/** The end of `main`: what becomes of the score. */
const judged = ({ training, score }: Analysis): string[] =>
  training
    ? [
        '    score = score_of(y[test], predicted)',
        '    if "--refit" in sys.argv:',
        `        print(f"test ${score.name} {score:.8g}, in the lab {SCORE:.8g}")`,
        '    else:',
        '        check(score)',
      ]
    : ['    check(score_of(y[test], predicted))'];

const given = ({ numbers, levels }: { numbers: boolean; levels: boolean }): string[] => [...(numbers ? ['x'] : []), ...(levels ? ['levels'] : [])];

function torchMain(analysis: Analysis, uses: { numbers: boolean; levels: boolean }): string {
  const { training, binary } = analysis;
  const unit = ownUnit(analysis, 'output.double().numpy()');
  // Without numeric columns x has none: the network is called in one way.
  const x = uses.numbers ? [] : ['    x = torch.empty(len(table), 0)'];
  const inputs = given({ ...uses, numbers: true });
  const fitted = training
    ? [
        '    if "--refit" in sys.argv:',
        `        seen = torch.from_numpy(${unit.seen}).float()`,
        `        fit(network, [${inputs.join(', ')}], seen, train, validation)`,
        '    else:',
        '        load(network)',
      ]
    : ['    load(network)'];
  return [
    ...prepared(analysis, uses, (value) => `torch.from_numpy(${value})`),
    ...x,
    ...unit.before,
    '    network = Network()',
    ...fitted,
    '    with torch.no_grad():',
    `        output = network(${inputs.map((name) => `${name}[test]`).join(', ')})${binary ? '.sigmoid()' : ''}`,
    ...unit.after,
    ...judged(analysis),
  ].join('\n');
}

function kerasNetwork({ model, categorical, numeric }: Analysis, uses: { numbers: boolean; levels: boolean }): string {
  const { network } = model as Extract<Analysis['model'], { kind: 'network' }>;
  const tables = tablesOf(network, categorical);
  const joined = besides(network);
  const intercepts = network.intercepts.length > 0;
  const first = joined === 'numbers' ? 'x' : network.vectors.length === 1 && joined === 'vectors' ? 'vectors[0]' : null;
  return [
    'def build():',
    `    """${networkWords(network)}."""`,
    ...(uses.numbers ? [`    x = keras.Input((${numeric.length},))`] : []),
    ...(uses.levels ? [`    levels = keras.Input((${categorical.length},), dtype="int64")`] : []),
    ...(tables.length > 0
      ? [
          '    vectors = [',
          ...tables.map(({ levels, width }, k) => `        layers.Embedding(${levels}, ${width}, name="vectors${k}")(levels[:, ${k}]),`),
          '    ]',
        ]
      : []),
    `    hidden = ${first ?? `layers.Concatenate()([${joined === 'both' ? 'x, ' : ''}*vectors])`}`,
    ...network.layers.map(({ outputs, relu }, i) => `    hidden = layers.Dense(${outputs}, ${relu ? '"relu"' : 'None'}, name="dense${i}")(hidden)`),
    ...(intercepts ? ['    hidden = layers.Add()([hidden, *vectors])'] : []),
    ...(network.sigmoid ? ['    hidden = layers.Activation("sigmoid")(hidden)'] : []),
    `    return keras.Model([${given(uses).join(', ')}], hidden)`,
  ].join('\n');
}

const kerasWeights = (uses: { levels: boolean }): string => `def load(model):
    """Takes the weights of the lab, whose kernels are inputs × outputs."""
    weights = read_safetensors(FOLDER / WEIGHTS)
    for i, name in enumerate(LAYERS):
        layer = [weights[f"{name}/kernel"], weights[f"{name}/bias"]]
        model.get_layer(f"dense{i}").set_weights(layer)${
          uses.levels
            ? `
    for k, name in enumerate(VECTORS):
        model.get_layer(f"vectors{k}").set_weights([weights[name]])`
            : ''
        }`;

function kerasTraining({ binary, training }: Analysis): string {
  if (!training) return '';
  const { epochs, patience, batch, rate, restore } = training;
  const watched = restore || patience !== null;
  return `def fit(model, inputs, y, train, validation):
    """${trainingWords(training)}."""
    adam = keras.optimizers.Adam(${numberText(rate)}, epsilon=1e-7)
    model.compile(adam, "${binary ? 'binary_crossentropy' : 'mse'}")
    held = [part[validation] for part in inputs], y[validation]
${
  watched
    ? `    stop = keras.callbacks.EarlyStopping(
        patience=${patience ?? epochs}, restore_best_weights=${restore ? 'True' : 'False'}
    )
`
    : ''
}    model.fit(
        [part[train] for part in inputs],
        y[train],
        batch_size=${batch},
        epochs=${epochs},
        validation_data=held,
${watched ? '        callbacks=[stop],\n' : ''}    )`;
}

function kerasMain(analysis: Analysis, uses: { numbers: boolean; levels: boolean }): string {
  const { training } = analysis;
  const unit = ownUnit(analysis, 'output[:, 0].astype("float64")');
  const inputs = given(uses);
  return [
    ...prepared(analysis, uses, (value) => value),
    ...unit.before,
    `    inputs = [${inputs.join(', ')}]`,
    '    model = build()',
    ...(training
      ? ['    if "--refit" in sys.argv:', `        fit(model, inputs, ${unit.seen}, train, validation)`, '    else:', '        load(model)']
      : ['    load(model)']),
    '    output = model.predict([part[test] for part in inputs], verbose=0)',
    ...unit.after,
    ...judged(analysis),
  ].join('\n');
}

/** The cells of columns of tags as the model file takes them. */
const TAGS_OF = `def tags_of(cells, places, separator):
    """Labels of each row, rows × places; empty places are empty texts."""
    rows = cells.fillna("")
    labels = [row.split(separator) if row else [] for row in rows]
    filled = [row + [""] * (places - len(row)) for row in labels]
    return np.array(filled, dtype=object).reshape(len(cells), places)`;

function fileMain({ tags, numeric, categorical }: Analysis): string {
  const text = categorical.some(({ numbered }) => numbered) ? 'rows[name].astype(str)' : 'rows[name].fillna("")';
  return [
    ...MAIN_START,
    '    rows = table[test]',
    '    feeds = {}',
    ...(numeric.length > 0 ? ['    for name in NUMERIC:', '        feeds[name] = rows[name].to_numpy("float64")'] : []),
    ...(categorical.length > 0 ? ['    for name in CATEGORICAL:', `        feeds[name] = ${text}.to_numpy(object)`] : []),
    ...(tags.length > 0 ? ['    for name, places, separator in TAGS:', '        feeds[name] = tags_of(rows[name], places, separator)'] : []),
    '    model = onnxruntime.InferenceSession(str(FOLDER / MODEL))',
    '    predicted = model.run([FITTED], feeds)[0]',
    '    check(score_of(response_of(rows), predicted))',
  ].join('\n');
}

/** Two empty lines stand between functions. */
const whole = (parts: readonly string[]): string => `${parts.filter((part) => part !== '').join('\n\n\n')}\n`;

const START = 'if __name__ == "__main__":\n    main()';

/** The code of an analysis in Python. */
export function pythonCode(analysis: Analysis, library: PythonLibrary, name: string, names: { weights: string; model: string }): string {
  const { own, model, training, tags, categorical } = analysis;
  const { title, packages } = NAMES[library];
  const csv = own?.literalQuotes ? ['import csv'] : [];
  if (model.kind === 'model-file') {
    const imports = [...csv, 'from pathlib import Path', '', 'import numpy as np', 'import onnxruntime', 'import pandas as pd'];
    const taken = [
      constants({ ...analysis, scaling: 'none' }),
      ...(tags.length > 0
        ? [`TAGS = ${pythonItems(tags.map((one) => `(${pythonText(one.name, 4)}, ${one.places}, ${pythonText(one.separator)})`))}`]
        : []),
      `MODEL = ${pythonText(names.model)}`,
      `FITTED = ${pythonText(model.fitted)}`,
    ];
    const functions = [readTable(analysis), ...divisionOf(analysis), responseOf(analysis), ...(tags.length > 0 ? [TAGS_OF] : []), scoreOf(analysis)];
    const head = [docstring(analysis, name, 'numpy, pandas and onnxruntime', title), imports.join('\n'), taken.join('\n')].join('\n\n');
    return whole([head, ...functions, fileMain(analysis), rowConstants(analysis), START]);
  }
  const { network } = model;
  const uses = { numbers: network.numbers, levels: tablesOf(network, categorical).length > 0 };
  const standard = [
    ...(training?.restore && library === 'pytorch' ? ['import copy'] : []),
    ...csv,
    'import json',
    ...(training ? ['import sys'] : []),
    'from pathlib import Path',
  ];
  const libraries =
    library === 'pytorch'
      ? ['import numpy as np', 'import pandas as pd', 'import torch', 'from torch import nn']
      : ['import keras', 'import numpy as np', 'import pandas as pd', 'from keras import layers'];
  const head = [
    docstring(analysis, name, packages, title),
    [...standard, '', ...libraries].join('\n'),
    [constants(uses.levels ? analysis : { ...analysis, categorical: [] }), `WEIGHTS = ${pythonText(names.weights)}`, weightNames(model)].join('\n'),
  ].join('\n\n');
  return whole([
    head,
    readTable(uses.levels ? analysis : { ...analysis, categorical: [] }),
    ...divisionOf(analysis),
    ...(uses.numbers ? [inputNumbers(analysis)] : []),
    ...(uses.levels ? [codesOf(analysis)] : []),
    responseOf(analysis),
    scoreOf(analysis),
    READ_SAFETENSORS,
    library === 'pytorch' ? torchNetwork(analysis) : kerasNetwork(analysis, uses),
    library === 'pytorch' ? torchWeights(analysis) : kerasWeights(uses),
    library === 'pytorch' ? torchTraining(analysis) : kerasTraining(analysis),
    library === 'pytorch' ? torchMain(analysis, uses) : kerasMain(analysis, uses),
    rowConstants(analysis),
    START,
  ]);
}
