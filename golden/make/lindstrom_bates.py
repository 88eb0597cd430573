"""Writes golden/lindstrom-bates.json: maximum likelihood fits of the growth-curve mixed model by dense algebra.

Made independently of the engine: PNLS by scipy's Levenberg-Marquardt on the stacked residuals, the linear mixed model by BFGS with dense n_j x n_j
covariances, the exact marginal likelihood of a random asymptote and its observed information by dense covariances. The engine eliminates levels one by one.

Usage: python3 golden/make/lindstrom_bates.py (numpy, scipy)
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares, minimize

AGES = [118, 484, 664, 1004, 1231, 1372, 1582]
TREES = [
    [30, 58, 87, 115, 120, 142, 145],
    [33, 69, 111, 156, 172, 203, 203],
    [30, 51, 75, 108, 115, 139, 140],
    [32, 62, 112, 167, 179, 209, 214],
    [30, 49, 81, 125, 142, 174, 177],
]


def curve(x, b):
    return b[..., 0] / (1 + np.exp(-(x - b[..., 1]) / b[..., 2]))


def derivatives(x, b):
    s = 1 / (1 + np.exp(-(x - b[..., 1]) / b[..., 2]))
    slope = b[..., 0] * s * (1 - s) / b[..., 2]
    return np.stack([s, -slope, -slope * (x - b[..., 1]) / b[..., 2]], -1)


def lindstrom_bates(x, y, z, q, r, rounds=400):
    n = len(y)
    start = [1.05 * y.max(), np.median(x), x.std()]
    beta = least_squares(lambda b: y - curve(x, b), start, method="lm", x_scale=np.abs(start), xtol=1e-15, ftol=1e-15).x
    sigma2 = np.mean((y - curve(x, beta)) ** 2)
    D = (0.1 * np.abs(beta[:r])) ** 2
    b = np.zeros((q, r))
    scale = np.concatenate([np.abs(beta), np.full(q * r, 1.0)])

    def rows(beta, b):
        full = np.tile(beta, (n, 1))
        full[:, :r] += b[z]
        return full

    last = np.inf
    for _ in range(rounds):
        def residuals(v):
            beta, u = v[:3], v[3:].reshape(q, r)
            return np.concatenate([(y - curve(x, rows(beta, u * np.sqrt(D)))) / np.sqrt(sigma2), u.ravel()])

        v = least_squares(residuals, np.concatenate([beta, (b / np.sqrt(D)).ravel()]), method="lm", x_scale=scale, xtol=1e-15, ftol=1e-15, gtol=1e-15).x
        beta, b = v[:3], v[3:].reshape(q, r) * np.sqrt(D)
        full = rows(beta, b)
        X = derivatives(x, full)
        Z = X[:, :r]
        w = y - curve(x, full) + X @ beta + np.sum(Z * b[z], 1)

        def deviance(logs, parts=False):
            delta = np.exp(logs)
            A, c, ww, det = np.zeros((3, 3)), np.zeros(3), 0.0, 0.0
            for j in range(q):
                i = z == j
                if not i.any():
                    continue
                V = np.eye(i.sum()) + Z[i] * delta @ Z[i].T
                inv = np.linalg.inv(V)
                A += X[i].T @ inv @ X[i]
                c += X[i].T @ inv @ w[i]
                ww += w[i] @ inv @ w[i]
                det += np.linalg.slogdet(V)[1]
            fixed = np.linalg.solve(A, c)
            s2 = (ww - c @ fixed) / n
            value = n * np.log(2 * np.pi * s2) + n + det
            return (value, s2, np.linalg.inv(A) * s2) if parts else value

        best = minimize(deviance, np.log(D / sigma2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000})
        value, sigma2, covariance = deviance(best.x, True)
        D = np.exp(best.x) * sigma2
        if abs(value - last) < 1e-10:
            break
        last = value
    posterior = np.zeros((q, r))
    for j in range(q):
        i = z == j
        posterior[j] = np.diag(np.linalg.inv(Z[i].T @ Z[i] / sigma2 + np.diag(1 / D)))
    return {
        "beta": beta.tolist(), "betaErrors": np.sqrt(np.diag(covariance)).tolist(), "variances": D.tolist(), "residualVariance": sigma2,
        "logLikelihood": -value / 2, "effects": b.tolist(), "posteriorVariances": posterior.tolist(),
    }


def exact_asymptote(x, y, z, q):
    """All five parameters at once: Asym, xmid, scal, log sigma^2, log D."""
    def half(v):
        beta, s2, D = v[:3] * size, np.exp(v[3]), np.exp(v[4])
        value = 0.0
        for j in range(q):
            i = z == j
            if not i.any():
                continue
            s = 1 / (1 + np.exp(-(x[i] - beta[1]) / beta[2]))
            V = s2 * np.eye(i.sum()) + D * np.outer(s, s)
            r = y[i] - beta[0] * s
            value += 0.5 * (i.sum() * np.log(2 * np.pi) + np.linalg.slogdet(V)[1] + r @ np.linalg.solve(V, r))
        return value

    start = [1.05 * y.max(), np.median(x), x.std()]
    beta = least_squares(lambda b: y - curve(x, b), start, method="lm", x_scale=np.abs(start)).x
    size = np.abs(beta)
    rest = np.mean((y - curve(x, beta)) ** 2)
    v = np.array([*np.sign(beta), np.log(rest / 4), np.log(rest)])
    for _ in range(8):
        v = minimize(half, v, method="Nelder-Mead", options={"xatol": 1e-11, "fatol": 1e-13, "maxiter": 50000, "maxfev": 50000, "adaptive": True}).x
    h, d = 2e-4, 5
    H = np.zeros((d, d))
    E = np.eye(d) * h
    for a in range(d):
        for b in range(d):
            H[a, b] = (half(v + E[a] + E[b]) - half(v + E[a] - E[b]) - half(v - E[a] + E[b]) + half(v - E[a] - E[b])) / (4 * h * h)
    error = np.sqrt(np.diag(np.linalg.inv(H)))
    beta, s2, D = v[:3] * size, np.exp(v[3]), np.exp(v[4])
    effects, posterior = [], []
    for j in range(q):
        i = z == j
        s = 1 / (1 + np.exp(-(x[i] - beta[1]) / beta[2]))
        V = s2 * np.eye(i.sum()) + D * np.outer(s, s)
        effects.append([D * s @ np.linalg.solve(V, y[i] - beta[0] * s)])
        posterior.append([D - D * s @ np.linalg.solve(V, s) * D])
    return {
        "beta": beta.tolist(), "betaErrors": (error[:3] * size).tolist(), "variances": [D], "varianceErrors": [error[4] * D], "residualVariance": s2,
        "residualError": error[3] * s2, "logLikelihood": -half(v), "effects": effects, "posteriorVariances": posterior,
    }


def main():
    orange = (np.array(AGES * 5, float), np.array(TREES, float).ravel(), np.repeat(np.arange(5), 7), 5)
    rng = np.random.default_rng(4)
    # Unequal, overlapping curves whose three parameters all differ, so that every variance is well inside.
    q, z = 12, np.repeat(np.arange(12), rng.integers(5, 14, 12))
    x = rng.uniform(0, 20, len(z)).round(3)
    b = rng.normal(size=(q, 3)) * [1.5, 1.2, 0.7]
    y = (curve(x, np.array([10, 7, 2.5]) + b[z]) + 0.3 * rng.normal(size=len(z))).round(4)
    simulated = (x, y, z, q)
    sets = {}
    for name, data in {"orange": orange, "simulated": simulated}.items():
        x, y, z, q = data
        sets[name] = {
            "x": x.tolist(), "y": y.tolist(), "codes": z.tolist(), "levels": q,
            "asymptote": lindstrom_bates(x, y, z, q, 1), "all": lindstrom_bates(x, y, z, q, 3), "exactAsymptote": exact_asymptote(x, y, z, q),
        }
        for fit in ("asymptote", "all", "exactAsymptote"):
            print(name, fit, {k: v for k, v in sets[name][fit].items() if k not in ("effects", "posteriorVariances")})
    out = Path(__file__).parent.parent / "lindstrom-bates.json"
    out.write_text(json.dumps({"name": "lindstrom-bates", "about": "growth-curve mixed model by maximum likelihood, dense algebra", "sets": sets}, indent=1) + "\n")


main()
