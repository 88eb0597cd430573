"""Networks on level vectors: what stands between the vectors of a row and its prediction. A network is a function of
(x, members, vectors, draws) that gives [rows, 1] and what it adds to the loss, or None."""

import torch
from torch.nn import functional as F

from layers import attention, batch_norm, decoder, layer_norm, linear, pooled


def side_by_side(problem):
    """An MLP on x and the vectors; `interaction` product: with their element-wise products (docs/methods.md A17)."""
    interaction = problem.settings.get("interaction", "concatenation")
    if interaction not in ("concatenation", "product"):
        raise ValueError(f"no peer combines level vectors by {interaction}")

    def apply(x, members, vectors, draws):
        products = []
        if interaction == "product":
            products = [one * other for j, one in enumerate(vectors) for other in vectors[j + 1 :]]
        return decoder(problem.P, torch.cat([x, *vectors, *products], 1)), None

    return apply


def inner_product(problem):
    """⟨B₁, B₂⟩, and a bias a level where there are any, next to x (docs/methods.md A13)."""
    biases = problem.tables("bias")

    def apply(x, members, vectors, draws):
        score = (vectors[0] * vectors[1]).sum(1, keepdim=True)
        for bias, own in zip(biases, members):
            score = score + F.embedding(own, bias)
        return decoder(problem.P, torch.cat([x, score], 1)), None

    return apply


def factorization(problem):
    """A factorization machine; with an MLP on the fields where there is one (docs/methods.md A16)."""
    P, biases = problem.P, problem.tables("bias")

    def apply(x, members, vectors, draws):
        factors, levels = P["fm/factors"], torch.stack(vectors)
        linear_part = x @ P["fm/weights"] + P["fm/intercept"]
        for bias, own in zip(biases, members):
            linear_part = linear_part + pooled(bias, own)
        sums = x @ factors + levels.sum(0)
        squares = x.square() @ factors.square() + levels.square().sum(0)
        value = linear_part + 0.5 * (sums.square() - squares).sum(1, keepdim=True)
        if "decoder/output/kernel" in P:
            numbers = (x.unsqueeze(2) * factors).flatten(1)
            value = value + decoder(P, torch.cat([numbers, *vectors], 1))
        return value, None

    return apply


def tab_transformer(problem):
    """Level vectors as tokens of a transformer, norms after the sums (docs/methods.md A12)."""
    P, told = problem.P, problem.settings

    def apply(x, members, vectors, draws):
        tokens = torch.stack(vectors, 1) + P["column/table"]
        for i in range(told["blocks"]):
            mixed = attention(P, f"block{i}", tokens, told["heads"], told["dropout"], draws)
            tokens = layer_norm(P, f"block{i}/norm1", tokens + mixed, 1e-6)
            flat = tokens.flatten(0, 1)
            wide = F.relu(linear(P, f"block{i}/ff0", flat))
            tokens = layer_norm(P, f"block{i}/norm2", tokens + linear(P, f"block{i}/ff1", wide).view_as(tokens), 1e-6)
        return decoder(P, torch.cat([layer_norm(P, "numeric/norm", x, 1e-6), tokens.flatten(1)], 1)), None

    return apply


class Entmax15(torch.autograd.Function):
    """Entmax-1.5 of each row, as the package of Peters, Niculae & Martins (2019) has it."""

    @staticmethod
    def forward(ctx, x):
        x = (x - x.amax(1, keepdim=True)) / 2
        sorted_, _ = x.sort(1, descending=True)
        rho = torch.arange(1, x.shape[1] + 1, dtype=x.dtype)
        mean = sorted_.cumsum(1) / rho
        spread = rho * (sorted_.square().cumsum(1) / rho - mean.square())
        tau = mean - ((1 - spread) / rho).clamp(min=0).sqrt()
        support = (tau <= sorted_).sum(1, keepdim=True)
        value = (x - tau.gather(1, support - 1)).clamp(min=0).square()
        ctx.save_for_backward(value)
        return value

    @staticmethod
    def backward(ctx, slope):
        root = ctx.saved_tensors[0].sqrt()
        weighted = slope * root
        return weighted - root * (weighted.sum(1, keepdim=True) / root.sum(1, keepdim=True))


def tab_net(problem):
    """TabNet: sparse masks by step, gated layers that all steps share in part (docs/methods.md A14)."""
    P, told = problem.P, problem.settings
    width, steps, relaxation = told["width"], told["steps"], told["relaxation"]

    def norm(name, x):
        return batch_norm(problem, name, x, 0.02, 1e-3)

    def transformed(i, hidden):
        for layer in range(4):
            kernel = P[f"shared/glu{layer}/kernel" if layer < 2 else f"transformer{i}/glu{layer}/kernel"]
            out = F.glu(norm(f"transformer{i}/norm{layer}", hidden @ kernel), 1)
            hidden = (hidden + out) * 0.5**0.5 if hidden.shape == out.shape else out
        return hidden.split(width, 1)

    def apply(x, members, vectors, draws):
        inputs = norm("input/norm", torch.cat([x, *vectors], 1))
        _, steering = transformed(0, inputs)
        prior, entropy, decided = None, 0, 0
        for i in range(steps):
            scores = norm(f"attention{i}/norm", steering @ P[f"attention{i}/kernel"])
            mask = Entmax15.apply(scores if prior is None else prior * scores)
            left = relaxation - mask
            prior = left if prior is None else prior * left
            entropy = entropy + (mask * torch.log(mask + 1e-15)).sum()
            decision, steering = transformed(i + 1, mask * inputs)
            decided = decided + F.relu(decision)
        return decoder(P, decided), entropy * (-told["sparsity"] / (steps * len(x)))

    return apply


def normalised_mlp(problem):
    """Linear map, batch norm, ReLU, dropout for each hidden layer (docs/methods.md F7)."""
    P, told = problem.P, problem.settings

    def apply(x, members, vectors, draws):
        hidden = torch.cat([x, *vectors], 1)
        for i in range(len(told["decoder"])):
            hidden = F.relu(batch_norm(problem, f"decoder/norm{i}", linear(P, f"decoder/dense{i}", hidden), 0.1, 1e-5))
            hidden = draws.dropout(hidden, told["dropout"])
        return linear(P, "decoder/output", hidden), None

    return apply


def growth_curve(problem):
    """A logistic curve over x whose parameters are β plus the vector of the level (docs/methods.md A15)."""
    P = problem.P

    def apply(x, members, vectors, draws):
        beta = torch.stack([P[f"decoder/beta{m}"] for m in (1, 2, 3)])
        asymptote, midpoint, scale = (vectors[0] + beta).split(1, 1)
        exponent = (x - midpoint) / scale.clamp(min=0.1)
        if problem.method == "growth-mmbeddings":
            exponent = exponent.clamp(-50, 50)
        return asymptote * torch.sigmoid(exponent), None

    return apply
