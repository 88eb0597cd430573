"""Methods whose level vectors are random: sampled tables and encoders (docs/methods.md A9, A10, A13, A15, F3)."""

import torch
from torch.nn import functional as F

from layers import decoder, gaussian_kl, linear, mlp, pooled, response_loss, rows_of, sum_by_level
from networks import growth_curve, inner_product, side_by_side, tab_transformer
from peers import peer
from problem import Tags


def sampled(mean, log_var, draws):
    return mean + torch.exp(log_var / 2) * draws.normal(*mean.shape)


def sampled_model(problem, network, pooling="mean", names=None):
    """Tables of means and log-variances, a draw for each row."""
    P, told, fit, apply = problem.P, problem.settings, response_loss(problem), network(problem)
    names = names or [f"embedding{k}" for k in range(len(problem.levels))]
    pairs = [(P[f"{name}/mean"], P[f"{name}/logVar"]) for name in names]
    variance = told["priorVariance"]

    def loss(batch, draws):
        vectors, kl = [], 0
        for (mean, log_var), members in zip(pairs, batch.members):
            if isinstance(members, Tags):
                spread = pooled(log_var.exp(), members, "sum")
                root = torch.where(members.counts > 0, spread, 1).sqrt() * (members.counts > 0)
                own = pooled(mean, members, "sum") + root * draws.normal(*spread.shape)
                vectors.append(own if pooling == "sum" else own / members.counts.clamp(min=1))
                kl = kl + gaussian_kl(F.embedding(members.ids, mean), F.embedding(members.ids, log_var), variance)
            else:
                own, spread = F.embedding(members, mean), F.embedding(members, log_var)
                vectors.append(sampled(own, spread, draws))
                kl = kl + gaussian_kl(own, spread, variance)
        decoded, _ = apply(batch.x, batch.members, vectors, draws)
        return fit(decoded, batch.y) + told["beta"] * kl / batch.rows

    return loss


@peer("regbeddings")
def regbeddings(problem):
    return sampled_model(problem, side_by_side)


@peer("growth-regbeddings")
def growth_regbeddings(problem):
    return sampled_model(problem, growth_curve)


def scaled(problem):
    """Negative log likelihood of a row at σ² = 1, constants left out."""
    fit = response_loss(problem)
    return fit if problem.task == "binary" else lambda decoded, y: 0.5 * fit(decoded, y)


def encoder_model(problem, network, prior=None, heads=None, by_level=False, pooling="mean"):
    """An encoder on [x, y] proposes a vector for each row; draws are averaged by level within the batch.

    `by_level`: tags draw once, with the variance of that average. `prior(k, mean, log_var, batch)` gives the divergence."""
    P, told, fit, apply = problem.P, problem.settings, scaled(problem), network(problem)
    sizes = [*problem.levels, *(tags["tags"] for tags in problem.tags)]
    features = len(problem.levels)
    heads = heads or [(f"encoder/mean{k}", f"encoder/logVar{k}") for k in range(len(sizes))]
    if told["logVarAveraging"] != "mean-of-logs":
        raise ValueError("the peer averages log-variances")
    d = P[f"{heads[0][0]}/kernel"].shape[1]
    kernels = [f"{name}/kernel" for pair in heads for name in pair]
    biases = [f"{name}/bias" for pair in heads for name in pair]

    def loss(batch, draws):
        hidden = mlp(P, "encoder", torch.cat([batch.x, batch.y], 1))
        # All heads as one product.
        proposed = torch.addmm(torch.cat([P[name] for name in biases]), hidden, torch.cat([P[name] for name in kernels], 1))
        vectors, kl = [], 0
        for k, (own, members) in enumerate(zip(proposed.split(2 * d, 1), batch.members)):
            mean, log_var = own.split(d, 1)
            counts = rows_of(members, sizes[k])
            share = 1 / counts.clamp(min=1)
            if by_level and k >= features:
                mean, log_var, spread = (sum_by_level(torch.cat([own, log_var.exp()], 1), members, sizes[k]) * share).split(d, 1)
                present = counts > 0
                root = (torch.where(present, spread, 1) * share).sqrt() * present
                drawn = mean + root * draws.normal(*mean.shape)
            else:
                together = torch.cat([own, sampled(mean, log_var, draws)], 1)
                mean, log_var, drawn = (sum_by_level(together, members, sizes[k]) * share).split(d, 1)
            kl = kl + (prior(k, mean, log_var, batch) if prior else gaussian_kl(mean, log_var, told["priorVariance"]))
            vectors.append(pooled(drawn, members, pooling))
        decoded, _ = apply(batch.x, batch.members, vectors, draws)
        return fit(decoded, batch.y) + told["beta"] / problem.batch_size * kl

    return loss


@peer("mmbeddings")
def mmbeddings(problem):
    return encoder_model(problem, side_by_side)


@peer("ncf-mmbeddings")
def ncf_mmbeddings(problem):
    return encoder_model(problem, inner_product)


@peer("tabtransformer-mmbeddings")
def tabtransformer_mmbeddings(problem):
    return encoder_model(problem, tab_transformer)


@peer("growth-mmbeddings")
def growth_mmbeddings(problem):
    return encoder_model(problem, growth_curve)


@peer("mmbeddings-v2")
def mmbeddings_v2(problem):
    """The hidden layer is averaged by level, and the heads read the averages."""
    P, told, fit = problem.P, problem.settings, scaled(problem)

    def loss(batch, draws):
        hidden = mlp(P, "encoder", torch.cat([batch.x, batch.y], 1))
        vectors, kl = [], 0
        for k, (codes, q) in enumerate(zip(batch.z, problem.levels)):
            average = sum_by_level(hidden, codes, q) / rows_of(codes, q).clamp(min=1)
            mean, log_var = linear(P, f"encoder/mean{k}", average), linear(P, f"encoder/logVar{k}", average)
            kl = kl + gaussian_kl(mean, log_var, told["priorVariance"])
            vectors.append(F.embedding(codes, sampled(mean, log_var, draws)))
        decoded = decoder(P, torch.cat([batch.x, *vectors], 1))
        return fit(decoded, batch.y) + told["beta"] / problem.batch_size * kl

    return loss
