"""Writes golden/multiple-membership.json: linear mixed models whose rows have sets of levels, by dense n x n covariances.

y = X b + Z u + W v + e: a row has one level of the factor u or none, and the mean of the intercepts of its tags v (W has 1 / a at each of a row's a tags).
Made independently of the engine, which eliminates levels one by one: V itself, its Cholesky factor, BFGS and Newton's method over log variances, the observed
information by differences of the profile likelihood.

Usage: python3 golden/make/multiple_membership.py (numpy, scipy)
"""
import json
from pathlib import Path

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize


def design(sets, levels):
    W = np.zeros((len(sets), levels))
    for i, own in enumerate(sets):
        for j in own:
            W[i, j] = 1 / len(own)
    return W


def profile(variances, X, y, designs, reml):
    """-2 log likelihood with b at its best, b, and V^-1 r."""
    V = variances[0] * np.eye(len(y)) + sum(s * Z @ Z.T for s, Z in zip(variances[1:], designs))
    factor = cho_factor(V, lower=True)
    information = X.T @ cho_solve(factor, X)
    beta = np.linalg.solve(information, X.T @ cho_solve(factor, y))
    r = y - X @ beta
    vr = cho_solve(factor, r)
    deviance = 2 * np.log(np.diag(factor[0])).sum() + r @ vr
    freedom = len(y) - (X.shape[1] if reml else 0)
    if reml:
        deviance += np.linalg.slogdet(information)[1]
    return deviance + freedom * np.log(2 * np.pi), beta, vr, factor, information


def differences(value, at, h):
    """Gradient and second derivatives by central differences."""
    K = len(at)
    step = np.eye(K) * h
    gradient = np.array([(value(at + step[a]) - value(at - step[a])) / (2 * h) for a in range(K)])
    hessian = np.zeros((K, K))
    for a in range(K):
        for c in range(K):
            hessian[a, c] = (value(at + step[a] + step[c]) - value(at + step[a] - step[c]) - value(at - step[a] + step[c]) + value(at - step[a] - step[c])) / (4 * h * h)
    return gradient, hessian


def fit(X, y, designs, reml):
    def value(logs):
        return profile(np.exp(logs), X, y, designs, reml)[0]

    logs = minimize(value, np.zeros(1 + len(designs)), method="BFGS").x
    for _ in range(4):
        gradient, hessian = differences(value, logs, 1e-3)
        logs = logs - np.linalg.solve(hessian, gradient)
    variances = np.exp(logs)
    hessian = differences(value, logs, 1e-3)[1]
    errors = variances * np.sqrt(np.diag(np.linalg.inv(hessian / 2)))
    deviance, beta, vr, factor, information = profile(variances, X, y, designs, reml)
    effects = [s * Z.T @ vr for s, Z in zip(variances[1:], designs)]
    conditional = [s - s * s * np.einsum("ij,ij->j", Z, cho_solve(factor, Z)) for s, Z in zip(variances[1:], designs)]
    return {
        "deviance": deviance,
        "beta": beta.tolist(),
        "betaErrors": np.sqrt(np.diag(np.linalg.inv(information))).tolist(),
        "variances": variances.tolist(),
        "standardErrors": errors.tolist(),
        "effects": [e.tolist() for e in effects],
        "conditionalVariances": [c.tolist() for c in conditional],
    }


def example(seed, n, tags, levels):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    sets = [sorted(rng.choice(tags, size=a, replace=False).tolist()) for a in rng.integers(0, 5, size=n)]
    factors = [rng.integers(0, q, size=n) for q in levels]
    y = X @ [1, -0.5, 0.3] + design(sets, tags) @ rng.normal(size=tags) * 1.5 + rng.normal(size=n) * 0.7
    for codes, q in zip(factors, levels):
        y = y + 0.8 * rng.normal(size=q)[codes]
    y = np.round(y, 6)
    X = np.round(X, 6)
    designs = [design([[c] for c in codes], q) for codes, q in zip(factors, levels)] + [design(sets, tags)]
    return {
        "x": X.ravel().tolist(),
        "y": y.tolist(),
        "codes": [codes.tolist() for codes in factors],
        "levels": list(levels),
        "tags": tags,
        "sets": sets,
        "ml": fit(X, y, designs, False),
        "reml": fit(X, y, designs, True),
    }


cases = {"tags": example(1, 120, 17, []), "tags-and-levels": example(2, 130, 14, [9]), "tags-more-than-levels": example(3, 120, 12, [6, 5])}
path = Path(__file__).parent.parent / "multiple-membership.json"
path.write_text(json.dumps({"name": "multiple-membership", "cases": cases}) + "\n")
print({name: [np.round(case[e]["variances"], 4).tolist() for e in ("ml", "reml")] for name, case in cases.items()}, path.stat().st_size)
