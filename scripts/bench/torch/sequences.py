"""Transformers on windows of series (docs/methods.md F4, F5)."""

import torch
from torch.nn import functional as F

from layers import attention, layer_norm, linear, pooled
from peers import peer

NORM = 1e-5


def waves(length, width):
    """Sine and cosine by step: [length, width]."""
    column = torch.arange(width, dtype=torch.float64)
    angle = torch.arange(length, dtype=torch.float64).unsqueeze(1) * 10000 ** (-(column - column % 2) / width)
    return torch.where(column % 2 == 0, angle.sin(), angle.cos()).float()


@peer("sequence-transformer", "sequence-transformer-untagged", "sequence-transformer-published")
def sequence_transformer(problem):
    """Encoder layers over the steps of a window, the sum of the series' tags beside every step."""
    P, told = problem.P, problem.settings
    published = problem.method == "sequence-transformer-published"
    causal, position = (False, "none") if published else (told["causal"], told["position"])
    names = [name for name in P if name.startswith("tags") and name.endswith("/table")]
    rate, heads = told["dropout"], told["heads"]

    def loss(batch, draws):
        rows, length, _ = batch.window.shape
        steps = batch.window
        if names:
            beside = torch.cat([pooled(P[name], tags, "sum") for name, tags in zip(names, batch.tags)], 1)
            steps = torch.cat([steps, beside.unsqueeze(1).expand(-1, length, -1)], 2)
        x = linear(P, "projection", steps.flatten(0, 1))
        width = x.shape[1]
        if position != "none":
            x = (x.view(rows, length, width) + waves(length, width)).view(-1, width)
        x = draws.dropout(x, rate)
        for i in range(told["blocks"]):
            mixed = attention(P, f"block{i}", x.view(rows, length, width), heads, rate, draws, causal).view(-1, width)
            x = layer_norm(P, f"block{i}/norm1", x + draws.dropout(mixed, rate), NORM)
            wide = draws.dropout(F.relu(linear(P, f"block{i}/ff0", x)), rate)
            x = layer_norm(P, f"block{i}/norm2", x + draws.dropout(linear(P, f"block{i}/ff1", wide), rate), NORM)
        return F.mse_loss(linear(P, "output", x).view(rows, length), batch.y)

    return loss


@peer("timexer", "timexer-untagged")
def timexer(problem):
    """Patches of the series and a global token attend to each other, the global token to the other series."""
    P, told = problem.P, problem.settings
    rate, heads = told["dropout"], told["heads"]
    sets = problem.series_tags if problem.method == "timexer" else None
    if not told["normalise"] or told["secondNorm"] != "global" or told["activation"] != "gelu":
        raise ValueError("the peer is of the published settings")

    def scaled(series):
        mean = series.mean(1, keepdim=True)
        deviation = (series.var(1, keepdim=True, unbiased=False) + 1e-5).sqrt()
        return (series - mean) / deviation, mean, deviation

    def crossed(i, token, others, features, draws):
        """Attention of one token of each row to the other series."""
        name, (rows, width) = f"block{i}/cross", token.shape
        query = linear(P, f"{name}/query", token).view(rows, heads, 1, -1)
        kernel = torch.cat([P[f"{name}/key/kernel"], P[f"{name}/value/kernel"]], 1)
        bias = torch.cat([P[f"{name}/key/bias"], P[f"{name}/value/bias"]])
        key, value = torch.addmm(bias, others, kernel).view(rows, features, 2, heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (query @ key.transpose(2, 3) / query.shape[3] ** 0.5).softmax(3)
        return linear(P, f"{name}/attentionOutput", (draws.dropout(weights, rate) @ value).reshape(rows, width))

    def loss(batch, draws):
        rows, length, channels = batch.window.shape
        features, patch = channels - 1, P["patch/kernel"].shape[0]
        own, mean, deviation = scaled(batch.window[:, :, 0])
        patches = own[:, : length // patch * patch].reshape(-1, patch) @ P["patch/kernel"]
        width = patches.shape[1]
        patches = patches.view(rows, -1, width) + waves(length // patch, width)
        tokens = torch.cat([patches, P["global"].expand(rows, 1, width)], 1)
        others, _, _ = scaled(batch.window[:, :, 1:].transpose(1, 2).reshape(-1, length))
        variates = linear(P, "variate", others)
        if sets is not None:
            variates = (variates.view(rows, features, width) + pooled(P["tags/table"], sets, "sum")).view(-1, width)
        x = draws.dropout(tokens.reshape(-1, width), rate)
        variates = draws.dropout(variates, rate)
        count = tokens.shape[1]
        for i in range(told["blocks"]):
            mixed = attention(P, f"block{i}/self", x.view(rows, count, width), heads, rate, draws).view(-1, width)
            x = layer_norm(P, f"block{i}/norm1", x + draws.dropout(mixed, rate), NORM).view(rows, count, width)
            token = x[:, -1]
            token = layer_norm(P, f"block{i}/norm2", token + draws.dropout(crossed(i, token, variates, features, draws), rate), NORM)
            x = torch.cat([x[:, :-1], token.unsqueeze(1)], 1).view(-1, width)
            wide = draws.dropout(F.gelu(linear(P, f"block{i}/ff0", x)), rate)
            x = layer_norm(P, f"block{i}/norm3", x + draws.dropout(linear(P, f"block{i}/ff1", wide), rate), NORM)
        flat = layer_norm(P, "norm", x, NORM).view(rows, -1)
        forecast = draws.dropout(linear(P, "head", flat), rate)
        return F.mse_loss(forecast * deviation + mean, batch.y)

    return loss
