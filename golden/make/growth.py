"""Writes golden/growth-regbeddings.json and golden/growth-mmbeddings.json: reference steps of the growth-curve models (docs/methods.md A9, A10, A15).

Made independently of the engine: the losses are written with loops over rows and levels in complex numbers, gradients are complex-step derivatives (exact to
rounding), three Adam steps in the epsilon-hat form of Keras. One level's scale lies below its floor of 0.1 and one row's exponent beyond its bound of 50.

Usage: python3 golden/make/growth.py (numpy)
"""
import json
from pathlib import Path

import numpy as np

ADAM = {"learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}
N, Q, BETA, PRIOR = 24, 6, 0.05, 0.8


def curve(x, b, beta, clipped):
    scale = beta[2] + b[2]
    if scale.real < 0.1:
        scale = 0.1 + 0j
    exponent = (x - beta[1] - b[1]) / scale
    if clipped and abs(exponent.real) > 50:
        exponent = np.sign(exponent.real) * 50 + 0j
    return (beta[0] + b[0]) / (1 + np.exp(-exponent))


def kl(mean, logvar):
    u = logvar - np.log(PRIOR)
    return -0.5 * (1 + u - np.exp(u) - mean**2 / PRIOR)


def regbeddings(P, X, z, y, noise):
    beta = [P[f"decoder/beta{m}"] for m in (1, 2, 3)]
    out, divergence = [], 0
    for i in range(N):
        mu, v = P["embedding0/mean"][z[i]], P["embedding0/logVar"][z[i]]
        out.append(curve(X[i, 0], mu + np.exp(v / 2) * noise[i], beta, False))
        divergence = divergence + np.sum(kl(mu, v))
    out = np.array(out)
    nll = np.sum((y[:, 0] - out) ** 2) / N
    return nll + BETA * divergence / N, {"nll": nll, "kl": divergence / N}, out


def mmbeddings(P, X, z, y, noise):
    beta = [P[f"decoder/beta{m}"] for m in (1, 2, 3)]
    hidden = np.concatenate([X, y], 1)
    for layer in range(2):
        hidden = hidden @ P[f"encoder/dense{layer}/kernel"] + P[f"encoder/dense{layer}/bias"]
        hidden = np.where(hidden.real > 0, hidden, 0)
    mean = hidden @ P["encoder/mean0/kernel"] + P["encoder/mean0/bias"]
    logvar = hidden @ P["encoder/logVar0/kernel"] + P["encoder/logVar0/bias"]
    drawn = mean + np.exp(logvar / 2) * noise
    table, divergence = np.zeros((Q, 3), complex), 0
    for j in range(Q):
        rows = [i for i in range(N) if z[i] == j]
        average = lambda values: sum(values[i] for i in rows) / len(rows) if rows else np.zeros(3, complex)
        table[j] = average(drawn)
        divergence = divergence + np.sum(kl(average(mean), average(logvar)))
    out = np.array([curve(X[i, 0], table[z[i]], beta, True) for i in range(N)])
    nll = 0.5 * np.sum((y[:, 0] - out) ** 2) / N
    return nll + BETA * divergence / N, {"nll": nll, "kl": divergence / N}, out


def make(name, model, initial, extra, rng):
    X = rng.uniform(0, 20, (N, 1))
    z = rng.integers(0, Q - 1, N)  # the last level has no rows
    y = 10 / (1 + np.exp(-(X - 5) / 5)) + rng.normal(size=(N, 1))
    noise = rng.normal(size=(N, 3))
    X, y, noise = (np.float32(a).astype(float) for a in (X, y, noise))
    P = {k: np.float32(v).astype(float) for k, v in initial.items()}
    start = {k: v.copy() for k, v in P.items()}

    def evaluate(params):
        return model({k: v.astype(complex) for k, v in params.items()}, X, z, y, noise)

    def gradients(params):
        found = {}
        for key, value in params.items():
            g = np.zeros(value.size)
            for i in range(value.size):
                moved = {k: v.astype(complex) for k, v in params.items()}
                flat = moved[key].reshape(-1).copy()
                flat[i] += 1e-30j
                moved[key] = flat.reshape(value.shape)
                g[i] = model(moved, X, z, y, noise)[0].imag / 1e-30
            found[key] = g.reshape(value.shape)
        return found

    first, steps, moments = None, [], {k: (np.zeros_like(v), np.zeros_like(v)) for k, v in P.items()}
    output = evaluate(P)[2].real
    for t in range(1, 4):
        total, terms, _ = evaluate(P)
        steps.append({"loss": total.real, **{k: v.real for k, v in terms.items()}})
        g = gradients(P)
        first = first or g
        rate = ADAM["learningRate"] * np.sqrt(1 - ADAM["beta2"] ** t) / (1 - ADAM["beta1"] ** t)
        for k in P:
            m, v = moments[k]
            m = ADAM["beta1"] * m + (1 - ADAM["beta1"]) * g[k]
            v = ADAM["beta2"] * v + (1 - ADAM["beta2"]) * g[k] ** 2
            moments[k] = (m, v)
            P[k] = P[k] - rate * m / (np.sqrt(v) + ADAM["epsilon"])

    array = lambda a: {"shape": list(np.shape(a)), "values": [float(f"{v:.10g}") for v in np.ravel(a)]}
    config = {"method": name, "qs": [Q], "d": 3, "p": 1, "n": N, "binary": False, "beta": BETA, "priorVariance": PRIOR, "adam": ADAM, **extra}
    fixture = {
        "name": name, "about": "logistic growth decoder; made by golden/make/growth.py", "config": config,
        "inputs": {"X": array(X), "Z": [[int(v) for v in z]], "y": array(y), "noise": [array(noise)]},
        "initial": {k: array(v) for k, v in start.items()},
        "expected": {
            "output": array(output[:, None]), "gradients": {k: array(v) for k, v in first.items()}, "steps": steps,
            "parametersAfter": {k: array(v) for k, v in P.items()},
        },
    }
    (Path(__file__).parent.parent / f"{name}.json").write_text(json.dumps(fixture, indent=1) + "\n")
    print(name, steps)


rng = np.random.default_rng(11)
betas = {"decoder/beta1": np.array(8.0), "decoder/beta2": np.array(4.0), "decoder/beta3": np.array(3.0)}
mean = 0.5 * rng.normal(size=(Q, 3))
mean[1, 2] = -3.5  # below the floor of the scale
make(
    "growth-regbeddings", regbeddings,
    {"embedding0/mean": mean, "embedding0/logVar": rng.uniform(-3, -1, (Q, 3)), **betas}, {}, rng,
)
glorot = lambda i, o: rng.uniform(-1, 1, (i, o)) * np.sqrt(6 / (i + o))
encoder = {}
for layer, (i, o) in enumerate([(2, 5), (5, 4)]):
    encoder |= {f"encoder/dense{layer}/kernel": glorot(i, o), f"encoder/dense{layer}/bias": 0.1 * rng.normal(size=o)}
for head in ("mean0", "logVar0"):
    encoder |= {f"encoder/{head}/kernel": 0.2 * glorot(4, 3), f"encoder/{head}/bias": 0.1 * rng.normal(size=3)}
# So small a scale that the floor holds for most levels and exponents reach their bound.
steep = {**betas, "decoder/beta3": np.array(0.15)}
make("growth-mmbeddings", mmbeddings, {**encoder, **steep}, {"encoder": [5, 4], "logVarAveraging": "mean-log"}, rng)
