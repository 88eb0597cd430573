"""Reference steps in float64, made without the engine.

A fixture is a loss as a NumPy function of named parameters. Its gradients come from the complex step, Im f(w + ih)/h with h = 1e-200, which is exact to
the last digits of float64 and needs no derivative written by hand; then come Adam steps in Keras' form (docs/methods.md A0). A loss must therefore be analytic
where it is differentiable: `relu` and `clip` decide on real parts, and nothing takes an absolute value or a maximum of complex numbers.
"""
import json
import os

import numpy as np

ADAM = {"learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-07}
STEP = 1e-200


def relu(x):
    return np.where(x.real > 0, x, 0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def linear(w, name, x):
    return x @ w[f"{name}/kernel"] + w[f"{name}/bias"]


def mlp(w, x, layers, name="decoder"):
    for i in range(layers):
        x = relu(linear(w, f"{name}/dense{i}", x))
    return x


def decoder(w, x, layers):
    return linear(w, "decoder/output", mlp(w, x, layers))


def reconstruction(config, y, decoded):
    """Mean squared error, or mean binary cross-entropy of a logit; and the output on the response scale."""
    if config["binary"]:
        p = sigmoid(decoded)
        return np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))), p
    return np.mean((y - decoded) ** 2), decoded


def decoder_shapes(inputs, widths, name="decoder"):
    shapes = {}
    for i, width in enumerate(widths):
        shapes[f"{name}/dense{i}/kernel"] = (inputs, width)
        shapes[f"{name}/dense{i}/bias"] = (width,)
        inputs = width
    if name == "decoder":
        shapes["decoder/output/kernel"] = (inputs, 1)
        shapes["decoder/output/bias"] = (1,)
    return shapes


def encoder_shapes(p, widths, features, d):
    shapes = decoder_shapes(p + 1, widths, "encoder")
    h = widths[-1]
    for k in range(features):
        for head in ("mean", "logVar"):
            shapes[f"encoder/{head}{k}/kernel"] = (h, d)
            shapes[f"encoder/{head}{k}/bias"] = (d,)
    return shapes


def draw(rng, shapes):
    """Initial values that no float32 rounds: multiples of 2^-20. Biases are not zero, so that their order shows."""
    made = {}
    for name, shape in shapes.items():
        scale = 0.7 / np.sqrt(max(1, shape[0])) if name.endswith("kernel") else 0.3
        centre = 1.0 if name.endswith("gamma") else 0.0
        made[name] = np.asarray(np.round((centre + scale * rng.standard_normal(shape)) * 2**20) / 2**20)
    return made


def data(rng, config):
    n, p = config["n"], config["p"]
    x = np.round(rng.standard_normal((n, p)) * 2**20) / 2**20
    z = [rng.integers(0, q - 1, n) for q in config["qs"]]  # the last level has no rows
    y = rng.integers(0, 2, (n, 1)).astype(float) if config["binary"] else np.round(rng.standard_normal((n, 1)) * 2**20) / 2**20
    return x, z, y


def draw_noise(rng, rows, columns, kind="normal"):
    """Standard normal, or uniform on (0, 1)."""
    values = rng.random((rows, columns)) if kind == "uniform" else rng.standard_normal((rows, columns))
    return np.round(values * 2**20) / 2**20


def gradients(loss, w):
    found = {}
    moved = {name: np.array(value, dtype=complex) for name, value in w.items()}
    for name, value in w.items():
        g = np.zeros_like(value)
        for at in np.ndindex(value.shape):
            moved[name][at] += 1j * STEP
            g[at] = loss(moved).imag / STEP
            moved[name][at] = value[at]
        found[name] = g
    return found


def array(values, digits=17):
    values = np.asarray(values, dtype=float)
    return {"shape": list(values.shape), "values": [float(f"{v:.{digits}g}") for v in values.ravel()]}


class Adam:
    """Steps of `w` in place, in Keras' form; `rates` are factors on the learning rate by name."""

    def __init__(self, w, rates={}):
        self.w, self.rates, self.t = w, rates, 0
        self.m = {key: np.zeros_like(value) for key, value in w.items()}
        self.v = {key: np.zeros_like(value) for key, value in w.items()}

    def step(self, g):
        w, m, v, self.t = self.w, self.m, self.v, self.t + 1
        rate = ADAM["learningRate"] * np.sqrt(1 - ADAM["beta2"] ** self.t) / (1 - ADAM["beta1"] ** self.t)
        for key in w:
            m[key] = ADAM["beta1"] * m[key] + (1 - ADAM["beta1"]) * g[key]
            v[key] = ADAM["beta2"] * v[key] + (1 - ADAM["beta2"]) * g[key] ** 2
            w[key] = np.asarray(w[key] - self.rates.get(key, 1) * rate * m[key] / (np.sqrt(v[key]) + ADAM["epsilon"]))


def trained(w, run, steps=3, state=None):
    """What a fixture expects: loss and terms before each Adam step, output and gradients of the first, parameters after all. `run(w)` is as `forward` of `make`.

    Moves `w`. `state` holds initial moving averages."""
    moving = None if state is None else {key: value.copy() for key, value in state.items()}
    adam = Adam(w)
    expected = {"steps": []}
    for t in range(1, steps + 1):
        result = run(w)
        g = gradients(lambda parameters: run(parameters)["loss"], w)
        expected["steps"].append({"loss": float(result["loss"]), **{key: float(value) for key, value in result["terms"].items()}})
        if t == 1:
            expected["output"] = array(result["output"])
            expected["gradients"] = {key: array(value) for key, value in g.items()}
        if moving is not None:
            moving = {key: 0.98 * moving[key] + 0.02 * result["state"][key] for key in moving}
        adam.step(g)
    expected["parametersAfter"] = {key: array(value) for key, value in w.items()}
    if moving is not None:
        expected["stateAfter"] = {key: array(value) for key, value in moving.items()}
    return expected


def write(folder, name, about, config, inputs, w, run, steps=3, state=None):
    """Trains from `w` and writes the fixture."""
    initial = {key: array(value) for key, value in w.items()}
    expected = trained(w, run, steps, state)
    fixture = {"name": name, "about": about, "config": {**config, "adam": ADAM}, "inputs": inputs, "initial": initial, "expected": expected}
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump(fixture, file)
    print(name, expected["steps"])


def make(folder, name, about, config, shapes, forward, noise_shapes=(), seed=1, steps=3, state=None):
    """Writes a fixture. `forward(w, x, z, y, noise)` gives {'loss', 'terms', 'output', optionally 'state'}; `state` holds initial moving averages.

    `noise_shapes`: (rows, columns), or (rows, columns, "uniform")."""
    rng = np.random.default_rng(seed)
    x, z, y = data(rng, config)
    w = draw(rng, shapes)
    noise = [draw_noise(rng, *shape) for shape in noise_shapes]
    inputs = {"X": array(x), "Z": [[int(level) for level in levels] for levels in z], "y": array(y)}
    if noise:
        inputs["noise"] = [array(values) for values in noise]
    write(folder, name, about, config, inputs, w, lambda parameters: forward(parameters, x, z, y, noise), steps, state)
