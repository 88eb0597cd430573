"""python3 golden/make/architectures.py: fixtures of TabNet, FM, DeepFM, interactions, MMbeddings v2 and the options of MMbeddings (needs NumPy).

Written from docs/methods.md A10, A10b, A12, A14, A16 and A17 in the order of the text, not from the engine: entmax by sorting, FM over the explicit one-hot row,
averages by matrices of ones, the prior's D by its inverse and determinant.
"""
import os

import numpy as np
from fixture import decoder, decoder_shapes, encoder_shapes, make, mlp, reconstruction, relu, sigmoid

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
BASE = {"d": 3, "p": 4, "n": 24, "binary": False, "decoder": [5, 5]}


def tables(qs, d):
    return {f"embedding{k}/table": (q, d) for k, q in enumerate(qs)}


def lookup(w, z):
    return [w[f"embedding{k}/table"][levels] for k, levels in enumerate(z)]


# ---- FM and DeepFM


def one_hot_row(x, z, qs):
    """x and a dummy per level of every feature."""
    return np.concatenate([x] + [np.eye(q)[levels] for q, levels in zip(qs, z)], axis=1)


def factorization(config):
    qs, d, p, deep = config["qs"], config["d"], config["p"], config["method"] == "deepfm"
    shapes = {**tables(qs, d), **{f"embedding{k}/bias": (q, 1) for k, q in enumerate(qs)}}
    shapes.update({"fm/factors": (p, d), "fm/weights": (p, 1), "fm/intercept": (1,)})
    if deep:
        shapes.update(decoder_shapes((p + len(qs)) * d, config["decoder"]))

    def forward(w, x, z, y, noise):
        row = one_hot_row(x, z, qs)
        v = np.concatenate([w["fm/factors"]] + [w[f"embedding{k}/table"] for k in range(len(qs))])
        linear = np.concatenate([w["fm/weights"]] + [w[f"embedding{k}/bias"] for k in range(len(qs))])
        # Every pair once: sum over i < j of <v_i, v_j> x_i x_j.
        gram = v @ v.T
        pairs = np.triu(np.ones_like(gram.real), 1) * gram
        decoded = w["fm/intercept"] + row @ linear + np.sum((row @ pairs) * row, axis=1, keepdims=True)
        if deep:
            fields = [x[:, [i]] * w["fm/factors"][i] for i in range(p)] + lookup(w, z)
            decoded = decoded + decoder(w, np.concatenate(fields, axis=1), len(config["decoder"]))
        nll, output = reconstruction(config, y, decoded)
        return {"loss": nll, "terms": {"nll": nll}, "output": output}

    return shapes, forward


# ---- Interactions


def interactions(config):
    qs, d, p, kind = config["qs"], config["d"], config["p"], config["interaction"]
    K = len(qs)
    dims = config.get("dims", [d] * K)
    pairs = [(j, k) for j in range(K) for k in range(j + 1, K) if dims[j] == dims[k]]
    side = sum(dims)
    product = side + sum(dims[j] for j, _ in pairs)
    width = {"product": product, "product-where-equal": product, "sum": d, "bilinear": side + 1, "second-order": side + 1}[kind]
    shapes = {f"embedding{k}/table": (q, dims[k]) for k, q in enumerate(qs)}
    if kind == "second-order":
        shapes["interaction/factors"] = (p, d)
    if kind == "bilinear":
        shapes["interaction/kernel"] = (K * d, K * d)
    shapes.update(decoder_shapes(p + width, config["decoder"]))

    def forward(w, x, z, y, noise):
        e = lookup(w, z)
        every = np.concatenate(e, axis=1)
        if kind == "sum":
            meet = [sum(e)]
        elif kind in ("product", "product-where-equal"):
            meet = [every] + [e[j] * e[k] for j, k in pairs]
        elif kind == "second-order":
            columns = [x[:, i : i + 1] * w["interaction/factors"][i] for i in range(p)] + e
            meet = [every, sum((columns[i] * columns[j]).sum(1, keepdims=True) for i in range(len(columns)) for j in range(i + 1, len(columns)))]
        else:
            meet = [every, np.einsum("ni,ij,nj->n", every, w["interaction/kernel"], every)[:, None]]
        nll, output = reconstruction(config, y, decoder(w, np.concatenate([x] + meet, axis=1), len(config["decoder"])))
        return {"loss": nll, "terms": {"nll": nll}, "output": output}

    return shapes, forward


