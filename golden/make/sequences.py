"""python3 golden/make/sequences.py: fixtures of the sequence transformer without tags and of TimeXer with dropout (needs NumPy).

Written from docs/methods.md F4 and F5, by einsum over windows, heads and steps. Before it writes anything, both models have to give the losses and gradients of
the fixtures that came with the specification (golden/sequence-transformer*.json, golden/timexer-*.json).
"""
import json
import math
import os

import numpy as np
from architectures import FOLDER
from fixture import array, draw, draw_noise, gradients, linear, relu, write

EPSILON = 1e-5


def erf(x):
    """The error function to first order in the imaginary part, which is all that a complex step asks for."""
    real = np.vectorize(math.erf)(x.real)
    return real + 2 / math.sqrt(math.pi) * np.exp(-(x.real**2)) * 1j * x.imag if np.iscomplexobj(x) else real


def gelu(x):
    return x * (1 + erf(x / math.sqrt(2))) / 2


def sinusoid(length, width):
    t, i = np.arange(length)[:, None], np.arange(width)[None, :]
    angle = t * 10000.0 ** (-(i - i % 2) / width)
    return np.where(i % 2 == 0, np.sin(angle), np.cos(angle))


def norm(w, name, x):
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON) * w[f"{name}/gamma"] + w[f"{name}/beta"]


class Dropping:
    """Takes the uniform numbers one after the other; keeps an entry where its number is at least the rate."""

    def __init__(self, noise, rate):
        self.noise, self.rate = iter(noise), rate

    def __call__(self, x):
        if self.rate == 0:
            return x
        return x * (next(self.noise).reshape(x.shape) >= self.rate) / (1 - self.rate)


