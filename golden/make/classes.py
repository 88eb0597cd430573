"""python3 golden/make/classes.py: fixtures of responses of several classes (docs/methods.md A25), and scores of such predictions (needs NumPy and scikit-learn).

The likelihoods are written from their definitions: the softmax with exponentials, ordered classes as differences of logistic functions. Gradients come from the
complex step of fixture.py. `class-scores.json` holds what scikit-learn computes: log loss, accuracy, confusion matrix, AUC of each class against the rest.
"""
import json
import os

import numpy as np
from architectures import BASE, FOLDER, averaging, gaussian_kl, lookup, tables
from fixture import array, decoder_shapes, draw, draw_noise, encoder_shapes, mlp, linear, sigmoid, write

CLASSES = 4


def softmax(config):
    """Shapes behind the decoder, outputs of the decoder, and probabilities."""

    def probabilities(w, decoded):
        e = np.exp(decoded)
        return e / e.sum(axis=1, keepdims=True)

    return {}, CLASSES, probabilities


def cumulative(config):
    def probabilities(w, score):
        gaps = np.exp(w["response/logGaps"])
        cuts = np.concatenate([w["response/firstCut"], w["response/firstCut"] + np.cumsum(gaps, axis=1)], axis=1)
        up_to = sigmoid(cuts - score)
        n = len(score)
        return np.concatenate([up_to, np.ones((n, 1))], axis=1) - np.concatenate([np.zeros((n, 1)), up_to], axis=1)

    return {"response/firstCut": (1, 1), "response/logGaps": (1, CLASSES - 2)}, 1, probabilities


def head_shapes(inputs, widths, outputs, behind):
    shapes = decoder_shapes(inputs, widths)
    shapes["decoder/output/kernel"] = (widths[-1], outputs)
    shapes["decoder/output/bias"] = (outputs,)
    return {**shapes, **behind}


def decode(w, x, layers):
    return linear(w, "decoder/output", mlp(w, x, layers))


def fitted(config, y, probability):
    indicators = np.eye(CLASSES)[y[:, 0].astype(int)]
    return -np.mean(np.log(np.sum(probability * indicators, axis=1))), indicators


def no_levels(config, response):
    behind, outputs, probabilities = response(config)

    def forward(w, x, z, y, noise):
        p = probabilities(w, decode(w, x, len(config["decoder"])))
        nll, _ = fitted(config, y, p)
        return {"loss": nll, "terms": {"nll": nll}, "output": p}

    return head_shapes(config["p"], config["decoder"], outputs, behind), forward


def with_tables(config, response):
    behind, outputs, probabilities = response(config)
    qs, d = config["qs"], config["d"]

    def forward(w, x, z, y, noise):
        p = probabilities(w, decode(w, np.concatenate([x, *lookup(w, z)], axis=1), len(config["decoder"])))
        nll, _ = fitted(config, y, p)
        return {"loss": nll, "terms": {"nll": nll}, "output": p}

    return {**tables(qs, d), **head_shapes(config["p"] + len(qs) * d, config["decoder"], outputs, behind)}, forward


def with_tags(config, response):
    """The sum of a row's tags beside x, by a dense 0/1 matrix."""
    behind, outputs, probabilities = response(config)

    def forward(w, x, T, y, noise):
        p = probabilities(w, decode(w, np.concatenate([x, T @ w["tags/table"]], axis=1), len(config["decoder"])))
        nll, _ = fitted(config, y, p)
        return {"loss": nll, "terms": {"nll": nll}, "output": p}

    shapes = {"tags/table": (config["tags"], config["d"]), **head_shapes(config["p"] + config["d"], config["decoder"], outputs, behind)}
    return shapes, forward


def averaged(config, response):
    """MMbeddings whose encoder reads an indicator of the row's class."""
    behind, outputs, probabilities = response(config)
    qs, d, n = config["qs"], config["d"], config["n"]

    def forward(w, x, z, y, noise):
        indicators = np.eye(CLASSES)[y[:, 0].astype(int)]
        hidden = mlp(w, np.concatenate([x, indicators], axis=1), len(config["encoder"]), "encoder")
        kl, found = 0, []
        for k, q in enumerate(qs):
            mean = linear(w, f"encoder/mean{k}", hidden)
            log_var = linear(w, f"encoder/logVar{k}", hidden)
            A = averaging(z[k], q)
            kl = kl + gaussian_kl(A @ mean, A @ log_var, config["priorVariance"]) / n
            found.append((A @ (mean + np.exp(log_var / 2) * noise[k]))[z[k]])
        p = probabilities(w, decode(w, np.concatenate([x, *found], axis=1), len(config["decoder"])))
        nll, _ = fitted(config, y, p)
        return {"loss": nll + config["beta"] * kl, "terms": {"nll": nll, "kl": kl}, "output": p}

    encoder = encoder_shapes(config["p"] + CLASSES - 1, config["encoder"], len(qs), d)
    return {**encoder, **head_shapes(config["p"] + len(qs) * d, config["decoder"], outputs, behind)}, forward


