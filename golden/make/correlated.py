"""python3 golden/make/correlated.py: fixtures of MMbeddings with correlated levels (needs NumPy and SciPy).

Written from docs/methods.md A29, not from the engine: the divergence from the text's formula over the levels of a batch, with inverse and determinant by
elimination in complex numbers; conditional means from covariances of all levels; Vecchia's terms from dense matrices; the maximum by SciPy. Correlations of a
graph are inverses of dense matrices.
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


def step(binary, edges=None):
    """A step of MMbeddings of places, or of a graph where edges are given: of the second feature then."""
    qs, d, p, n = [6, 5], 3, 4, 24
    if edges is not None:
        qs = [5, 6]
    own = 0 if edges is None else 1
    config = {"method": "mmbeddings-correlated", "qs": qs, "d": d, "p": p, "n": n, "binary": binary, "decoder": [5, 5], "encoder": [6, 6], "beta": 0.1}
    if edges is not None:
        config["method"] = "mmbeddings-graph"
    wider = 2 if edges is None else 0
    config.update({"priorVariance": 0.5, "logVarAveraging": "mean-log", "prior": "fixed" if binary else "learned", "interaction": "concat"})
    shapes = {**encoder_shapes(p + wider, config["encoder"], len(qs), d), **decoder_shapes(p + wider + len(qs) * d, config["decoder"])}
    if not binary:
        shapes.update({f"prior/logVar{k}": (d,) for k in range(len(qs))})
    shapes.update({"prior/logitShare": (), "prior/logSquaredLength": ()} if edges is None else {"prior/logitDependence": ()})
    rng = np.random.default_rng(29 + binary)
    x, z, y = data(rng, config)
    places = np.round(rng.uniform(-2, 2, (qs[0], 2)) * 2**20) / 2**20
    w = draw(rng, shapes)
    if edges is None:
        w["prior/logitShare"] = np.asarray(0.75)
    else:
        w["prior/logitDependence"] = np.asarray(-0.2)
        correlations = graph_correlations(int(edges[:, :2].max()) + 1, qs[own], edges)
    noise = [draw_noise(rng, n, d) for _ in qs]
    wide = np.concatenate([x, places[z[0]]], axis=1) if edges is None else x

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
            if k == own and edges is not None:
                C = at_place(correlations, len(RATIOS) * sigmoid(w["prior/logitDependence"]))[np.ix_(levels, levels)]
            elif k == own:
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

    where = {"locations": array(places)} if edges is None else {"edges": {"feature": own, **array(edges)}}
    inputs = {"X": array(x), "Z": [[int(level) for level in levels] for levels in z], "y": array(y), **where, "noise": [array(values) for values in noise]}
    name = config["method"] + ("-classification" if binary else "")
    prior = "a squared exponential of places with a nugget" if edges is None else "a conditional autoregression along edges"
    write(FOLDER, name, f"{prior} as the prior of the {['first', 'second'][own]} feature's levels; exact for the levels of the batch", config, inputs, w, forward)


GOLDEN = (np.sqrt(5) - 1) / 2


def correlation(a, b, share, squared_length):
    return share * kernel(a, b, squared_length)


def covariance(points, share, squared_length):
    C = correlation(points, points, share, squared_length)
    np.fill_diagonal(C, 1)
    return C


def vecchia(points, seen, vectors, share, squared_length):
    return vecchia_of(seen, vectors, lambda a, b: ((points[a] - points[b]) ** 2).sum(), lambda levels: covariance(points[levels], share, squared_length))


def vecchia_of(seen, vectors, distance, covariance_of, near=10):
    order = sorted(seen, key=lambda level: ((level + 1) * GOLDEN) % 1)
    squares, log_det = np.zeros(vectors.shape[1]), 0.0
    for at, level in enumerate(order):
        before = sorted(order[:at], key=lambda other: distance(level, other))[:near]
        C = covariance_of([level] + before)
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


RATIOS = [1, 4, 16, 64, 256]


def graph_correlations(nodes, q, edges):
    """At each dependence of the text, [steps, q, q]; edges are rows of from, to, weight."""
    weights = edges[:, 2] / edges[:, 2].mean()
    W = np.zeros((nodes, nodes))
    for (a, b), weight in zip(edges[:, :2].astype(int), weights):
        W[a, b] = W[b, a] = weight
    found = []
    for ratio in RATIOS:
        rho = ratio / (1 + ratio)
        K = np.linalg.inv(rho * (np.diag(W.sum(1)) - W) + (1 - rho) * np.eye(nodes))[:q, :q]
        found.append(K / np.sqrt(np.outer(np.diag(K), np.diag(K))))
    return np.array(found)


def at_place(correlations, place):
    """Straight between the dependences of the text, and from the identity to the first; complex places too."""
    steps = [np.eye(correlations.shape[1]), *correlations]
    below = min(int(np.real(place)), len(RATIOS) - 1)
    return (below + 1 - place) * steps[below] + (place - below) * steps[below + 1]


def graph():
    """A graph of two parts with weights, a level without an edge and a node that is no level."""
    rng = np.random.default_rng(31)
    q, nodes, d = 60, 61, 3
    where = rng.uniform(0, 1, (nodes, 2))
    part = np.arange(nodes) % 5 == 0
    edges = [[a, b, np.round(rng.uniform(0.5, 2), 3)] for a in range(nodes) for b in range(a) if part[a] == part[b] and 7 not in (a, b) and np.linalg.norm(where[a] - where[b]) < 0.22]
    edges = np.array(edges)
    correlations = graph_correlations(nodes, q, edges)
    truth = at_place(correlations, 3.3)
    vectors = np.linalg.cholesky(truth) @ rng.standard_normal((q, d)) * [1, 0.5, 2]
    unseen = [4, 5, 7, 20, 41, 59]
    seen = [j for j in range(q) if j not in unseen]
    vectors[unseen] = 0
    variances = rng.uniform(0.01, 0.2, (q, d))
    prior = np.array([1.1, 0.3, 4.2])
    asked = 2.6
    C = at_place(correlations, asked)
    to = C[np.ix_(unseen, seen)]
    w = np.linalg.solve(C[np.ix_(seen, seen)], to.T).T
    middle = correlations[len(RATIOS) // 2]
    deviance = lambda place: vecchia_of(seen, vectors, lambda a, b: -middle[a, b], lambda levels: at_place(correlations, place)[np.ix_(levels, levels)])
    best = min((minimize(lambda t: deviance(min(5, max(0, t[0]))), [start], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}) for start in (1.5, 2.5, 3.5)), key=lambda found: found.fun)
    made = {
        "nodes": nodes,
        "levels": q,
        "alone": q - len({int(a) for a in edges[:, :2].ravel() if a < q}),
        "edges": array(edges),
        "correlations": [{"pair": [a, b], "values": correlations[:, a, b].tolist()} for a, b in [(0, 5), (1, 2), (3, 8), (7, 9), (58, 59), (12, 12), (0, 1)]],
        "sums": correlations.sum((1, 2)).tolist(),
        "seen": seen,
        "unseen": unseen,
        "vectors": array(vectors),
        "variances": array(variances),
        "prior": prior.tolist(),
        "asked": asked,
        "means": array(w @ vectors[seen]),
        "spread": array((1 - (w * to).sum(1))[:, None] * prior + w**2 @ variances[seen]),
        "deviances": [{"place": place, "vecchia": deviance(place)} for place in (0.0, 0.4, 1.0, 2.6, 5.0)],
        "best": {"place": best.x[0], "deviance": float(best.fun)},
    }
    with open(os.path.join(FOLDER, "graph-levels.json"), "w") as file:
        json.dump(made, file)
    print("graph-levels", made["best"], len(edges))


if __name__ == "__main__":
    step(False)
    step(True)
    levels()
    graph()
    # A node that no level is, and a level without an edge.
    step(False, np.array([[0, 1, 1.0], [1, 2, 2.0], [2, 3, 0.5], [0, 3, 1.5], [3, 6, 1.0], [4, 6, 1.0]]))
