"""A training step in PyTorch on the CPU, with its autograd and its Adam. python3 torch-step.py METHOD Q (docs/methods.md A6, A10)."""

import os
import sys

import torch
from serve import begin, serve
from torch.nn import Embedding, Linear, ReLU, Sequential

method, q = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
torch.manual_seed(0)
at_start = begin()
n, p, d = q, 10, 10
X = torch.rand(n, p) * 2 - 1
y = torch.randn(n, 1)
z = torch.randint(0, q, (n,))
xy = torch.cat([X, y], 1)
decoder = Sequential(Linear(p + d, 10), ReLU(), Linear(10, 10), ReLU(), Linear(10, 1))
ones = torch.ones(n, 1)


def train(modules, loss):
    adam = torch.optim.Adam([parameter for module in modules for parameter in module.parameters()], lr=1e-3, eps=1e-7)

    def step():
        value = loss()
        adam.zero_grad()
        value.backward()
        adam.step()
        return value.item()

    serve(step, at_start)


if method == "embeddings":
    table = Embedding(q, d)
    train([table, decoder], lambda: (decoder(torch.cat([X, table(z)], 1)) - y).square().mean())
else:
    encoder = Sequential(Linear(p + 1, 100), ReLU(), Linear(100, 100), ReLU())
    mean_head, log_var_head = Linear(100, d), Linear(100, d)

    def loss():
        hidden = encoder(xy)
        mean, log_var = mean_head(hidden), log_var_head(hidden)
        draws = mean + torch.randn_like(mean) * torch.exp(log_var / 2)
        count = torch.zeros(q, 1).index_add_(0, z, ones).clamp_(min=1)
        levels = torch.zeros(q, 3 * d).index_add(0, z, torch.cat([draws, mean, log_var], 1)) / count
        vectors, level_mean, level_log_var = levels.split(d, 1)
        output = decoder(torch.cat([X, vectors[z]], 1))
        kl = 0.5 * (level_log_var.exp() - level_log_var - 1 + level_mean.square()).sum() / n
        return 0.5 * (output - y).square().mean() + 0.001 * kl

    train([encoder, mean_head, log_var_head, decoder], loss)
