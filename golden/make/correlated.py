"""python3 golden/make/correlated.py: fixtures of MMbeddings with correlated levels (needs NumPy and SciPy).

Written from docs/methods.md A29, not from the engine: the divergence from the text's formula over the levels of a batch, with inverse and determinant by
elimination in complex numbers; conditional means from covariances of all levels; Vecchia's terms from dense matrices; the maximum by SciPy.
"""
import json
import os

import numpy as np
from fixture import array, data, decoder, decoder_shapes, draw, draw_noise, encoder_shapes, mlp, reconstruction, sigmoid, write
from scipy.optimize import minimize

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def inverse_and_log_determinant(matrix):
    """By Gauss and Jordan, analytic in the entries."""
    n = len(matrix)
    both = np.concatenate([np.array(matrix, dtype=complex), np.eye(n)], axis=1)
    log_det = 0
    for i in range(n):
        pivot = both[i, i].copy()
        log_det = log_det + np.log(pivot)
        both[i] = both[i] / pivot
        for j in range(n):
            if j != i:
                both[j] = both[j] - both[j, i] * both[i]
    return both[:, n:], log_det


def kernel(a, b, squared_length):
    return np.exp(-((a[:, None, :] - b[None, :, :]) ** 2).sum(2) / (2 * squared_length))


def step(binary):
    qs, d, p, n = [6, 5], 3, 4, 24
    config = {"method": "mmbeddings-correlated", "qs": qs, "d": d, "p": p, "n": n, "binary": binary, "decoder": [5, 5], "encoder": [6, 6], "beta": 0.1}
    config.update({"priorVariance": 0.5, "logVarAveraging": "mean-log", "prior": "fixed" if binary else "learned", "interaction": "concat"})
    shapes = {**encoder_shapes(p + 2, config["encoder"], len(qs), d), **decoder_shapes(p + 2 + len(qs) * d, config["decoder"])}
    if not binary:
        shapes.update({f"prior/logVar{k}": (d,) for k in range(len(qs))})
    shapes.update({"prior/logitShare": (), "prior/logSquaredLength": ()})
    rng = np.random.default_rng(29 + binary)
    x, z, y = data(rng, config)
    places = np.round(rng.uniform(-2, 2, (qs[0], 2)) * 2**20) / 2**20
    w = draw(rng, shapes)
    w["prior/logitShare"] = np.asarray(0.75)
    noise = [draw_noise(rng, n, d) for _ in qs]
    wide = np.concatenate([x, places[z[0]]], axis=1)

    def forward(w):
        hidden = mlp(w, np.concatenate([wide, y], axis=1), 2, "encoder")
        kl, vectors = 0, []
        for k in range(len(qs)):
            mean = hidden @ w[f"encoder/mean{k}/kernel"] + w[f"encoder/mean{k}/bias"]
            log_var = hidden @ w[f"encoder/logVar{k}/kernel"] + w[f"encoder/logVar{k}/bias"]
            log_prior = np.full(d, np.log(config["priorVariance"])) if binary else w[f"prior/logVar{k}"]
            drawn = mean + np.exp(log_var / 2) * noise[k]
            levels = np.unique(z[k])
            of = lambda rows, level: rows[z[k] == level].mean(axis=0)
            m = np.array([of(mean, level) for level in levels])
            v = np.array([of(log_var, level) for level in levels])
            vectors.append(np.array([of(drawn, level) for level in z[k]]))
            if k == 0:
                share = 0.99 * sigmoid(w["prior/logitShare"])
                alike = kernel(places[levels], places[levels], np.exp(w["prior/logSquaredLength"]))
                C = np.eye(len(levels)) + share * (alike - np.eye(len(levels)))
            else:
                C = np.eye(len(levels))
                if binary:
                    # A fixed prior also counts the levels without rows, with mean 0 and variance 1.
                    s2 = config["priorVariance"]
                    kl = kl + (qs[k] - len(levels)) * d * 0.5 * (1 / s2 - 1 + np.log(s2)) / n
            inverse, log_det = inverse_and_log_determinant(C)
            for j in range(d):
                s2 = np.exp(log_prior[j])
                trace = np.sum(np.diag(inverse) * np.exp(v[:, j])) / s2
                quadratic = m[:, j] @ inverse @ m[:, j] / s2
                kl = kl + 0.5 * (trace + quadratic - len(levels) + log_det + len(levels) * log_prior[j] - np.sum(v[:, j])) / n
        fit, output = reconstruction(config, y, decoder(w, np.concatenate([wide] + vectors, axis=1), 2))
        nll = fit if binary else 0.5 * fit
        # Elimination is in complex numbers whatever goes in.
        asked = (lambda value: value) if any(np.iscomplexobj(value) for value in w.values()) else np.real
        return {"loss": asked(nll + config["beta"] * kl), "terms": {"nll": np.real(nll), "kl": np.real(kl)}, "output": output.real}

    inputs = {"X": array(x), "Z": [[int(level) for level in levels] for levels in z], "y": array(y), "locations": array(places), "noise": [array(values) for values in noise]}
    name = "mmbeddings-correlated" + ("-classification" if binary else "")
    write(FOLDER, name, "a squared exponential of places with a nugget as the prior of the first feature's levels; exact for the levels of the batch", config, inputs, w, forward)


