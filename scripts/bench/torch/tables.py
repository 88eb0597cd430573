"""Methods whose level vectors are rows of tables (docs/methods.md A1–A8, A12–A16)."""

import torch
from torch.nn import functional as F

from layers import decoder, linear, pooled, response_loss
from networks import factorization, growth_curve, inner_product, normalised_mlp, side_by_side, tab_net, tab_transformer
from peers import peer


@peer("ignore", "mean-encoding", "target-encoding", "pca-encoding")
def numbers(problem):
    """A decoder on x; encodings have put their columns next to it."""
    fit = response_loss(problem)
    return lambda batch, draws: fit(decoder(problem.P, batch.x), batch.y)


@peer("one-hot", "feature-hashing")
def indicators(problem):
    """The first layer on x and indicator columns: a row of its kernel for each feature."""
    P, fit = problem.P, response_loss(problem)

    def loss(batch, draws):
        hidden = linear(P, "decoder/dense0", batch.x)
        for (one,), codes in zip(problem.lookups, batch.z):
            row = F.embedding(one["index"][codes], P[one["table"]])
            hidden = hidden + (row if one["factor"] is None else row * one["factor"][codes].unsqueeze(1))
        hidden, i = F.relu(hidden), 1
        while f"decoder/dense{i}/kernel" in P:
            hidden, i = F.relu(linear(P, f"decoder/dense{i}", hidden)), i + 1
        return fit(linear(P, "decoder/output", hidden), batch.y)

    return loss


def of_tables(problem):
    tables = problem.tables("table")
    return lambda batch, draws: [pooled(table, members) for table, members in zip(tables, batch.members)]


def looked_up(problem, combine):
    """Vectors from tables that levels share by index maps."""

    def vectors(batch, draws):
        return [
            combine([F.embedding(one["index"][codes], problem.P[one["table"]]) for one in feature])
            for feature, codes in zip(problem.lookups, batch.z)
        ]

    return vectors


def level_model(problem, network, vectors, penalty=None):
    """A network on level vectors, whatever they are made of."""
    fit, apply = response_loss(problem), network(problem)

    def loss(batch, draws):
        decoded, added = apply(batch.x, batch.members, vectors(batch, draws), draws)
        total = fit(decoded, batch.y)
        if added is not None:
            total = total + added
        return total if penalty is None else total + penalty()

    return loss


def sum_of_squares(problem):
    l2, tables = problem.settings.get("l2", 0), problem.tables("table")
    return (lambda: l2 * sum(table.square().sum() for table in tables)) if l2 else None


@peer("embeddings", "embeddings-l2", "interactions")
def embeddings(problem):
    return level_model(problem, side_by_side, of_tables(problem), sum_of_squares(problem))


@peer("embeddings-dropout")
def embeddings_dropout(problem):
    rate, l2, tables, rows = problem.settings["dropout"], problem.settings["l2"], problem.tables("table"), of_tables(problem)
    norm = problem.settings["penalty"] == "norm"

    def vectors(batch, draws):
        return [draws.dropout(one, rate) for one in rows(batch, draws)]

    return level_model(
        problem, side_by_side, vectors, lambda: l2 * sum(table.norm() if norm else table.square().sum() for table in tables)
    )


@peer("shared-embeddings")
def shared_embeddings(problem):
    """Now and then a row has the vector of another level."""
    tables, probability = problem.tables("table"), problem.settings["probability"]

    def exchanged(codes, q, uniform):
        shift = (uniform[:, 1] * (q - 1)).floor().clamp(max=q - 2).long() + 1
        return torch.where(uniform[:, 0] < probability, (codes + shift) % q, codes)

    def vectors(batch, draws):
        return [F.embedding(exchanged(codes, len(table), draws.uniform(len(codes), 2)), table) for table, codes in zip(tables, batch.z)]

    return level_model(problem, side_by_side, vectors)


def concatenated(pieces):
    return pieces[0] if len(pieces) == 1 else torch.cat(pieces, 1)


@peer("uembeddings", "unified-embeddings")
def unified(problem):
    return level_model(problem, side_by_side, looked_up(problem, concatenated))


@peer("hash-embeddings")
def hash_embeddings(problem):
    append = problem.settings["append"]

    def combine(pieces):
        *vectors, weights = pieces
        mixed = (torch.stack(vectors, 1) * weights.unsqueeze(2)).sum(1)
        return torch.cat([mixed, weights], 1) if append else mixed

    return level_model(problem, side_by_side, looked_up(problem, combine))


@peer("quotient-remainder")
def quotient_remainder(problem):
    combine = {"multiply": lambda two: two[0] * two[1], "add": lambda two: two[0] + two[1], "concatenate": concatenated}
    return level_model(problem, side_by_side, looked_up(problem, combine[problem.settings["rule"]]))


@peer("tabular-embeddings")
def tabular_embeddings(problem):
    return level_model(problem, normalised_mlp, of_tables(problem))


@peer("fm", "deepfm")
def factorization_machine(problem):
    return level_model(problem, factorization, of_tables(problem))


@peer("ncf-embeddings")
def ncf_embeddings(problem):
    return level_model(problem, inner_product, of_tables(problem), sum_of_squares(problem))


@peer("ncf-uembeddings")
def ncf_uembeddings(problem):
    return level_model(problem, inner_product, looked_up(problem, concatenated))


@peer("tabtransformer")
def tabtransformer(problem):
    return level_model(problem, tab_transformer, of_tables(problem))


@peer("tabtransformer-uembeddings")
def tabtransformer_uembeddings(problem):
    return level_model(problem, tab_transformer, looked_up(problem, concatenated))


@peer("tabnet")
def tabnet(problem):
    return level_model(problem, tab_net, of_tables(problem))


@peer("growth-embeddings")
def growth_embeddings(problem):
    return level_model(problem, growth_curve, of_tables(problem))
