"""golden/levels.json: numbers of the Levels room (docs/methods.md F12), made without the engine.

    python3 golden/make/levels.py        (numpy and scipy)

Components by a singular value decomposition of the centred matrix (not the eigenvectors of a covariance, as the engine has them), rotations by
scipy's orthogonal_procrustes, expected ranks by the sum of normal probabilities and their quantiles by simulation, the curve of UMAP by scipy's
curve_fit and its memberships from sorted dense distances.
"""

import json
import pathlib

import numpy as np
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import brentq, curve_fit
from scipy.stats import norm

import fixture

rng = np.random.default_rng(20264)


def array(a):
    return fixture.array(a, digits=10)


def pca():
    n, d = 40, 6
    X = (rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 3).astype(np.float32).astype(float)
    _, s, vt = np.linalg.svd(X - X.mean(0), full_matrices=False)
    vt *= np.sign(vt[np.arange(d), np.abs(vt).argmax(1)])[:, None]
    variances = s**2 / (n - 1)
    assert np.allclose(variances, np.sort(np.linalg.eigvalsh(np.cov(X.T)))[::-1])
    return {"X": array(X), "axes": array(vt), "variances": array(variances), "scores": array((X - X.mean(0)) @ vt.T)}


def rotation():
    n, d = 30, 4
    A = rng.normal(size=(n, d)).astype(np.float32).astype(float)
    B = (2.5 * A @ np.linalg.qr(rng.normal(size=(d, d)))[0] + rng.normal(size=(n, d)) * 0.3 + 1).astype(np.float32).astype(float)
    a, b = A - A.mean(0), B - B.mean(0)
    q, nuclear = orthogonal_procrustes(b, a)
    scale = nuclear / (b**2).sum()
    r2 = lambda s: 1 - ((a - s * b @ q) ** 2).sum() / (a**2).sum()
    return {"A": array(A), "B": array(B), "q": array(q), "scale": scale, "r2": r2(1), "r2Scaled": r2(scale), "r2Unrotated": 1 - ((a - b) ** 2).sum() / (a**2).sum()}


def ranks():
    q = 60
    mu, sd = rng.normal(size=q), rng.gamma(2, 0.25, size=q)
    z = (mu[:, None] - mu) / np.sqrt(sd[:, None] ** 2 + sd**2)
    expected = 1 + norm.cdf(z).sum(1) - 0.5
    draws = 200_000
    ranks = np.empty((draws, q), dtype=np.int16)
    for i in range(0, draws, 2000):
        ranks[i : i + 2000] = (mu + sd * rng.normal(size=(2000, q))).argsort(1).argsort(1) + 1
    assert np.abs(ranks.mean(0) - expected).max() < 0.15
    return {"mu": array(mu), "sd": array(sd), "expected": array(expected), "low": array(np.quantile(ranks, 0.025, 0)), "high": array(np.quantile(ranks, 0.975, 0))}


def umap():
    x = np.linspace(0, 3, 300)
    curves = []
    for least in (0.0, 0.1, 0.5):
        y = np.where(x < least, 1, np.exp(-(x - least)))
        (a, b), _ = curve_fit(lambda x, a, b: 1 / (1 + a * x ** (2 * b)), x, y)
        curves.append({"minDist": least, "a": a, "b": b})
    n, d, k = 24, 3, 6
    X = rng.normal(size=(n, d)).astype(np.float32).astype(float)
    D = np.sqrt(((X[:, None] - X) ** 2).sum(2))
    W = np.zeros((n, n))
    for i in range(n):
        near = D[i].argsort()[1:k]  # the point itself is the first of its k
        rho = D[i, near[0]]
        total = lambda s: np.exp(-np.maximum(0, D[i, near] - rho) / s).sum() - np.log2(k)
        W[i, near] = np.exp(-np.maximum(0, D[i, near] - rho) / brentq(total, 1e-6, 1e6, xtol=1e-14))
    return {"curves": curves, "X": array(X), "neighbours": k, "memberships": array(W + W.T - W * W.T)}


out = {"name": "levels", "about": "components, rotations, expected ranks and UMAP's graph and curve", "pca": pca(), "procrustes": rotation(), "ranks": ranks(), "umap": umap()}
path = pathlib.Path(__file__).parent.parent / "levels.json"
path.write_text(json.dumps(out) + "\n")
print(path, path.stat().st_size)