GOLDEN = (np.sqrt(5) - 1) / 2


def correlation(a, b, share, squared_length):
    return share * kernel(a, b, squared_length)


def covariance(points, share, squared_length):
    C = correlation(points, points, share, squared_length)
    np.fill_diagonal(C, 1)
    return C


def vecchia(points, seen, vectors, share, squared_length, near=10):
    order = sorted(seen, key=lambda level: ((level + 1) * GOLDEN) % 1)
    squares, log_det = np.zeros(vectors.shape[1]), 0.0
    for at, level in enumerate(order):
        before = sorted(order[:at], key=lambda other: ((points[level] - points[other]) ** 2).sum())[:near]
        C = covariance(points[[level] + before], share, squared_length)
        w = np.linalg.solve(C[1:, 1:], C[1:, 0]) if before else np.zeros(0)
        variance = 1 - C[0, 1:] @ w
        squares += (vectors[level] - w @ vectors[before]) ** 2 / variance
        log_det += np.log(variance)
    return float(len(order) * np.log(squares / len(order)).sum() + vectors.shape[1] * log_det)


def dense(points, seen, vectors, share, squared_length):
    C = covariance(points[seen], share, squared_length)
    b, n = vectors[seen], len(seen)
    squares = np.einsum("im,ij,jm->m", b, np.linalg.inv(C), b)
    return float(n * np.log(squares / n).sum() + b.shape[1] * np.linalg.slogdet(C)[1])


def levels():
    rng = np.random.default_rng(30)
    q, d, share, squared_length = 60, 3, 0.85, 3.0
    points = rng.uniform(0, 10, (q, 2))
    points[7] = points[3]  # two levels at one point
    vectors = np.linalg.cholesky(covariance(points, share, squared_length)) @ rng.standard_normal((q, d)) * [1, 0.5, 2]
    unseen = [4, 5, 20, 41, 59]
    seen = [j for j in range(q) if j not in unseen]
    vectors[unseen] = 0
    variances = rng.uniform(0.01, 0.2, (q, d))
    prior = np.array([1.1, 0.3, 4.2])
    asked = {"share": 0.8, "squaredLength": 2.5}
    C = covariance(points[seen], *asked.values())
    to = correlation(points[unseen], points[seen], *asked.values())
    w = np.linalg.solve(C, to.T).T
    best = minimize(lambda t: vecchia(points, seen, vectors, t[0], np.exp(t[1])), [0.8, 1.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4000})
    few = seen[:11]
    at = [(0.0, 1.0), (0.4, 0.5), (0.8, 2.5), (0.98, 10.0)]
    made = {
        "points": array(points),
        "seen": seen,
        "unseen": unseen,
        "vectors": array(vectors),
        "variances": array(variances),
        "prior": prior.tolist(),
        "asked": asked,
        "means": array(w @ vectors[seen]),
        "spread": array((1 - (w * to).sum(1))[:, None] * prior + w**2 @ variances[seen]),
        "deviances": [{"share": a, "squaredLength": b, "vecchia": vecchia(points, seen, vectors, a, b), "dense": dense(points, few, vectors, a, b)} for a, b in at],
        "best": {"share": best.x[0], "squaredLength": float(np.exp(best.x[1])), "deviance": float(best.fun)},
    }
    with open(os.path.join(FOLDER, "correlated-levels.json"), "w") as file:
        json.dump(made, file)
    print("correlated-levels", made["best"])


if __name__ == "__main__":
    step(False)
    step(True)
    levels()
