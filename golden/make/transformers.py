"""python3 golden/make/transformers.py: fixtures of NCF and TabTransformer on hashed and on averaged level vectors, and of the MLP without levels (needs NumPy).

Written from docs/methods.md A1, A8, A10, A12 and A13: attention by einsum over rows, tokens and heads, averages by matrices of ones, hashes of hashes.py. Before it
writes anything, the transformer has to give the losses and gradients of golden/tabtransformer.json, which came with the specification.
"""
import json
import os

import numpy as np
from architectures import BASE, FOLDER, averaging, gaussian_kl, lookup, tables
from fixture import decoder, decoder_shapes, encoder_shapes, gradients, make, mlp, reconstruction, relu
from hashes import fingerprint64

EPSILON = 1e-6


# ---- Where level vectors come from: shapes, and a function that gives K × [n, d] and the KL term (or None)


def stored(config):
    return tables(config["qs"], config["d"]), lambda w, x, z, y, noise: (lookup(w, z), None)


def hashed(config):
    """One table of all features; the row is that of the unsalted hash of the level, moved by one from feature to feature."""
    rows = config["rows"]

    def vectors(w, x, z, y, noise):
        return [w["embedding0/table"][[(fingerprint64(str(level)) + k) % rows for level in levels]] for k, levels in enumerate(z)], None

    return {"embedding0/table": (rows, config["d"])}, vectors


def averaged(config):
    """MMbeddings: draws of the rows averaged by level; log-variances of a level as their mean, or as the log of the variance of the mean draw."""
    qs, n = config["qs"], config["n"]

    def vectors(w, x, z, y, noise):
        hidden = mlp(w, np.concatenate([x, y], axis=1), len(config["encoder"]), "encoder")
        kl, found = 0, []
        for k, q in enumerate(qs):
            mean = hidden @ w[f"encoder/mean{k}/kernel"] + w[f"encoder/mean{k}/bias"]
            log_var = hidden @ w[f"encoder/logVar{k}/kernel"] + w[f"encoder/logVar{k}/bias"]
            A = averaging(z[k], q)
            of_level = A @ log_var
            if config["logVarAveraging"] == "paper":
                seen = A.sum(axis=1) > 0
                of_level = of_level * 0
                of_level[seen] = np.log((A**2 @ np.exp(log_var))[seen])
            kl = kl + gaussian_kl(A @ mean, of_level, config["priorVariance"]) / n
            found.append((A @ (mean + np.exp(log_var / 2) * noise[k]))[z[k]])
        return found, kl

    return encoder_shapes(config["p"], config["encoder"], len(qs), config["d"]), vectors


# ---- Networks: shapes, and a function of x, level vectors and dropout's uniform numbers


def inner_product(config):
    shapes = decoder_shapes(config["p"] + 1, config["decoder"])

    def network(w, x, vectors, uniform):
        return decoder(w, np.concatenate([x, np.sum(vectors[0] * vectors[1], axis=1, keepdims=True)], axis=1), len(config["decoder"]))

    return shapes, network


def layer_norm(w, x, name):
    centred = x - x.mean(axis=-1, keepdims=True)
    return w[f"{name}/gamma"] * centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON) + w[f"{name}/beta"]


def attention(w, x, name, heads, uniform, rate):
    """Of the tokens x [n, K, d] to each other. `uniform` [n, heads, K (of the query), K (of the key)]: a probability is kept where it is at least the rate."""
    n, tokens, d = x.shape
    query, key, value = ((x @ w[f"{name}/{part}/kernel"] + w[f"{name}/{part}/bias"]).reshape(n, tokens, heads, d) for part in ("query", "key", "value"))
    score = np.exp(np.einsum("nihm,njhm->nhij", query, key) / np.sqrt(d))
    probability = score / score.sum(axis=-1, keepdims=True)
    if rate > 0:
        probability = probability * (uniform >= rate) / (1 - rate)
    mixed = np.einsum("nhij,njhm->nihm", probability, value).reshape(n, tokens, heads * d)
    return mixed @ w[f"{name}/attentionOutput/kernel"] + w[f"{name}/attentionOutput/bias"]


