"""python3 golden/make/glmm.py: fixtures of LMMNN with a binary response by other approximations than the published one (docs/methods.md A11; needs NumPy).

Laplace's approximation densely over the levels, I + SZ'WZS with a column for each of them, its mode by Newton's method in complex numbers, so that the complex step
sees it move; the determinant by elimination. Adaptive quadrature by loops over levels and nodes, whose places are real numbers that do not move.
"""
import os

import numpy as np
from fixture import data, decoder_shapes, draw, linear, make, mlp, sigmoid

FOLDER = os.path.join(os.path.dirname(__file__), "..")
CONFIG = {"method": "lmmnn", "p": 3, "n": 30, "binary": True, "network": [5]}


def shapes(features):
    found = decoder_shapes(CONFIG["p"], CONFIG["network"], "network")
    found["network/output/kernel"] = (CONFIG["network"][-1], 1)
    found["network/output/bias"] = (1,)
    return {**found, "sigma2b": (features,)}


def network(w, x):
    return linear(w, "network/output", mlp(w, x, len(CONFIG["network"]), "network"))


def log_determinant(a):
    a = np.array(a)
    found = 0
    for j in range(len(a)):
        found = found + np.log(a[j, j])
        for i in range(j + 1, len(a)):
            a[i] = a[i] - a[i, j] / a[j, j] * a[j]
    return found


def laplace(qs):
    def forward(w, x, z, y, noise):
        f = network(w, x)
        Z = np.concatenate([np.eye(q)[z[k]] for k, q in enumerate(qs)], axis=1)
        scale = np.sqrt(np.concatenate([np.full(q, 1) * w["sigma2b"][k] for k, q in enumerate(qs)]))
        ZS = Z * scale
        u = np.zeros((len(scale), 1), dtype=complex)
        for _ in range(40):
            mu = sigmoid(f + ZS @ u)
            A = np.eye(len(scale)) + ZS.T @ (mu * (1 - mu) * ZS)
            u = u + np.linalg.solve(A, ZS.T @ (y - mu) - u)
        mu = sigmoid(f + ZS @ u)
        A = np.eye(len(scale)) + ZS.T @ (mu * (1 - mu) * ZS)
        nll = np.sum(-(y * np.log(mu) + (1 - y) * np.log(1 - mu))) + np.sum(u * u) / 2 + log_determinant(A) / 2
        return {"loss": nll if np.iscomplexobj(w["sigma2b"]) else nll.real, "terms": {}, "output": f}

    return forward


def adaptive(qs):
    nodes, weights = np.polynomial.hermite.hermgauss(5)

    def forward(w, x, z, y, noise):
        f = network(w, x)
        s2 = w["sigma2b"][0]
        nll = 0
        for level in sorted(set(z[0])):
            own = [i for i in range(len(y)) if z[0][i] == level]
            mode = 0.0
            for _ in range(60):
                mu = [1 / (1 + np.exp(-(f[i, 0].real + mode))) for i in own]
                slope = sum(y[i, 0] - m for i, m in zip(own, mu)) - mode / s2.real
                curvature = sum(m * (1 - m) for m in mu) + 1 / s2.real
                mode += slope / curvature
            deviation = 1 / np.sqrt(curvature)
            total = 0
            for t, weight in zip(nodes, weights):
                b = mode + np.sqrt(2) * deviation * t
                likelihood = np.exp(-b * b / (2 * s2)) / np.sqrt(2 * np.pi * s2)
                for i in own:
                    p = sigmoid(f[i, 0] + b)
                    likelihood = likelihood * (p if y[i, 0] == 1 else 1 - p)
                total = total + np.sqrt(2) * deviation * weight * np.exp(t * t) * likelihood
            nll = nll - np.log(total)
        return {"loss": nll, "terms": {}, "output": f}

    return forward


def positive(qs):
    """The first seed that draws variances above 0.2: `draw` makes numbers of either sign."""
    for seed in range(1, 10000):
        rng = np.random.default_rng(seed)
        data(rng, {**CONFIG, "qs": qs})
        if (draw(rng, shapes(len(qs)))["sigma2b"] > 0.2).all():
            return seed


def write(name, about, approximation, qs, forward):
    make(FOLDER, name, about, {**CONFIG, "qs": qs, "approximation": approximation}, shapes(len(qs)), forward(qs), seed=positive(qs))


if __name__ == "__main__":
    write("lmmnn-binary-laplace", "binary response, two crossed features, by Laplace's approximation", "laplace", [6, 9], laplace)
    write("lmmnn-binary-adaptive", "binary response, five nodes around the mode of each level", "adaptive-nodes", [6], adaptive)