# ---- TabNet


def entmax15(logits):
    """By sorting, row by row, as docs/methods.md A14 says. The support is decided on real parts."""
    out = np.zeros_like(logits)
    for i, row in enumerate(logits):
        z = (row - row[np.argmax(row.real)]) / 2
        order = np.sort(z.real)[::-1]
        down = z[np.argsort(-z.real)]
        support = 0
        for r in range(1, len(row) + 1):
            mean, msq = order[:r].mean(), (order[:r] ** 2).mean()
            tau = mean - np.sqrt(max((1 - r * (msq - mean**2)) / r, 0))
            support = r if tau <= order[r - 1] else support
        mean, msq = down[:support].mean(), (down[:support] ** 2).mean()
        tau = mean - np.sqrt((1 - support * (msq - mean**2)) / support)
        above = z - tau
        out[i] = np.where(above.real > 0, above, 0) ** 2
    return out


def tabnet(config):
    qs, d, p, width, steps = config["qs"], config["d"], config["p"], config["width"], config["steps"]
    F = p + len(qs) * d
    shapes = {**tables(qs, d), "shared/glu0/kernel": (F, 4 * width), "shared/glu1/kernel": (2 * width, 4 * width)}
    for t in range(steps + 1):
        for i in (2, 3):
            shapes[f"transformer{t}/glu{i}/kernel"] = (2 * width, 4 * width)
    for s in range(steps):
        shapes[f"attention{s}/kernel"] = (width, F)
    norms = [("input/norm", F)]
    norms += [(f"transformer{t}/norm{i}", 4 * width) for t in range(steps + 1) for i in range(4)]
    norms += [(f"attention{s}/norm", F) for s in range(steps)]
    for name, size in norms:
        shapes[f"{name}/gamma"] = (size,)
        shapes[f"{name}/beta"] = (size,)
    shapes.update(decoder_shapes(width, config["decoder"]))
    state = {}
    for name, size in norms:
        state[f"{name}/mean"] = np.zeros(size)
        state[f"{name}/variance"] = np.ones(size)

    def forward(w, x, z, y, noise):
        moments = {}

        def norm(values, name):
            mean = values.mean(axis=0)
            variance = ((values - mean) ** 2).mean(axis=0)
            moments[f"{name}/mean"], moments[f"{name}/variance"] = mean.real, variance.real
            return w[f"{name}/gamma"] * (values - mean) / np.sqrt(variance + 1e-3) + w[f"{name}/beta"]

        def transform(values, t):
            kernels = ["shared/glu0", "shared/glu1", f"transformer{t}/glu2", f"transformer{t}/glu3"]
            for i, kernel in enumerate(kernels):
                h = norm(values @ w[f"{kernel}/kernel"], f"transformer{t}/norm{i}")
                out = h[:, : 2 * width] * sigmoid(h[:, 2 * width :])
                values = np.sqrt(0.5) * (values + out) if values.shape[1] == 2 * width else out
            return values

        inputs = norm(np.concatenate([x] + lookup(w, z), axis=1), "input/norm")
        a = transform(inputs, 0)[:, width:]
        prior = np.ones_like(inputs)
        total, entropy = 0, 0
        for s in range(steps):
            mask = entmax15(prior * norm(a @ w[f"attention{s}/kernel"], f"attention{s}/norm"))
            out = transform(mask * inputs, s + 1)
            total = total + relu(out[:, :width])
            a = out[:, width:]
            prior = prior * (config["relaxation"] - mask)
            entropy = entropy + np.mean(np.sum(-mask * np.log(mask + 1e-15), axis=1)) / steps
        nll, output = reconstruction(config, y, decoder(w, total, len(config["decoder"])))
        penalty = config["sparsity"] * entropy
        return {"loss": nll + penalty, "terms": {"nll": nll.real, "penalty": penalty.real}, "output": output, "state": moments}

    return shapes, forward, state


