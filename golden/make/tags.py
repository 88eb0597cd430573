"""Reference steps of methods about sets of tags (docs/methods.md F2): tag-sum … tag-hybrid.

Dense 0/1 matrices T (rows × tags) in NumPy, gradients by the complex step (fixture.py). The engine works on lists of tags instead. The first row has no
tag, the second one tag, the third all but the last, which no row has.

python3 golden/make/tags.py [FOLDER [SEED]]
"""
import json
import os
import sys

import numpy as np

import fixture
from fixture import ADAM, Adam, decoder, gradients, linear, reconstruction, relu

SEED = 20263
STEPS = 3
# Children of each parent: 0 is a child of 3, so that ancestors differ from parents.
HIERARCHY = {"0": [1, 2], "3": [4, 0]}


def array(values):
    return fixture.array(values, digits=9)


class Parameters:
    """Named initial values in the order of drawing, each a float32."""

    def __init__(self, rng):
        self.rng = rng
        self.values = {}

    def add(self, name, *shape, scale=None):
        drawn = self.rng.uniform(-1, 1, shape) * (scale or np.sqrt(6 / sum(shape[-2:])))
        self.values[name] = np.float32(drawn).astype(float)

    def dense(self, name, inputs, outputs):
        self.add(f"{name}/kernel", inputs, outputs)
        self.add(f"{name}/bias", outputs, scale=0.1)


def softmax(scores, mask=None):
    """Over the last axis, where `mask` is 1; zeros for a row without any. The largest score is real, so that the complex step goes through."""
    mask = np.ones(scores.shape) if mask is None else mask
    top = np.where(mask > 0, scores.real, -1e30).max(-1, keepdims=True)
    powers = np.exp(np.where(mask > 0, scores - top, 0)) * mask
    return powers / (powers.sum(-1, keepdims=True) + (mask.sum(-1, keepdims=True) == 0))


def ancestry(tags, depth):
    """A[c, a]: 1 where a is the parent of c, or any tag above it."""
    matrix = np.zeros((tags, tags))
    for parent, children in HIERARCHY.items():
        matrix[children, int(parent)] = 1
    if depth == "parents":
        return matrix
    total, power = matrix.copy(), matrix.copy()
    while (power := power @ matrix).any():
        total = np.minimum(1, total + power)
    return total


