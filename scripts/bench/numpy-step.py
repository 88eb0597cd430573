"""A training step in NumPy with BLAS: forward, hand-written gradient, Adam in Keras' form. python3 numpy-step.py METHOD Q (docs/methods.md A6, A10)."""

import sys

import numpy as np
from serve import begin, serve

f32 = np.float32
method, q = sys.argv[1], int(sys.argv[2])
at_start = begin()
rng = np.random.default_rng(0)
n, p, d = q, 10, 10
X = rng.uniform(-1, 1, (n, p)).astype(f32)
z = rng.integers(0, q, n)
y = rng.normal(size=n).astype(f32)
xy = np.concatenate([X, y[:, None]], 1)
parameters, moments, squares = {}, {}, {}
t = 0


def add(name, values):
    parameters[name] = values.astype(f32)
    moments[name] = np.zeros_like(parameters[name])
    squares[name] = np.zeros_like(parameters[name])


def dense(name, i, o):
    limit = np.sqrt(6 / (i + o))
    add(name + "W", rng.uniform(-limit, limit, (i, o)))
    add(name + "b", np.zeros(o))


def adam(gradients):
    global t
    t += 1
    rate = f32(1e-3 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t))
    for name, g in gradients.items():
        m, v = moments[name], squares[name]
        m += (g - m) * f32(0.1)
        v += (g * g - v) * f32(0.001)
        parameters[name] -= rate * m / (np.sqrt(v) + f32(1e-7))


def mlp(names, x):
    kept = [x]
    for name in names:
        x = np.maximum(x @ parameters[name + "W"] + parameters[name + "b"], 0)
        kept.append(x)
    return x, kept


def mlp_back(names, kept, delta, gradients, to_input=True):
    for k in reversed(range(len(names))):
        delta = delta * (kept[k + 1] > 0)
        gradients[names[k] + "W"] = kept[k].T @ delta
        gradients[names[k] + "b"] = delta.sum(0)
        if k > 0 or to_input:
            delta = delta @ parameters[names[k] + "W"].T
    return delta


def decode(x):
    hidden, kept = mlp(("d0", "d1"), x)
    return (hidden @ parameters["oW"] + parameters["ob"])[:, 0], kept


def decode_back(kept, delta, gradients):
    delta = delta[:, None]
    gradients["oW"] = kept[-1].T @ delta
    gradients["ob"] = delta.sum(0)
    return mlp_back(("d0", "d1"), kept, delta @ parameters["oW"].T, gradients)


class Levels:
    """Sums by level of one batch: rows in order of their level, and where each level begins."""

    def __init__(self, z):
        self.order = np.argsort(z, kind="stable")
        ordered = z[self.order]
        first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        self.present, self.first = ordered[first], first
        self.counts = np.diff(np.r_[first, len(z)]).astype(f32)[:, None]
        self.slot = np.empty(len(z), np.intp)
        self.slot[self.order] = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(z)]))

    def sums(self, rows):
        return np.add.reduceat(rows[self.order], self.first, axis=0)


def embeddings_step():
    f, kept = decode(np.concatenate([X, parameters["table"][z]], 1))
    gradients = {}
    back = decode_back(kept, (2 * (f - y) / n).astype(f32), gradients)[:, p:]
    levels = Levels(z)
    table = np.zeros((q, d), f32)
    table[levels.present] = levels.sums(back)
    gradients["table"] = table
    adam(gradients)
    return np.mean((f - y) ** 2)


def mmbeddings_step():
    beta = 0.001
    hidden, kept = mlp(("e0", "e1"), xy)
    mean = hidden @ parameters["muW"] + parameters["mub"]
    log_var = hidden @ parameters["lvW"] + parameters["lvb"]
    noise = np.exp(log_var * f32(0.5)) * rng.standard_normal((n, d), dtype=f32)
    levels = Levels(z)
    means = levels.sums(np.concatenate([mean + noise, mean, log_var], 1)) / levels.counts
    vectors, level_mean, level_log_var = means[:, :d], means[:, d : 2 * d], means[:, 2 * d :]
    f, decoded = decode(np.concatenate([X, vectors[levels.slot]], 1))
    gradients = {}
    back = decode_back(decoded, ((f - y) / n).astype(f32), gradients)[:, p:]
    level_back = levels.sums(back)
    k = f32(beta / n)
    variance = np.exp(level_log_var)
    to_draw = level_back / levels.counts
    to_mean = ((level_back + k * level_mean) / levels.counts)[levels.slot]
    to_log_var = to_draw[levels.slot] * noise * f32(0.5) + (k * f32(0.5) * (variance - 1) / levels.counts)[levels.slot]
    gradients["muW"], gradients["mub"] = hidden.T @ to_mean, to_mean.sum(0)
    gradients["lvW"], gradients["lvb"] = hidden.T @ to_log_var, to_log_var.sum(0)
    mlp_back(("e0", "e1"), kept, to_mean @ parameters["muW"].T + to_log_var @ parameters["lvW"].T, gradients, to_input=False)
    adam(gradients)
    kl = 0.5 * (variance - level_log_var - 1 + level_mean**2).sum() / n
    return 0.5 * np.mean((f - y) ** 2) + beta * kl


if method == "mmbeddings":
    dense("e0", p + 1, 100)
    dense("e1", 100, 100)
    dense("mu", 100, d)
    dense("lv", 100, d)
else:
    add("table", rng.uniform(-0.05, 0.05, (q, d)))
dense("d0", p + d, 10)
dense("d1", 10, 10)
dense("o", 10, 1)
serve(mmbeddings_step if method == "mmbeddings" else embeddings_step, at_start)