def attention(w, name, x, others, heads, drop, causal=False):
    n, length, width = x.shape
    split = lambda part, values: linear(w, f"{name}/{part}", values).reshape(n, values.shape[1], heads, width // heads)
    scores = np.einsum("nihw,njhw->nhij", split("query", x), split("key", others)) / math.sqrt(width // heads)
    if causal:
        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
    e = np.exp(scores - scores.real.max(axis=-1, keepdims=True))
    p = drop(e / e.sum(axis=-1, keepdims=True))
    return linear(w, f"{name}/attentionOutput", np.einsum("nhij,njhw->nihw", p, split("value", others)).reshape(n, length, width))


def attention_shapes(name, width):
    parts = ("query", "key", "value", "attentionOutput")
    return {f"{name}/{part}/{key}": shape for part in parts for key, shape in (("kernel", (width, width)), ("bias", (width,)))}


def dense_shapes(name, inputs, outputs):
    return {f"{name}/kernel": (inputs, outputs), f"{name}/bias": (outputs,)}


def norm_shapes(name, width):
    return {f"{name}/gamma": (width,), f"{name}/beta": (width,)}


# ---- Sequence transformer: shapes, uniform numbers, loss


def sequence_shapes(c):
    tags, D, F = c["tags"], c["width"], c["feedForward"]
    shapes = {"tags/table": (tags, c["d"])} if tags else {}
    shapes |= dense_shapes("projection", c["p"] + (c["d"] if tags else 0), D)
    for b in (f"block{b}" for b in range(c["blocks"])):
        shapes |= attention_shapes(b, D) | norm_shapes(f"{b}/norm1", D)
        shapes |= dense_shapes(f"{b}/ff0", D, F) | dense_shapes(f"{b}/ff1", F, D) | norm_shapes(f"{b}/norm2", D)
    return shapes | dense_shapes("output", D, 1)


def sequence_noise(c):
    n, L, D = c["n"], c["length"], c["width"]
    block = [(n, c["heads"] * L * L), (n * L, D), (n * L, c["feedForward"]), (n * L, D)]
    return [(n * L, D), *block * c["blocks"]]


def sequence(c, given):
    x, y, T = given["X"], given["y"], given.get("T")

    def run(w):
        drop = Dropping(given["noise"], c["dropout"])
        beside = x if T is None else np.concatenate([x, np.repeat((T @ w["tags/table"])[:, None], c["length"], axis=1)], axis=2)
        h = linear(w, "projection", beside)
        if c["position"] == "sinusoidal":
            h = h + sinusoid(c["length"], c["width"])
        h = drop(h)
        for b in (f"block{b}" for b in range(c["blocks"])):
            h = norm(w, f"{b}/norm1", h + drop(attention(w, b, h, h, c["heads"], drop, c["causal"])))
            h = norm(w, f"{b}/norm2", h + drop(linear(w, f"{b}/ff1", drop(relu(linear(w, f"{b}/ff0", h))))))
        output = linear(w, "output", h)
        loss = np.mean((y - output[:, :, 0]) ** 2)
        return {"loss": loss, "terms": {"nll": loss}, "output": output}

    return run


# ---- TimeXer


def timexer_shapes(c):
    D, F, L, P = c["width"], c["feedForward"], c["length"], c["patch"]
    shapes = {"patch/kernel": (P, D), "global": (1, D)} | dense_shapes("variate", L, D)
    if c["tags"]:
        shapes |= {"tags/table": (c["tags"], D)}
    for b in (f"block{b}" for b in range(c["blocks"])):
        shapes |= attention_shapes(f"{b}/self", D) | attention_shapes(f"{b}/cross", D) | norm_shapes(f"{b}/norm1", D) | norm_shapes(f"{b}/norm2", D)
        shapes |= dense_shapes(f"{b}/ff0", D, F) | dense_shapes(f"{b}/ff1", F, D) | norm_shapes(f"{b}/norm3", D)
    return shapes | norm_shapes("norm", D) | dense_shapes("head", (L // P + 1) * D, c["horizon"])


def timexer_noise(c):
    n, D, H, F = c["n"], c["width"], c["heads"], c["features"]
    tokens = c["length"] // c["patch"] + 1
    block = [(n, H * tokens**2), (n * tokens, D), (n, H * F), (n, D), (n * tokens, c["feedForward"]), (n * tokens, D)]
    return [(n * tokens, D), (n * F, D), *block * c["blocks"], (n, c["horizon"])]


def timexer(c, given):
    y, T, n, D = given["y"], given.get("T"), c["n"], c["width"]
    patches, P = c["length"] // c["patch"], c["patch"]
    act = gelu if c["activation"] == "gelu" else relu
    scale = lambda x: (x.mean(axis=1, keepdims=True), np.sqrt(x.var(axis=1, keepdims=True) + 1e-5))

    def run(w):
        drop = Dropping(given["noise"], c["dropout"])
        e, x, mean, deviation = given["endogenous"], given["exogenous"], 0, 1
        if c["normalise"]:
            (mean, deviation), of = scale(e), scale(x)
            e, x = (e - mean) / deviation, (x - of[0]) / of[1]
        patched = e[:, : patches * P].reshape(n, patches, P) @ w["patch/kernel"] + sinusoid(patches, D)
        tokens = drop(np.concatenate([patched, np.repeat(w["global"][None], n, axis=0)], axis=1))
        variates = linear(w, "variate", x.transpose(0, 2, 1))
        variates = drop(variates if T is None else variates + T @ w["tags/table"])
        for b in (f"block{b}" for b in range(c["blocks"])):
            tokens = norm(w, f"{b}/norm1", tokens + drop(attention(w, f"{b}/self", tokens, tokens, c["heads"], drop)))
            last = tokens[:, -1:]
            crossed = last + drop(attention(w, f"{b}/cross", last, variates, c["heads"], drop))
            if c["secondNorm"] == "global":
                tokens = np.concatenate([tokens[:, :-1], norm(w, f"{b}/norm2", crossed)], axis=1)
            else:
                tokens = norm(w, f"{b}/norm2", np.concatenate([tokens[:, :-1], crossed], axis=1))
            tokens = norm(w, f"{b}/norm3", tokens + drop(linear(w, f"{b}/ff1", drop(act(linear(w, f"{b}/ff0", tokens))))))
        output = drop(linear(w, "head", norm(w, "norm", tokens).reshape(n, -1))) * deviation + mean
        loss = np.mean((y - output) ** 2)
        return {"loss": loss, "terms": {"nll": loss}, "output": output}

    return run


MODELS = {"sequence-transformer": (sequence_shapes, sequence_noise, sequence), "timexer": (timexer_shapes, timexer_noise, timexer)}


def check_given(name):
    """Loss and gradients against a fixture that came with the specification, relative to the largest."""
    with open(os.path.join(FOLDER, f"{name}.json")) as file:
        fixture = json.load(file)
    read = lambda of: np.array(of["values"], dtype=float).reshape(of["shape"])
    c, expected = fixture["config"], fixture["expected"]
    shapes, noise, model = MODELS[c["method"]]
    w = {key: read(value) for key, value in fixture["initial"].items()}
    assert [(key, list(shape)) for key, shape in shapes(c).items()] == [(key, value["shape"]) for key, value in fixture["initial"].items()]
    given = {key: read(value) for key, value in fixture["inputs"].items() if key != "noise"}
    given["noise"] = [read(value) for value in fixture["inputs"].get("noise", [])]
    assert not given["noise"] or [value.shape for value in given["noise"]] == noise(c)
    run = model(c, given)
    errors = [abs(run(w)["loss"] / expected["steps"][0]["loss"] - 1)]
    largest = max(np.abs(read(g)).max() for g in expected["gradients"].values())
    for key, g in gradients(lambda parameters: run(parameters)["loss"], w).items():
        errors.append(np.abs(g - read(expected["gradients"][key])).max() / largest)
    print(f"{name}.json:", max(errors))
    assert max(errors) < 1e-6


def new(name, about, c, inputs, seed):
    """Writes a fixture of these inputs, by name their shapes; `T` is a set of tags in each row."""
    rng = np.random.default_rng(seed)
    shapes, noise, model = MODELS[c["method"]]
    rounded = lambda values: np.round(values * 2**20) / 2**20
    given = {key: (rng.random(shape) < 0.5) * 1.0 if key == "T" else rounded(rng.standard_normal(shape)) for key, shape in inputs.items()}
    w = draw(rng, shapes(c))
    given["noise"] = [draw_noise(rng, *shape, "uniform") for shape in noise(c)] if c["dropout"] else []
    stored = {key: array(value) for key, value in given.items() if key != "noise"}
    if given["noise"]:
        stored["noise"] = [array(values) for values in given["noise"]]
    write(FOLDER, name, about, c, stored, w, model(c, given))


def main():
    for name in ("sequence-transformer", "sequence-transformer-causal", "sequence-transformer-dropout", "timexer-tags", "timexer-published", "timexer-library"):
        check_given(name)
    small = {"n": 3, "width": 8, "heads": 2, "feedForward": 6, "blocks": 2, "dropout": 0.3}
    config = {"method": "sequence-transformer", "tags": None, "d": None, "p": 2, **small, "length": 5, "position": "sinusoidal", "causal": True}
    about = "as sequence-transformer-causal without tags, with dropout 0.3"
    new("sequence-transformer-untagged", about, config, {"X": (3, 5, 2), "y": (3, 5)}, 1)
    config = {"method": "timexer", "tags": 6, **small, "length": 11, "patch": 4, "features": 5, "horizon": 2, "normalise": True, "secondNorm": "global"}
    about = "dropout 0.3 of tokens, variates, then a block's attention, its output, cross-attention, its output, activation, feed-forward output, and of the head; "
    about += "the last 3 of 11 steps are in no patch"
    shapes = {"endogenous": (3, 11), "exogenous": (3, 11, 5), "T": (5, 6), "y": (3, 2)}
    new("timexer-dropout", about, {**config, "activation": "gelu"}, shapes, 2)


if __name__ == "__main__":
    main()