def sets_of(rng, n, tags):
    """The first row has no tag, and no row has the last."""
    T = (rng.uniform(size=(n, tags)) < 0.4).astype(float)
    T[0] = 0
    T[:, tags - 1] = 0
    return T


def fixture(name, about, config, shapes, forward, noise_shapes=(), seed=1):
    rng = np.random.default_rng(seed)
    n, p = config["n"], config["p"]
    x = np.round(rng.standard_normal((n, p)) * 2**20) / 2**20
    z = [rng.integers(0, q - 1, n) for q in config["qs"]]
    y = rng.integers(0, CLASSES, (n, 1)).astype(float)
    w = draw(rng, shapes)
    noise = [draw_noise(rng, *shape) for shape in noise_shapes]
    sets = sets_of(rng, n, config["tags"]) if "tags" in config else None
    inputs = {"X": array(x), "Z": [[int(level) for level in levels] for levels in z], "y": array(y)}
    if noise:
        inputs["noise"] = [array(values) for values in noise]
    if sets is not None:
        inputs["T"] = array(sets)
    write(FOLDER, name, about, config, inputs, w, lambda parameters: forward(parameters, x, z if sets is None else sets, y, noise))


def scores():
    """Rows of five classes, one of which no row has; probabilities of single precision, with ties and a class that is never the most probable one."""
    from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, roc_auc_score

    rng = np.random.default_rng(11)
    n, classes = 60, 5
    labels = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
    logits = rng.standard_normal((n, classes)) + 1.5 * np.eye(classes)[labels]
    logits[:, 3] -= 4
    logits[:10] = np.round(logits[:10])
    e = np.exp(logits)
    p = np.round(e / e.sum(axis=1, keepdims=True), 6)
    p[:, 0] += 1 - p.sum(axis=1)
    aucs = [float(roc_auc_score(labels == c, p[:, c])) for c in range(4)]
    found = {
        "labels": [int(label) for label in labels],
        "probabilities": array(p),
        "logLoss": float(log_loss(labels, p, labels=list(range(classes)))),
        "accuracy": float(accuracy_score(labels, p.argmax(axis=1))),
        "confusion": [int(count) for count in confusion_matrix(labels, p.argmax(axis=1), labels=list(range(classes))).ravel()],
        "auc": aucs,
        # Of the classes that rows have, with the fifth column left out and the rest scaled to 1, whose order within a column does not matter here.
        "macroAuc": float(np.mean(aucs)),
        "fourClasses": {
            "probabilities": array(p[:, :4] / p[:, :4].sum(axis=1, keepdims=True)),
            "macroAuc": float(roc_auc_score(labels, p[:, :4] / p[:, :4].sum(axis=1, keepdims=True), multi_class="ovr", average="macro")),
        },
    }
    with open(os.path.join(FOLDER, "class-scores.json"), "w") as file:
        json.dump(found, file)
    print("class-scores", found["logLoss"], found["accuracy"], found["macroAuc"], found["fourClasses"]["macroAuc"])


if __name__ == "__main__":
    for response, kind in ((softmax, "classes"), (cumulative, "ordinal")):
        base = {**BASE, "classes": CLASSES, "ordered": kind == "ordinal"}
        about = "one of four classes" if kind == "classes" else "one of four ordered classes"
        config = {"method": "ignore", "qs": [7], **base}
        fixture(f"ignore-{kind}", f"the MLP on x alone, {about}", config, *no_levels(config, response))
        config = {"method": "embeddings", "qs": [7, 5], **base, "l2": None}
        fixture(f"embeddings-{kind}-k2", f"tables of vectors, {about}", config, *with_tables(config, response))
        config = {"method": "mmbeddings", "qs": [7, 5], **base, "encoder": [6, 6], "beta": 0.1, "priorVariance": 0.5, "logVarAveraging": "mean-log"}
        noise = [(config["n"], config["d"])] * 2
        tags = {"method": "tag-sum", "pooling": "sum", "qs": [], "tags": 7, **base}
        fixture(f"tag-sum-{kind}", f"sums of tags, {about}", tags, *with_tags(tags, response))
        fixture(f"mmbeddings-{kind}-k2", f"the encoder reads an indicator of the class, {about}", config, *averaged(config, response), noise)
    scores()
