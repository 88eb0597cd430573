"""Fixtures of one-hot, feature hashing and the methods with tables (docs/methods.md A2, A5, A8, A16, A17): golden/*.json of three Adam steps.

    python3 golden/make/tables.py

Everything is computed with scalars in double precision from the formulas: indicator columns are written out as a dense matrix, hashes are those of
hashes.py, gradients those of autodiff.py. No code of the engine is used.
"""

import json
import math
import pathlib
import random

from autodiff import Scalar, total
from hashes import RandomStream, fingerprint64, pcg4d

FOLDER = pathlib.Path(__file__).parent.parent
ADAM = {"learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}
P, N, D, WIDTHS = 4, 24, 4, [5, 5]


def matrix(rng, rows, columns, low=-0.6, high=0.6):
    return [[float(f"{rng.uniform(low, high):.6g}") for _ in range(columns)] for _ in range(rows)]


class Parameters:
    """Named arrays of scalars, matrices or vectors, in order."""

    def __init__(self):
        self.arrays = {}

    def matrix(self, name, values):
        self.arrays[name] = [[Scalar(v) for v in row] for row in values]
        return self.arrays[name]

    def vector(self, name, values):
        self.arrays[name] = [Scalar(v) for v in values]
        return self.arrays[name]

    def flat(self, name):
        array = self.arrays[name]
        return [s for row in array for s in row] if isinstance(array[0], list) else array

    def dump(self, read):
        out = {}
        for name, array in self.arrays.items():
            shape = [len(array), len(array[0])] if isinstance(array[0], list) else [len(array)]
            out[name] = {"shape": shape, "values": [read(s) for s in self.flat(name)]}
        return out


def dense(row, kernel, bias):
    """row · kernel + bias; entries of row may be numbers or scalars, zeros are skipped."""
    out = []
    for j in range(len(bias)):
        terms = [kernel[i][j] * row[i] if not isinstance(row[i], Scalar) else row[i] * kernel[i][j] for i in range(len(row)) if isinstance(row[i], Scalar) or row[i] != 0]
        out.append(total([*terms, bias[j]]))
    return out


def decoder(parameters, rng, inputs):
    layers = []
    for i, width in enumerate([*WIDTHS, 1]):
        name = "decoder/output" if i == len(WIDTHS) else f"decoder/dense{i}"
        kernel = parameters.matrix(f"{name}/kernel", matrix(rng, inputs, width))
        layers.append((kernel, parameters.vector(f"{name}/bias", matrix(rng, 1, width)[0])))
        inputs = width
    return layers


def decode(row, layers):
    for i, (kernel, bias) in enumerate(layers):
        row = dense(row, kernel, bias)
        if i < len(layers) - 1:
            row = [unit.relu() for unit in row]
    return row[0]


def fixture(name, about, method, qs, binary, build, settings, noise=None):
    """`build(parameters, rng)` gives a function from (x, levels, row number) to the decoder's output, and one without arguments to the penalty or None."""
    rng = random.Random(name)
    X = matrix(rng, N, P, -1, 1)
    Z = [[rng.randrange(q) for _ in range(N)] for q in qs]
    y = [float(rng.randrange(2)) if binary else round(rng.gauss(0, 1), 6) for _ in range(N)]
    parameters = Parameters()
    predict, penalty = build(parameters, rng)
    initial = parameters.dump(lambda s: s.value)
    moments = {key: [[0.0, 0.0] for _ in parameters.flat(key)] for key in parameters.arrays}
    expected = {"steps": []}
    for step in range(1, 4):
        outputs = [predict(X[i], [z[i] for z in Z], i) for i in range(N)]
        if binary:
            losses = [out.softplus() - out * y[i] for i, out in enumerate(outputs)]
        else:
            losses = [(out - y[i]) * (out - y[i]) for i, out in enumerate(outputs)]
        nll = total(losses) * (1 / N)
        extra = penalty()
        loss = nll if extra is None else nll + extra
        for key in parameters.arrays:
            for s in parameters.flat(key):
                s.gradient = 0.0
        loss.backward()
        terms = {"loss": loss.value, "nll": nll.value}
        if extra is not None:
            terms["penalty"] = extra.value
        expected["steps"].append(terms)
        if step == 1:
            values = [1 / (1 + math.exp(-o.value)) if binary else o.value for o in outputs]
            expected["output"] = {"shape": [N, 1], "values": values}
            expected["gradients"] = parameters.dump(lambda s: s.gradient)
        alpha = ADAM["learningRate"] * math.sqrt(1 - ADAM["beta2"] ** step) / (1 - ADAM["beta1"] ** step)
        for key in parameters.arrays:
            for s, moment in zip(parameters.flat(key), moments[key]):
                moment[0] += (1 - ADAM["beta1"]) * (s.gradient - moment[0])
                moment[1] += (1 - ADAM["beta2"]) * (s.gradient**2 - moment[1])
                s.value -= alpha * moment[0] / (math.sqrt(moment[1]) + ADAM["epsilon"])
    expected["parametersAfter"] = parameters.dump(lambda s: s.value)
    config = {
        "method": method,
        "qs": qs,
        "d": D,
        "p": P,
        "n": N,
        "binary": binary,
        "decoder": WIDTHS,
        "encoder": None,
        "beta": None,
        "priorVariance": None,
        "logVarAveraging": None,
        "l2": None,
        "interaction": "concat",
        **settings,
        "adam": ADAM,
    }
    inputs = {"X": {"shape": [N, P], "values": sum(X, [])}, "Z": Z, "y": {"shape": [N, 1], "values": y}}
    if noise:
        inputs["noise"] = [{"shape": [len(a), len(a[0])], "values": sum(a, [])} for a in noise]
    order = ["steps", "output", "gradients", "parametersAfter"]
    json_text = json.dumps(
        {"name": name, "about": about, "config": config, "inputs": inputs, "initial": initial, "expected": {k: expected[k] for k in order}}
    )
    (FOLDER / f"{name}.json").write_text(json_text + "\n")
    print(name, expected["steps"])


def indicators(columns, cells):
    """The decoder on [x, dense indicator columns]. `columns`: widths of the blocks; `cells(levels)`: (column over all blocks, value) of a row."""

    def build(parameters, rng):
        whole = parameters.matrix("decoder/dense0/kernel", matrix(rng, P, WIDTHS[0]))
        blocks = [parameters.matrix(f"decoder/dense0/levels{k}", matrix(rng, c, WIDTHS[0])) for k, c in enumerate(columns)]
        kernel = sum(blocks, list(whole))
        first = (kernel, parameters.vector("decoder/dense0/bias", matrix(rng, 1, WIDTHS[0])[0]))
        inputs, layers = WIDTHS[0], [first]
        for i, width in enumerate([*WIDTHS[1:], 1], start=1):
            name = "decoder/output" if i == len(WIDTHS) else f"decoder/dense{i}"
            layers.append((parameters.matrix(f"{name}/kernel", matrix(rng, inputs, width)), parameters.vector(f"{name}/bias", matrix(rng, 1, width)[0])))
            inputs = width

        def predict(x, levels, _):
            row = [*x, *([0.0] * sum(columns))]
            for column, value in cells(levels):
                row[P + column] += value
            return decode(row, layers)

        return predict, lambda: None

    return build


def tables(sizes, vector, width, features, penalty=lambda arrays: None, names=None):
    """The decoder on [x, vectors of the levels]. `sizes`: (rows, width) of each table; `vector(tables, feature, level, row)`: a level's vector."""

    def build(parameters, rng):
        arrays = [parameters.matrix(names[t] if names else f"embedding{t}/table", matrix(rng, *size)) for t, size in enumerate(sizes)]
        layers = decoder(parameters, rng, P + features * width)

        def predict(x, levels, i):
            row = list(x)
            for k, level in enumerate(levels):
                row += vector(arrays, k, level, i)
            return decode(row, layers)

        return predict, lambda: penalty(arrays)

    return build


def salt():
    """The first word of the stream that golden checks build models with."""
    return RandomStream(1, "golden").uint32()


def one_hot():
    for name, qs, binary in [("one-hot-regression", [7], False), ("one-hot-classification-k2", [7, 4], True)]:
        starts = [sum(qs[:k]) for k in range(len(qs))]
        cells = lambda levels: [(starts[k] + level, 1.0) for k, level in enumerate(levels)]
        fixture(name, "decoder on [x, dense one-hot columns]", "one-hot", qs, binary, indicators(qs, cells), {})


def feature_hashing():
    qs, bins = [9, 6], 6
    plain = lambda levels: [(k * bins + fingerprint64(str(level)) % bins, 1.0) for k, level in enumerate(levels)]
    fixture(
        "feature-hashing-k2",
        "bin = FarmHash Fingerprint64 of the level's decimal number mod bins, bins of each feature apart",
        "feature-hashing",
        qs,
        False,
        indicators([bins, bins], plain),
        {"bins": bins},
    )
    words = lambda k, level: pcg4d(level, k, 0, salt())
    signed = lambda levels: [(words(k, level)[0] % bins, 1.0 if words(k, level)[1] & 1 else -1.0) for k, level in enumerate(levels)]
    fixture(
        "feature-hashing-signed-shared-k2",
        "one space of bins, bin and sign from pcg4d(level, feature, 0, salt)",
        "feature-hashing",
        qs,
        True,
        indicators([bins], signed),
        {"bins": bins, "hash": "salted", "signed": True, "shared": True},
    )


def unified():
    qs, rows = [9, 6], 7
    vector = lambda arrays, k, level, _: arrays[0][(fingerprint64(str(level)) + k) % rows]
    fixture(
        "uembeddings-k2",
        "one table, row = (Fingerprint64 + feature) mod rows",
        "uembeddings",
        qs,
        False,
        tables([(rows, D)], vector, D, 2),
        {"rows": rows},
    )
    lookups, chunk, share = 2, 3, 0.5
    size = math.ceil(share * lookups * sum(qs))
    pieces = lambda arrays, k, level, _: sum((arrays[0][pcg4d(level, k, c, salt())[0] % size] for c in range(lookups)), [])
    fixture(
        "unified-embeddings-k2",
        "one table, two lookups by pcg4d(level, feature, chunk, salt) side by side",
        "unified-embeddings",
        qs,
        True,
        tables([(size, chunk)], pieces, lookups * chunk, 2),
        {"lookups": lookups, "chunk": chunk, "share": share},
    )


def hash_embeddings():
    prime = 2**31 - 1
    for name, qs, binary, append, share in [("hash-embeddings-regression", [12], False, False, 1), ("hash-embeddings-classification-k2", [9, 6], True, True, 0.5)]:
        stream = RandomStream(1, "golden")
        pool = math.ceil(0.4 * sum(qs))
        rows = [math.ceil(share * q) for q in qs]
        keys = []
        for _ in range(2):
            a = 1 + stream.integer(prime - 1)
            keys.append((a, stream.integer(prime)))

        def vector(arrays, k, level, _):
            x = sum(qs[:k]) + level
            weights = arrays[1 + k][level % rows[k]]
            found = [arrays[0][((a * x + b) % prime) % pool] for a, b in keys]
            mixed = [total([weights[r] * found[r][m] for r in range(2)]) for m in range(D)]
            return mixed + list(weights) if append else mixed

        sizes = [(pool, D), *((r, 2) for r in rows)]
        names = ["embedding/pool", *(f"embedding{k}/weights" for k in range(len(qs)))]
        settings = {"hashes": 2, "pool": 0.4, "weights": share, "append": append}
        build = tables(sizes, vector, D + (2 if append else 0), len(qs), names=names)
        fixture(name, "sum of two pool rows by universal hashes, weighted", "hash-embeddings", qs, binary, build, settings)


def quotient_remainder():
    qs = [11, 6]
    for rule, binary in [("multiply", False), ("add", True), ("concatenate", False)]:
        m = [math.ceil(math.sqrt(q)) for q in qs]
        width = D // 2 if rule == "concatenate" else D
        sizes = [size for k, q in enumerate(qs) for size in ((m[k], width), (math.ceil(q / m[k]), width))]

        def vector(arrays, k, level, _):
            r, q = arrays[2 * k][level % m[k]], arrays[2 * k + 1][level // m[k]]
            if rule == "concatenate":
                return [*r, *q]
            return [a * b if rule == "multiply" else a + b for a, b in zip(r, q)]

        about = f"rows of remainder and quotient tables, rule: {rule}"
        fixture(f"quotient-remainder-{rule}", about, "quotient-remainder", qs, binary, tables(sizes, vector, D, 2), {"rule": rule})


def regularised():
    qs, rate, l2 = [7, 5], 0.3, 0.05
    squares = lambda arrays: [total([s * s for row in table for s in row]) for table in arrays]
    for name, penalty, value in [
        ("embeddings-dropout-norm", "norm", lambda arrays: total([s.sqrt() for s in squares(arrays)]) * l2),
        ("embeddings-dropout-squares", "sum-of-squares", lambda arrays: total(squares(arrays)) * l2),
    ]:
        uniform = [matrix(random.Random(f"{name} {k}"), N, D, 0.001, 0.999) for k in range(2)]
        vector = lambda arrays, k, level, i: [s * (1 / (1 - rate) if uniform[k][i][m] >= rate else 0.0) for m, s in enumerate(arrays[k][level])]
        build = tables([(q, D) for q in qs], vector, D, 2, value)
        fixture(name, "inverted dropout of vectors, l2 * penalty", "embeddings-dropout", qs, False, build, {"dropout": rate, "l2": l2, "penalty": penalty}, uniform)
    probability = 0.4
    chance = [matrix(random.Random(f"exchange {k}"), N, 2, 0.001, 0.999) for k in range(2)]

    def exchanged(arrays, k, level, i):
        first, second = chance[k][i]
        others = [other % qs[k] for other in range(level + 1, level + qs[k])]
        return arrays[k][others[int(second * len(others))] if first < probability else level]

    build = tables([(q, D) for q in qs], exchanged, D, 2)
    fixture("shared-embeddings-k2", "another level when uniform 1 < p0, which one by uniform 2", "shared-embeddings", qs, True, build, {"probability": probability}, chance)


for make in (one_hot, feature_hashing, unified, hash_embeddings, quotient_remainder, regularised):
    make()
