"""What the lab hands over: a model's initial parameters, its data in batches, and the noise of its first steps."""

import json
import os
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F


@dataclass
class Tags:
    """Sets of tags of some rows: their tags one after the other, and where each row's begin."""

    ids: torch.Tensor
    offsets: torch.Tensor
    counts: torch.Tensor
    padded: torch.Tensor
    """[rows, places]: tags, then zeros."""
    mask: torch.Tensor
    """[rows, places]: 1 where there is a tag."""
    row: torch.Tensor
    """The row of each of `ids`."""

    @staticmethod
    def of(padded, mask):
        given = mask > 0
        counts = given.sum(1)
        rows = torch.arange(len(padded))
        return Tags(padded[given], counts.cumsum(0) - counts, counts.float().unsqueeze(1), padded, mask, rows.repeat_interleave(counts))


@dataclass
class Batch:
    x: torch.Tensor
    """[rows, p]"""
    y: torch.Tensor
    """[rows, 1], or [rows, outputs] of windows"""
    z: list
    """Levels of each feature, [rows]"""
    tags: list
    event: torch.Tensor
    """[rows, 1]: 1 where the event was seen; None without times"""
    window: torch.Tensor
    """[rows, length, channels]; None for rows of a table"""

    @property
    def rows(self):
        return len(self.y)

    @property
    def members(self):
        """All features: levels, then tags."""
        return [*self.z, *self.tags]


class Problem:
    """A folder that the lab wrote (scripts/bench/peer-files.ts): problem.json, and numbers.bin with its arrays."""

    def __init__(self, folder):
        with open(os.path.join(folder, "problem.json")) as file:
            told = json.load(file)
        bytes_ = np.fromfile(os.path.join(folder, "numbers.bin"), dtype=np.uint8)

        def array(name):
            place = told["arrays"][name]
            values = bytes_[place["from"] : place["to"]].view(np.int32 if place["type"] == "int32" else np.float32)
            return torch.from_numpy(values.reshape(place["shape"]).copy())

        def codes(name):
            return array(name).long()

        self.method, self.settings, self.task = told["method"], told["settings"], told["task"]
        self.p, self.levels, self.tags = told["p"], told["levels"], told["tags"]
        self.batch_size, self.rate, self.seed = told["batchSize"], told["learningRate"], told["noiseSeed"]
        self.floors, self.rates = told["floors"], told["rates"]
        self.P = {name: array(f"parameter/{name}").requires_grad_(self.rates.get(name, 1) > 0) for name in told["parameters"]}
        self.constants = {name: array(f"constant/{name}") for name in told["constants"]}
        self.state = {name: array(f"state/{name}") for name in told["state"]}
        self.lookups = [
            [{"table": one["table"], "index": codes(one["index"]), "factor": one["factor"] and array(one["factor"])} for one in feature]
            for feature in told["lookups"]
        ]
        self.series_tags = Tags.of(codes("series/ids"), array("series/mask")) if "series/ids" in told["arrays"] else None
        optional = lambda name: array(name) if name in told["arrays"] else None  # noqa: E731
        x, y, event, window = array("x"), array("y"), optional("event"), optional("window")
        z = [codes(f"z{k}") for k in range(told["features"])]
        sets = [(codes(f"tags{c}/ids"), array(f"tags{c}/mask")) for c in range(told["columns"])]
        # As the lab cuts its epoch: the rows of each batch come one after the other.
        self.batches = []
        for first, end in told["batches"]:
            cut = slice(first, end)
            own = [None if part is None else part[cut].contiguous() for part in (event, window)]
            tags = [Tags.of(ids[cut], mask[cut]) for ids, mask in sets]
            self.batches.append(Batch(x[cut].contiguous(), y[cut].contiguous(), [one[cut].contiguous() for one in z], tags, *own))

    def tables(self, ending):
        """Parameters by feature whose names end so: embedding0/table, embedding1/table, …"""
        return [self.P[f"embedding{k}/{ending}"] for k in range(len(self.levels)) if f"embedding{k}/{ending}" in self.P]


class Draws:
    """The noise of a step from PyTorch's own generator, as a step of training draws it."""

    def normal(self, rows, columns):
        return torch.randn(rows, columns)

    def uniform(self, rows, columns):
        return torch.rand(rows, columns)

    def dropout(self, x, rate):
        return F.dropout(x, rate) if rate else x


class SameDraws(Draws):
    """The noise that the lab draws in a step: pcg4d of (column, row, step, seed), as workers/random/random.ts has it."""

    def __init__(self, seed, step):
        self.seed, self.step, self.first = seed, step, 0

    def words(self, rows, columns):
        x = np.arange(self.first, self.first + columns, dtype=np.uint32)[None, :] * np.ones((rows, 1), np.uint32)
        y = np.arange(rows, dtype=np.uint32)[:, None] * np.ones((1, columns), np.uint32)
        self.first += columns
        scale, shift = np.uint32(1664525), np.uint32(1013904223)
        with np.errstate(over="ignore"):
            x, y, z, w = (word * scale + shift for word in (x, y, np.uint32(self.step), np.uint32(self.seed)))
            x = x + y * w
            y = y + z * x
            z = z + x * y
            w = w + y * z
            x, y, z, w = (word ^ (word >> np.uint32(16)) for word in (x, y, z, w))
            x = x + y * w
            return x, y + z * x

    def normal(self, rows, columns):
        first, second = (word >> np.uint32(8) for word in self.words(rows, columns))
        radius = np.sqrt(-2 * np.log((first.astype(np.float64) + 1) * 2.0**-24))
        return torch.from_numpy((radius * np.cos((second * 2.0**-24 - 0.5) * 2 * np.pi)).astype(np.float32))

    def uniform(self, rows, columns):
        word, _ = self.words(rows, columns)
        return torch.from_numpy((((word >> np.uint32(9)) + 0.5) * 2.0**-23).astype(np.float32))

    def dropout(self, x, rate):
        if not rate:
            return x
        kept = self.uniform(len(x), x[0].numel()).reshape(x.shape) >= rate
        return x * kept / (1 - rate)
