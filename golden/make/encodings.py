"""golden/encodings.json: encodings of levels by numbers (docs/methods.md A3, A4) and hashes (A8), made without the engine.

    python3 golden/make/encodings.py        (numpy, for the singular value decomposition)

The FarmHash values of the first list are those of docs/methods.md A8, the three buckets TensorFlow's documented example; hashes.py has to give them too.
"""

import json
import pathlib
import random

import numpy as np

from hashes import RandomStream, fingerprint64, pcg4d

PUBLISHED = {
    "0": 15198969275252572735, "1": 9304157803607034849, "7": 9813730750082856088, "42": 623910487284905736, "99": 1128186851707534602,
    "100": 17498469746400329355, "999": 9278137575063809466, "1000": 18420635122264233593, "12345": 16550883754376084728,
    "99999": 3710824817391914880,
}  # fmt: skip
for key, value in PUBLISHED.items():
    assert fingerprint64(key) == value, key
assert [fingerprint64(key) % 3 for key in ("Hello", "TensorFlow", "2.x")] == [0, 2, 2]

N, P, Q = 48, 4, [7, 4]
TRAIN, VALIDATION = 30, 6
rng = random.Random("encodings")
X = np.array([[round(rng.gauss(0, 1), 5) for _ in range(P)] for _ in range(N)])
# The last level of the first feature has test rows only.
Z = [[rng.randrange(q - 1 if k == 0 and i < TRAIN + VALIDATION else q) for i in range(N)] for k, q in enumerate(Q)]
Z[0][N - 1] = Q[0] - 1
y = [round(0.7 * (Z[0][i] - 3) + rng.gauss(0, 1), 5) for i in range(N)]
binary = [float(v > 0) for v in y]
order = list(range(N))
rng.shuffle(order)
train, validation, test = order[:TRAIN], order[TRAIN : TRAIN + VALIDATION], order[TRAIN + VALIDATION :]
# Row numbers are permuted, so the unseen level goes with its rows.
Z = [[z[order.index(i)] for i in range(N)] for z in Z]
y = [y[order.index(i)] for i in range(N)]
binary = [binary[order.index(i)] for i in range(N)]


def level_means(z, q):
    rows = train + validation
    return np.array([np.mean([X[i] for i in rows if z[i] == j], axis=0) if any(z[i] == j for i in rows) else np.zeros(P) for j in range(q)])


def scores(z, q, components):
    """scikit-learn's PCA of the level means: centred, singular vectors of the centred matrix, largest entry of each component positive."""
    seen = sorted({z[i] for i in train + validation})
    means = level_means(z, q)[seen]
    centred = means - means.mean(axis=0)
    _, _, rows = np.linalg.svd(centred, full_matrices=False)
    rows = rows[:components]
    rows *= np.sign(rows[np.arange(components), np.abs(rows).argmax(axis=1)])[:, None]
    out = np.zeros((q, components))
    out[seen] = centred @ rows.T
    return out


def weight(rows, z, target, q):
    """Within over between variance by the one-way analysis of variance, by its textbook sums."""
    groups = [[target[i] for i in rows if z[i] == j] for j in range(q)]
    groups = [g for g in groups if g]
    n, a = len(rows), len(groups)
    if a < 2:
        return np.inf
    if n == a:
        return 1.0
    overall = np.mean([target[i] for i in rows])
    msw = sum(sum((v - np.mean(g)) ** 2 for v in g) for g in groups) / (n - a)
    msb = sum(len(g) * (np.mean(g) - overall) ** 2 for g in groups) / (a - 1)
    n0 = (n - sum(len(g) ** 2 for g in groups) / n) / (a - 1)
    between = (msb - msw) / n0
    return msw / between if between > 0 else np.inf


def target_encoding(z, target, q, smoothing, folds):
    out = [0.0] * N

    def encode(rows, sources):
        overall = float(np.mean([target[i] for i in sources]))
        m = weight(sources, z, target, q) if smoothing == "estimated" else smoothing
        for i in rows:
            own = [target[s] for s in sources if z[s] == z[i]]
            out[i] = overall if not own or m == np.inf else (sum(own) + m * overall) / (len(own) + m)

    encode(test, train + validation)
    encode(validation, train)
    for fold in range(folds):
        encode(train[fold::folds], [i for t, i in enumerate(train) if t % folds != fold])
    return out


targets = []
for name, target in (("regression", y), ("binary", binary)):
    for smoothing, folds in (("estimated", 5), (3, 4)):
        values = [target_encoding(z, target, q, smoothing, folds) for z, q in zip(Z, Q)]
        targets.append({"task": name, "smoothing": smoothing, "folds": folds, "values": values})

result = {
    "about": "Encodings of levels by numbers, row by row or level by level, and hashes of levels.",
    "dataset": {"rows": N, "p": P, "levels": Q, "x": X.ravel().tolist(), "codes": Z, "y": y, "binary": binary,
                "train": train, "validation": validation, "test": test},
    "fingerprints": {key: str(fingerprint64(key)) for key in [*PUBLISHED, "", "12", "1234567", "12345678", "1234567890123456"]},
    "levelMeans": [level_means(z, q).ravel().tolist() for z, q in zip(Z, Q)],
    "principalScores": {"components": 3, "values": [scores(z, q, 3).ravel().tolist() for z, q in zip(Z, Q)]},
    "targetEncoding": targets,
    "saltedHash": {"salt": RandomStream(1, "golden").uint32(), "rows": 97, "feature": 2, "chunk": 1,
                   "values": [pcg4d(level, 2, 1, RandomStream(1, "golden").uint32())[0] % 97 for level in range(12)]},
    "universalHash": {"a": 1234567891, "b": 987654321, "rows": 89, "first": 40,
                      "values": [((1234567891 * (40 + level) + 987654321) % (2**31 - 1)) % 89 for level in range(12)]},
}  # fmt: skip
(pathlib.Path(__file__).parent.parent / "encodings.json").write_text(json.dumps(result) + "\n")
