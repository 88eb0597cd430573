"""Methods about sets of tags (docs/methods.md F1–F3)."""

import torch
from torch.nn import functional as F

from layers import decoder, linear, pooled, response_loss
from networks import side_by_side
from peers import peer
from variational import encoder_model, sampled_model


def tag_model(problem, vectors):
    """A decoder on x, the vectors of levels and `vectors(tags)` of the one column of tags."""
    fit, tables = response_loss(problem), problem.tables("table")
    if len(problem.tags) != 1:
        raise ValueError("the peer takes one column of tags")

    def loss(batch, draws):
        levels = [F.embedding(codes, table) for codes, table in zip(batch.z, tables)]
        return fit(decoder(problem.P, torch.cat([batch.x, *levels, vectors(batch.tags[0])], 1)), batch.y)

    return loss


def asked(problem, **settings):
    """The peer is of these settings alone."""
    for name, value in settings.items():
        if problem.settings[name] != value:
            raise ValueError(f"the peer is of {name} {value}")


@peer("tag-sum", "tag-linear", "tag-multi-head", "tag-bilinear", "tag-pretrained")
def of_sum(problem):
    """The sum of a row's vectors, which these share as the guide lists them."""
    if problem.method == "tag-multi-head":
        asked(problem, form="flatten")
    if problem.method == "tag-bilinear":
        asked(problem, form="listing")
    table, pooling = problem.P["tags/table"], problem.settings.get("pooling", "sum")
    return tag_model(problem, lambda tags: pooled(table, tags, pooling))


@peer("tag-interaction")
def interaction(problem):
    asked(problem, form="formula")
    table = problem.P["tags/table"]

    def vectors(tags):
        total = pooled(table, tags, "sum")
        return total + 0.5 * (total.square() - pooled(table.square(), tags, "sum"))

    return tag_model(problem, vectors)


@peer("tag-mlp")
def network(problem):
    P = problem.P
    return tag_model(
        problem, lambda tags: linear(P, "tags/dense1", F.relu(pooled(P["tags/dense0/kernel"], tags, "sum") + P["tags/dense0/bias"]))
    )


def attended(P, tags, listing):
    """A softmax of the scores of a row's tags; as listed, those it does not have take part with a score of 0."""
    table = P["tags/table"]
    scores = linear(P, "tags/attention/dense1", torch.tanh(linear(P, "tags/attention/dense0", table)))
    own = F.embedding(tags.padded, scores).squeeze(2).masked_fill(tags.mask == 0, float("-inf"))
    others = (len(table) - tags.counts).log() if listing else torch.where(tags.counts > 0, float("-inf"), 0.0)
    weights = torch.cat([own, others], 1).softmax(1)[:, :-1]
    return F.embedding_bag(tags.padded, table, mode="sum", per_sample_weights=weights.contiguous())


@peer("tag-attention")
def attention(problem):
    asked(problem, form="listing")
    return tag_model(problem, lambda tags: attended(problem.P, tags, True))


@peer("tag-hybrid")
def hybrid(problem):
    asked(problem, combine="concat")
    P = problem.P
    return tag_model(problem, lambda tags: torch.cat([pooled(P["tags/table"], tags, "sum"), attended(P, tags, False)], 1))


@peer("tag-hierarchical")
def hierarchical(problem):
    asked(problem, depth="parents", count="per-child")
    table, parents = problem.P["tags/table"], torch.tensor(problem.tags[0]["parents"])
    above, has = parents.clamp(min=0), (parents >= 0).float().unsqueeze(1)
    return tag_model(problem, lambda tags: pooled(table + F.embedding(above, table) * has, tags, "sum"))


@peer("tag-regbeddings")
def tag_regbeddings(problem):
    names = [f"embedding{k}" for k in range(len(problem.levels))] + ["tags"]
    return sampled_model(problem, side_by_side, problem.settings["pooling"], names)


@peer("tag-mmbeddings")
def tag_mmbeddings(problem):
    asked(problem, context="none")
    heads = [(f"encoder/mean{k}", f"encoder/logVar{k}") for k in range(len(problem.levels))] + [("encoder/mean", "encoder/logVar")]
    return encoder_model(problem, side_by_side, heads=heads, by_level=True, pooling=problem.settings["pooling"])
