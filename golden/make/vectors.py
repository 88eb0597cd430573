"""Fixtures of docs/methods.md F7 and F8: embedding-widths, vector-files, skip-gram, tsne.

What was drawn once (rows, windows, noise words, first tables, points) is read from the stored file and stays; everything that follows from it is computed anew
in float64, without the engine. Skip-gram's gradients are by the complex step and its update one by one is a loop over numbers; the perplexity of t-SNE is by
scipy's root finder, its cost by scipy's relative entropy, its gradient by the complex step.

`python3 golden/make/vectors.py` writes the files again; with `--check` it only compares.
"""
import csv
import io
import json
import math
import os
import sys
from collections import Counter

import numpy as np
from scipy.optimize import brentq
from scipy.special import rel_entr

from fixture import Adam, array, gradients

GOLDEN = os.path.join(os.path.dirname(__file__), "..")


def stored(name):
    with open(os.path.join(GOLDEN, f"{name}.json"), encoding="utf8") as file:
        return json.load(file)


def matrix(numbers):
    return np.array(numbers["values"], dtype=float).reshape(numbers["shape"])


def widths(given):
    """Whole-number arithmetic where a rule rounds up or down: a root c is the least with c^4 >= levels."""
    rows = []
    for levels in [row["levels"] for row in given["rows"]]:
        root = next(c for c in range(1, 1000) if c**4 >= levels)
        bounds = [(10, 2, 4), (100, 4, 16), (1_000, 16, 64), (100_000, 32, 128), (math.inf, 64, 256)]
        _, low, high = next(bound for bound in bounds if levels < bound[0])
        # Six roots, rounded half up: the largest w with w - 1/2 <= 6 levels^(1/4), so (2w - 1)^4 <= 12^4 levels.
        six = next(w for w in range(1, 10_000) if (2 * w + 1) ** 4 > 12**4 * levels)
        rows.append({"levels": levels, "half": max(1, min(50, levels // 2)), "fourthRoot": root, "sixFourthRoots": six,
                     "tableLow": low, "tableMiddle": round(math.sqrt(low * high)), "tableHigh": high})
    return {**given, "rows": rows}


def is_number(cell):
    try:
        float(cell)
        return True
    except ValueError:
        return False


def parsed(text):
    first = text.split("\n")[0]
    if "\t" in first or "," in first:
        form = "tsv" if "\t" in first else "csv"
        lines = [line for line in csv.reader(io.StringIO(text), delimiter="\t" if form == "tsv" else ",") if line]
        if not is_number(lines[0][1]):
            lines = lines[1:]
    else:
        lines = [line.split() for line in text.split("\n") if line.strip()]
        form = "word2vec" if len(lines[0]) == 2 and all(cell.isdigit() for cell in lines[0]) else "glove"
        if form == "word2vec":
            lines = lines[1:]
    return {"text": text, "format": form, "d": len(lines[0]) - 1, "levels": [line[0].strip() for line in lines],
            "values": [float(cell) for line in lines for cell in line[1:]]}


def vector_files(given):
    files = [parsed(file["text"]) for file in given["files"]]
    levels, place = given["matching"]["levels"], given["matching"]["file"]
    theirs = files[place]["levels"]
    matching = {"levels": levels, "file": place, "matched": [level in theirs for level in levels], "unusedInFile": len(set(theirs) - set(levels))}
    return {**given, "files": files, "matching": matching}


def skip_gram(given):
    c = given["config"]
    keys = sorted({row[0] for row in given["rows"]})
    sentences = [[level for _, level in sorted((order, level) for key, order, level in given["rows"] if key == one)] for one in keys]
    pairs, reaches = [], iter(given["shrunkenWindows"])
    for words in sentences:
        for i, word in enumerate(words):
            reach = next(reaches)
            pairs += [[words[j], word] for j in range(max(0, i - reach), min(len(words), i + reach + 1)) if j != i]
    counts = Counter(level for words in sentences for level in words)
    total = sum(counts.values())
    noise = np.array([counts[level] ** 0.75 for level in range(c["levels"])])
    shares = [counts[level] / total for level in range(c["levels"])]
    keep = [min(1, (math.sqrt(f / c["sample"]) + 1) * c["sample"] / f) if f else 1 for f in shares]
    batch, negatives = pairs[: len(given["batch"])], given["negatives"]
    w = {name: matrix(value) for name, value in given["initial"].items()}

    def products(tables):
        inputs, outputs = tables["input/table"], tables["output/table"]
        targets = [[word, *drawn] for (_, word), drawn in zip(batch, negatives)]
        return np.array([[outputs[target] @ inputs[context] for target in row] for (context, _), row in zip(batch, targets)])

    def loss(tables):
        signed = products(tables) * np.array([1] + [-1] * c["negative"])
        return np.mean(np.sum(np.log(1 + np.exp(-signed)), 1))

    online = {name: value.copy() for name, value in w.items()}
    rate = given["expected"]["online"]["rate"]
    for (context, word), drawn in zip(batch, negatives):
        centre = online["input/table"][context].copy()
        moves = [(target, float(target_is) - 1 / (1 + math.exp(-float(online["output/table"][target] @ centre))))
                 for target, target_is in [(word, True), *((one, False) for one in drawn)]]
        # All targets are read before any is written.
        change = sum(error * online["output/table"][target] for target, error in moves)
        for target, error in moves:
            online["output/table"][target] += rate * error * centre
        online["input/table"][context] += rate * change

    expected = {"output": array(products(w)), "gradients": {name: array(g) for name, g in gradients(loss, w).items()}, "steps": []}
    adam = Adam(w)
    for _ in range(3):
        value = float(loss(w))
        expected["steps"].append({"loss": value, "nll": value})
        adam.step(gradients(loss, w))
    expected["parametersAfter"] = {name: array(value) for name, value in w.items()}
    expected["online"] = {"rate": rate, **{name: array(value) for name, value in online.items()}}
    return {**given, "sentences": sentences, "pairs": pairs, "noiseProbabilities": array(noise / noise.sum()), "keepProbabilities": array(keep), "batch": batch,
            "expected": expected}


def tsne(given):
    X, Y = matrix(given["X"]), matrix(given["Y"])
    n = len(X)
    squares = ((X[:, None] - X[None]) ** 2).sum(2)
    conditional = np.zeros((n, n))
    for i in range(n):
        others = [j for j in range(n) if j != i]

        def row(log_beta):
            p = np.exp(-np.exp(log_beta) * (squares[i, others] - squares[i, others].min()))
            return p / p.sum()

        def excess(log_beta):
            p = row(log_beta)
            return -np.sum(p * np.log(np.maximum(p, 1e-300))) - math.log(given["perplexity"])

        conditional[i, others] = row(brentq(excess, -20, 20, xtol=1e-14))
    joint = (conditional + conditional.T) / (2 * n)

    def similarities(y):
        kernel = 1 / (1 + ((y[:, None] - y[None]) ** 2).sum(2))
        kernel = kernel * (1 - np.eye(n))
        return kernel / kernel.sum()

    off = ~np.eye(n, dtype=bool)
    cost = float(rel_entr(joint[off], similarities(Y)[off]).sum())
    gradient = gradients(lambda w: -np.sum(joint[off] * np.log(similarities(w["Y"])[off])), {"Y": Y})["Y"]
    return {**given, "probabilities": array(joint), "cost": cost, "gradient": array(gradient)}


def furthest(made, before, path=""):
    """The largest difference of two numbers, and where; raises where anything else differs."""
    if isinstance(made, dict):
        assert made.keys() == before.keys(), path
        return max((furthest(made[key], before[key], f"{path}/{key}") for key in made), default=(0, path))
    if isinstance(made, list):
        assert len(made) == len(before), path
        return max((furthest(a, b, f"{path}/{i}") for i, (a, b) in enumerate(zip(made, before))), default=(0, path))
    if isinstance(made, (int, float)) and not isinstance(made, bool):
        return abs(made - before), path
    assert made == before, path
    return 0, path


def main():
    for name, maker in [("embedding-widths", widths), ("vector-files", vector_files), ("skip-gram", skip_gram), ("tsne", tsne)]:
        before = stored(name)
        made = maker(before)
        difference, path = furthest(made, before)
        print(f"{name}: at most {difference:.1e} from the stored file, at {path}")
        assert difference < 2e-9, name
        if "--check" not in sys.argv:
            with open(os.path.join(GOLDEN, f"{name}.json"), "w", encoding="utf8") as file:
                json.dump(made, file)


if __name__ == "__main__":
    main()
