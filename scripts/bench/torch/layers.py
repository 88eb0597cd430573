"""Layers of several methods. `P` are parameters by the lab's names; kernels are inputs × outputs."""

import torch
from torch.nn import functional as F

from problem import Tags


def linear(P, name, x):
    return torch.addmm(P[f"{name}/bias"], x, P[f"{name}/kernel"])


def mlp(P, name, x):
    """Dense layers with ReLU, as many as there are."""
    i = 0
    while f"{name}/dense{i}/kernel" in P:
        x = F.relu(linear(P, f"{name}/dense{i}", x))
        i += 1
    return x


def decoder(P, x):
    return linear(P, "decoder/output", mlp(P, "decoder", x))


def response_loss(problem):
    """Mean squared error, or mean cross-entropy of a logit."""
    if problem.task == "binary":
        return lambda decoded, y: F.binary_cross_entropy_with_logits(decoded, y)
    return lambda decoded, y: F.mse_loss(decoded, y)


def pooled(table, members, pooling="mean"):
    """The vector of each row: its level's, or the sum or mean of its tags'."""
    if isinstance(members, Tags):
        return F.embedding_bag(members.ids, table, members.offsets, mode=pooling)
    return F.embedding(members, table)


def rows_of(members, q):
    """Rows of each level, [q, 1]."""
    codes = members.ids if isinstance(members, Tags) else members
    return torch.bincount(codes, minlength=q).unsqueeze(1).float()


def sum_by_level(x, members, q):
    """Sum over the rows that have each level: [rows, d] → [q, d]."""
    codes = members
    if isinstance(members, Tags):
        x, codes = x[members.row], members.ids
    return x.new_zeros(q, x.shape[1]).index_add(0, codes, x)


def gaussian_kl(mean, log_var, variance=1.0):
    """Divergence of N(mean, exp(log_var)) from N(0, variance), summed."""
    if variance != 1:
        log_var = log_var - torch.log(torch.tensor(variance))
        mean = mean / variance**0.5
    return 0.5 * (torch.expm1(log_var) - log_var + mean.square()).sum()


def layer_norm(P, name, x, epsilon):
    return F.layer_norm(x, x.shape[-1:], P[f"{name}/gamma"], P[f"{name}/beta"], epsilon)


def batch_norm(problem, name, x, momentum, epsilon):
    """With the batch's moments; moving averages follow. `momentum`: what an average takes of the batch."""
    state, P = problem.state, problem.P
    return F.batch_norm(
        x, state[f"{name}/mean"], state[f"{name}/variance"], P[f"{name}/gamma"], P[f"{name}/beta"], True, momentum, epsilon
    )


def attention(P, name, x, heads, rate, draws, causal=False):
    """Attention of the tokens of each row to each other: [rows, tokens, width] → the same."""
    rows, tokens, width = x.shape
    parts = ("query", "key", "value")
    kernel = torch.cat([P[f"{name}/{part}/kernel"] for part in parts], 1)
    bias = torch.cat([P[f"{name}/{part}/bias"] for part in parts])
    qkv = torch.addmm(bias, x.reshape(-1, width), kernel).view(rows, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4)
    query, key, value = qkv.unbind(0)
    scores = query @ key.transpose(2, 3) / query.shape[-1] ** 0.5
    if causal:
        scores = scores.masked_fill(torch.ones(tokens, tokens, dtype=torch.bool).triu(1), float("-inf"))
    weights = draws.dropout(scores.softmax(-1), rate)
    mixed = (weights @ value).transpose(1, 2).reshape(rows * tokens, -1)
    return linear(P, f"{name}/attentionOutput", mixed).view(rows, tokens, width)