def embedding(made, config, T, d):
    """Draws the parameters of a tag embedding; gives its width and the map from parameters to the vectors of the rows."""
    method, form, combine = config["method"], config.get("form"), config.get("combine")
    tags, count = T.shape[1], T.sum(1, keepdims=True)
    table = "tags/table"
    if method == "tag-mlp":
        made.dense("tags/dense0", tags, config["hidden"])
        made.dense("tags/dense1", config["hidden"], d)
        return d, lambda w: linear(w, "tags/dense1", relu(linear(w, "tags/dense0", T)))
    made.add(table, tags, d, scale=0.5)
    if method in ("tag-sum", "tag-linear", "tag-pretrained") or form == "listing" and method == "tag-bilinear" or combine == "flatten":
        share = 1 / np.maximum(count, 1) if config.get("pooling") == "mean" else 1
        return d, lambda w: share * (T @ w[table])
    if method == "tag-multi-head":
        heads = config["heads"]
        made.add("tags/query", heads, d // heads, scale=0.7)

        def attended(w):
            E = w[table].reshape(tags, heads, d // heads)
            scores = (E * w["tags/query"]).sum(2).T / np.sqrt(d // heads)
            shape = (len(T), heads, tags)
            weights = softmax(np.broadcast_to(scores, shape), np.broadcast_to(T[:, None, :], shape))
            return np.einsum("nhk,khm->nhm", weights, E).reshape(-1, d)

        return d, attended
    if method == "tag-interaction":

        def parts(w):
            E = w[table]
            s = T @ E
            if form == "listing":
                return s, np.where(count >= 2, T @ (E * E.sum(1, keepdims=True)), 0)
            return s, 0.5 * (s**2 - T @ E**2)

        return (d, lambda w: sum(parts(w))) if form == "formula" else (2 * d, lambda w: np.concatenate(parts(w), 1))
    if method == "tag-bilinear":
        made.add("tags/matrices", tags, d * d, scale=0.3)

        def acted(w):
            s = T @ w[table]
            return s + np.einsum("nab,nb->na", (T @ w["tags/matrices"]).reshape(-1, d, d), s)

        return d, acted
    if method == "tag-hierarchical":
        reached = T + T @ ancestry(tags, config["depth"])
        weights = reached if config["count"] == "per-child" else np.minimum(reached, 1)
        return d, lambda w: weights @ w[table]
    if form == "formula":
        made.dense("tags/attention/dense0", d, tags)
        return d, lambda w: softmax(linear(w, "tags/attention/dense0", T @ w[table])) @ w[table]
    made.dense("tags/attention/dense0", d, config["hidden"])
    made.dense("tags/attention/dense1", config["hidden"], 1)

    def score(w, vectors):
        return linear(w, "tags/attention/dense1", np.tanh(linear(w, "tags/attention/dense0", vectors)))

    def attend(w, how):
        E = w[table]
        if how == "first-listing":
            return T @ E * softmax(score(w, T @ E))
        if how == "listing":
            masked = E[None] * T[:, :, None]
            return (masked * softmax(score(w, masked)[:, :, 0] * T)[:, :, None]).sum(1)
        return softmax(np.broadcast_to(score(w, E)[:, 0], T.shape), T) @ E

    if method == "tag-attention":
        return d, lambda w: attend(w, form)
    if combine == "concat":
        return 2 * d, lambda w: np.concatenate([T @ w[table], attend(w, "mask")], 1)
    return d, lambda w: T @ w[table] + attend(w, "mask")


def make(folder, seed, name, about, config, binary=False, qs=(), tags=7, d=4, p=3, n=14, widths=(5, 5), rates={}):
    rng = np.random.default_rng([seed, *name.encode()])
    T = (rng.uniform(size=(n, tags)) < 0.4).astype(float)
    T[0] = 0
    T[1] = np.arange(tags) == 2
    T[2] = 1
    T[:, tags - 1] = 0
    x = np.float32(rng.uniform(-1, 1, (n, p))).astype(float)
    y = np.float32(rng.normal(size=(n, 1))).astype(float)
    if binary:
        y = (y > 0).astype(float)
    z = [rng.integers(0, q - 1, n) for q in qs]

    made = Parameters(rng)
    for k, q in enumerate(qs):
        made.add(f"embedding{k}/table", q, d, scale=0.5)
    width, vectors = embedding(made, config, T, d)
    inputs = p + len(qs) * d + width
    for i, units in enumerate(widths):
        made.dense(f"decoder/dense{i}", inputs, units)
        inputs = units
    made.dense("decoder/output", inputs, 1)
    w = made.values
    initial = {key: array(value) for key, value in w.items()}
    tag_vectors = array(vectors(w))
    full = dict(config, qs=list(qs), tags=tags, d=d, p=p, n=n, binary=binary, decoder=list(widths))

    def run(w):
        looked = [w[f"embedding{k}/table"][levels] for k, levels in enumerate(z)]
        return reconstruction(full, y, decoder(w, np.concatenate([x, *looked, vectors(w)], 1), len(widths)))

    adam = Adam(w, rates)
    expected = {}
    steps = []
    for t in range(1, STEPS + 1):
        loss, output = run(w)
        g = gradients(lambda moved: run(moved)[0], w)
        steps.append({"loss": float(loss), "nll": float(loss)})
        if t == 1:
            expected = {"output": array(output), "gradients": {key: array(value) for key, value in g.items()}}
        adam.step(g)
    expected.update(steps=steps, parametersAfter={key: array(value) for key, value in w.items()}, tagVectors=tag_vectors)
    given = {"X": array(x), "Z": [[int(level) for level in levels] for levels in z], "T": array(T), "y": array(y)}
    result = {"name": name, "about": about, "config": {**full, "adam": ADAM}, "inputs": given, "initial": initial, "expected": expected}
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump(result, file)
    print(name, steps[-1]["loss"])


def main(folder, seed):
    def tag(name, about, method, more=None, **how):
        make(folder, seed, name, about, {"method": method, **(more or {})}, **how)

    tag("tag-sum", "T E beside X", "tag-sum", {"pooling": "sum"})
    tag("tag-sum-mean", "the mean of the active tags' vectors, zeros without any", "tag-sum", {"pooling": "mean"})
    tag("tag-sum-classification", "cross-entropy", "tag-sum", {"pooling": "sum"}, binary=True)
    tag("tag-sum-with-levels", "an ordinary categorical feature first, then the tag vector", "tag-sum", {"pooling": "sum"}, qs=(5,))
    tag("tag-linear", "the same map as sum; other initialisation", "tag-linear")
    tag("tag-multi-head", "heads side by side: the same map as sum", "tag-multi-head", {"heads": 2, "combine": "flatten"})
    tag("tag-multi-head-attention", "softmax over active tags in each head", "tag-multi-head", {"heads": 2, "combine": "attention"})
    tag("tag-interaction-formula", "T E + pairwise products, one vector", "tag-interaction", {"form": "formula"})
    tag("tag-interaction-concat", "[T E, pairwise products]", "tag-interaction", {"form": "formula-concat"})
    tag("tag-interaction-listing", "[T E, sum_j E_j (1'E_j)], zeros below two tags", "tag-interaction", {"form": "listing"})
    tag("tag-mlp", "relu(T W0 + b0) W1 + b1", "tag-mlp", {"hidden": 5})
    tag("tag-bilinear-listing", "T W: the same map as sum", "tag-bilinear", {"form": "listing"})
    tag("tag-bilinear-form", "s + (sum_j T_j M_j) s, s = T E, M_j d x d row-major", "tag-bilinear", {"form": "matrices"})
    for form, about in (
        ("formula", "the guide's formula: softmax(Linear(T E)) weighs all K tags, active or not"),
        ("first-listing", "softmax over one number: weight 1, the attention has no gradient"),
        ("listing", "corrected listing: inactive tags keep exp(0) in the denominator"),
        ("mask", "softmax over active tags only"),
    ):
        tag(f"tag-attention-{form}", about, "tag-attention", {"form": form, **({} if form == "formula" else {"hidden": 5})})
    tag("tag-attention-mask-classification", "cross-entropy", "tag-attention", {"form": "mask", "hidden": 5}, binary=True)
    for depth in ("parents", "ancestors"):
        for count in ("per-child", "once"):
            more = {"hierarchy": HIERARCHY, "depth": depth, "count": count}
            tag(f"tag-hierarchical-{depth}-{count}", "parents-per-child is the listing", "tag-hierarchical", more)
    slow = "table given, fine-tuned at a tenth of the rate"
    tag("tag-pretrained", slow, "tag-pretrained", {"tableRate": 0.1}, rates={"tags/table": 0.1})
    frozen = "table given, frozen: its gradient is listed, it does not move"
    tag("tag-pretrained-frozen", frozen, "tag-pretrained", {"tableRate": 0}, rates={"tags/table": 0})
    tag("tag-hybrid", "[T E, masked attention], one table", "tag-hybrid", {"combine": "concat", "hidden": 5})
    tag("tag-hybrid-add", "T E + masked attention, one table", "tag-hybrid", {"combine": "add", "hidden": 5})


if __name__ == "__main__":
    here = os.path.join(os.path.dirname(__file__), "..")
    main(sys.argv[1] if len(sys.argv) > 1 else here, int(sys.argv[2]) if len(sys.argv) > 2 else SEED)