# ---- MMbeddings: v2, and options of v1


def averaging(levels, q):
    """q × n matrix that averages rows by level; a zero row for a level without rows."""
    ones = np.eye(q)[levels].T
    return ones / np.maximum(ones.sum(axis=1, keepdims=True), 1)


def gaussian_kl(mean, log_var, prior):
    """Sum over levels and dimensions of KL(N(mean, exp log_var) || N(0, prior))."""
    return -0.5 * np.sum(1 + log_var - np.log(prior) - np.exp(log_var) / prior - mean**2 / prior)


def variational_v2(config):
    qs, d, p = config["qs"], config["d"], config["p"]
    shapes = {**encoder_shapes(p, config["encoder"], len(qs), d), **decoder_shapes(p + len(qs) * d, config["decoder"])}

    def forward(w, x, z, y, noise):
        hidden = mlp(w, np.concatenate([x, y], axis=1), len(config["encoder"]), "encoder")
        kl, vectors = 0, []
        for k, q in enumerate(qs):
            pooled = averaging(z[k], q) @ hidden
            mean = pooled @ w[f"encoder/mean{k}/kernel"] + w[f"encoder/mean{k}/bias"]
            log_var = pooled @ w[f"encoder/logVar{k}/kernel"] + w[f"encoder/logVar{k}/bias"]
            kl = kl + gaussian_kl(mean, log_var, config["priorVariance"]) / config["n"]
            vectors.append((mean + np.exp(log_var / 2) * noise[k])[z[k]])
        fit, output = reconstruction(config, y, decoder(w, np.concatenate([x] + vectors, axis=1), len(config["decoder"])))
        nll = fit if config["binary"] else 0.5 * fit
        return {"loss": nll + config["beta"] * kl, "terms": {"nll": nll, "kl": kl}, "output": output}

    return shapes, forward