def transformer(config):
    d, p, heads, wide, K = config["d"], config["p"], config["heads"], config["feedForward"], len(config["qs"])
    shapes = {"column/table": (K, d), "numeric/norm/gamma": (p,), "numeric/norm/beta": (p,)}
    for b in range(config["blocks"]):
        for part in ("query", "key", "value"):
            shapes.update({f"block{b}/{part}/kernel": (d, heads * d), f"block{b}/{part}/bias": (heads * d,)})
        shapes.update({f"block{b}/attentionOutput/kernel": (heads * d, d), f"block{b}/attentionOutput/bias": (d,)})
        shapes.update({f"block{b}/norm1/gamma": (d,), f"block{b}/norm1/beta": (d,)})
        shapes.update({f"block{b}/ff0/kernel": (d, wide), f"block{b}/ff0/bias": (wide,), f"block{b}/ff1/kernel": (wide, d), f"block{b}/ff1/bias": (d,)})
        shapes.update({f"block{b}/norm2/gamma": (d,), f"block{b}/norm2/beta": (d,)})
    shapes.update(decoder_shapes(p + K * d, config["decoder"]))

    def network(w, x, vectors, uniform):
        n = len(x)
        tokens = np.stack(vectors, axis=1) + w["column/table"]
        for b in range(config["blocks"]):
            name, u = f"block{b}", uniform[b].reshape(n, heads, K, K) if uniform else None
            tokens = layer_norm(w, tokens + attention(w, tokens, name, heads, u, config.get("dropout", 0)), f"{name}/norm1")
            inner = relu(tokens @ w[f"{name}/ff0/kernel"] + w[f"{name}/ff0/bias"])
            tokens = layer_norm(w, tokens + inner @ w[f"{name}/ff1/kernel"] + w[f"{name}/ff1/bias"], f"{name}/norm2")
        return decoder(w, np.concatenate([layer_norm(w, x, "numeric/norm"), tokens.reshape(n, K * d)], axis=1), len(config["decoder"]))

    return shapes, network


def model(config, source, architecture):
    """Shapes and loss of a network on level vectors. The noise is K draws where vectors are averaged, then a block's uniform numbers each."""
    (of_source, vectors), (of_network, network) = source(config), architecture(config)

    def forward(w, x, z, y, noise):
        found, kl = vectors(w, x, z, y, noise)
        fit, output = reconstruction(config, y, network(w, x, found, noise[0 if kl is None else len(config["qs"]) :]))
        if kl is None:
            return {"loss": fit, "terms": {"nll": fit}, "output": output}
        nll = fit if config["binary"] else 0.5 * fit
        return {"loss": nll + config["beta"] * kl, "terms": {"nll": nll, "kl": kl}, "output": output}

    return {**of_source, **of_network}, forward


def no_levels(config):
    def forward(w, x, z, y, noise):
        nll, output = reconstruction(config, y, decoder(w, x, len(config["decoder"])))
        return {"loss": nll, "terms": {"nll": nll}, "output": output}

    return decoder_shapes(config["p"], config["decoder"]), forward


def check_given():
    """Largest error of this transformer against golden/tabtransformer.json, relative to the largest number of each array."""
    with open(os.path.join(FOLDER, "tabtransformer.json")) as file:
        given = json.load(file)
    read = lambda array: np.array(array["values"], dtype=float).reshape(array["shape"])
    shapes, forward = model({"binary": False, **given["config"]}, stored, transformer)
    w = {name: read(array) for name, array in given["initial"].items()}
    assert {name: list(shape) for name, shape in shapes.items()} == {name: array["shape"] for name, array in given["initial"].items()}
    inputs = given["inputs"]
    run = lambda parameters: forward(parameters, read(inputs["X"]), [np.array(levels) for levels in inputs["Z"]], read(inputs["y"]), [])["loss"]
    errors = [abs(run(w) / given["expected"]["steps"][0]["loss"] - 1)]
    largest = max(np.abs(read(g)).max() for g in given["expected"]["gradients"].values())
    for name, g in gradients(run, w).items():
        errors.append(np.abs(g - read(given["expected"]["gradients"][name])).max() / largest)
    print("tabtransformer.json:", max(errors))
    assert max(errors) < 1e-6


def main():
    check_given()
    encoder = {"encoder": [6], "beta": 0.1, "priorVariance": 0.5}
    attended = {"heads": 2, "feedForward": 6, "blocks": 2, "dropout": 0.3}
    for binary in (False, True):
        kind = "classification" if binary else "regression"
        small = {**BASE, "binary": binary}
        make(FOLDER, f"ignore-{kind}", "the MLP on x alone", *completed({"method": "ignore", "qs": [7], **small}, no_levels))
        config = {"method": "ncf-uembeddings", "qs": [9, 6], **small, "rows": 7}
        make(FOLDER, f"ncf-uembeddings-{kind}", "inner product of two rows of one hashed table, beside x", *completed(config, hashed, inner_product))
        qs = [7, 5, 4]
        uniform = [(12, 2 * len(qs) ** 2, "uniform")] * 2
        base = {"qs": qs, **small, "n": 12, "d": 4, **attended}
        config = {"method": "tabtransformer-uembeddings", **base, "rows": 7}
        make(FOLDER, f"tabtransformer-uembeddings-{kind}", "rows of one hashed table as tokens; attention dropout", *completed(config, hashed, transformer), uniform)
        config = {"method": "tabtransformer-mmbeddings", **base, **encoder, "logVarAveraging": "paper" if binary else "mean-log"}
        about = "averages of draws as tokens; attention dropout"
        make(FOLDER, f"tabtransformer-mmbeddings-{kind}", about, *completed(config, averaged, transformer), [(12, 4)] * len(qs) + uniform)


def completed(config, *parts):
    """Config, shapes and loss, as `make` takes them."""
    return (config, *(parts[0](config) if len(parts) == 1 else model(config, *parts)))


if __name__ == "__main__":
    main()