def variational_options(config):
    """Learned or full prior, learned residual variance, shrinkage of averages."""
    qs, d, p, n = config["qs"], config["d"], config["p"], config["n"]
    shapes = {**encoder_shapes(p, config["encoder"], len(qs), d), **decoder_shapes(p + len(qs) * d, config["decoder"])}
    for k in range(len(qs)):
        if config["prior"] == "learned":
            shapes[f"prior/logVar{k}"] = (d,)
        if config["prior"] == "full-covariance":
            shapes[f"prior/logDiagonal{k}"] = (d,)
            shapes[f"prior/below{k}"] = (d * (d - 1) // 2, 1)
    if config["shrinkage"] == "learned":
        for k in range(len(qs)):
            shapes[f"shrinkage/logKappa{k}"] = ()
    if config["noise"] == "learned":
        shapes["noise/logVar"] = ()

    def divergence(w, k, mean, log_var):
        """Of levels with rows from N(0, D), with D itself: trace, quadratic form and log-determinants."""
        if config["prior"] == "fixed":
            return gaussian_kl(mean, log_var, config["priorVariance"])
        if config["prior"] == "learned":
            covariance = np.diag(np.exp(w[f"prior/logVar{k}"]))
        else:
            factor = np.diag(np.exp(w[f"prior/logDiagonal{k}"]))
            factor[np.tril_indices(d, -1)] = w[f"prior/below{k}"][:, 0]
            covariance = np.linalg.inv(factor.T @ factor)
        inverse = np.linalg.inv(covariance)
        # The determinant by cofactors: the complex step needs an analytic one.
        log_det = np.log(np.linalg.det(covariance))
        total = 0
        for mu, spread in zip(mean, np.exp(log_var)):
            total = total + 0.5 * (np.trace(inverse @ np.diag(spread)) + mu @ inverse @ mu - d + log_det - np.sum(np.log(spread)))
        return total

    def forward(w, x, z, y, noise):
        hidden = mlp(w, np.concatenate([x, y], axis=1), len(config["encoder"]), "encoder")
        kl, vectors = 0, []
        for k, q in enumerate(qs):
            mean = hidden @ w[f"encoder/mean{k}/kernel"] + w[f"encoder/mean{k}/bias"]
            log_var = hidden @ w[f"encoder/logVar{k}/kernel"] + w[f"encoder/logVar{k}/bias"]
            A = averaging(z[k], q)
            here = slice(None) if config["prior"] == "fixed" else np.unique(z[k])
            kl = kl + divergence(w, k, (A @ mean)[here], (A @ log_var)[here]) / n
            counts = np.bincount(z[k], minlength=q)[:, None]
            kappa = {"none": 0, "counts": 1}.get(config["shrinkage"])
            kappa = np.exp(w[f"shrinkage/logKappa{k}"]) if kappa is None else kappa
            shrink = np.where(counts > 0, counts / (np.maximum(counts, 1) + kappa), 0)
            vectors.append((shrink * (A @ (mean + np.exp(log_var / 2) * noise[k])))[z[k]])
        fit, output = reconstruction(config, y, decoder(w, np.concatenate([x] + vectors, axis=1), len(config["decoder"])))
        nll = 0.5 * fit
        if config["noise"] == "learned":
            nll = 0.5 * (fit / np.exp(w["noise/logVar"]) + w["noise/logVar"])
        return {"loss": nll + config["beta"] * kl, "terms": {"nll": nll, "kl": kl}, "output": output}

    return shapes, forward


def main():
    for binary in (False, True):
        for method in ("fm", "deepfm"):
            config = {"method": method, "qs": [7, 5], **BASE, "binary": binary}
            shapes, forward = factorization(config)
            kind = "classification" if binary else "regression"
            make(FOLDER, f"{method}-{kind}", "pairs by the explicit sum over i < j of the one-hot row", config, shapes, forward)
    for kind in ("product", "sum", "bilinear"):
        config = {"method": "interactions", "qs": [7, 5, 6], **BASE, "interaction": kind}
        shapes, forward = interactions(config)
        make(FOLDER, f"interactions-{kind}", "level vectors that meet before the MLP", config, shapes, forward)
    config = {"method": "interactions", "qs": [7, 5, 6], **BASE, "dims": [3, 2, 3], "interaction": "product-where-equal"}
    make(FOLDER, "interactions-product-where-equal", "products of the pairs of equal widths", config, *interactions(config))
    config = {"method": "interactions", "qs": [7, 5, 6], **BASE, "interaction": "second-order"}
    make(FOLDER, "interactions-second-order", "inner products of all pairs of columns, one by one", config, *interactions(config))
    config = {"method": "tabnet", "qs": [7, 5], **BASE, "width": 4, "steps": 2, "relaxation": 1.5, "sparsity": 0.01}
    shapes, forward, state = tabnet(config)
    make(FOLDER, "tabnet", "batch statistics; entmax-1.5 by sorting", config, shapes, forward, state=state)
    encoder = {"encoder": [6, 6], "beta": 0.1, "priorVariance": 0.5, "logVarAveraging": "mean-log"}
    for binary in (False, True):
        config = {"method": "mmbeddings-v2", "qs": [7, 5], **BASE, **encoder, "binary": binary}
        shapes, forward = variational_v2(config)
        kind = "classification" if binary else "regression"
        make(FOLDER, f"mmbeddings-v2-{kind}", "averages before the heads; a draw per level", config, shapes, forward, [(q, 3) for q in config["qs"]])
    options = {
        "learned": {"prior": "learned", "noise": "learned", "shrinkage": "learned"},
        "full-covariance": {"prior": "full-covariance", "noise": "fixed", "shrinkage": "counts"},
    }
    for name, option in options.items():
        config = {"method": "mmbeddings", "qs": [7, 5], **BASE, **encoder, **option, "interaction": "concat"}
        shapes, forward = variational_options(config)
        make(FOLDER, f"mmbeddings-{name}", "options: " + ", ".join(f"{key} {value}" for key, value in option.items()), config, shapes, forward, [(24, 3)] * 2)


if __name__ == "__main__":
    main()
