"""Steps of a peer: its loss, autograd, and Adam as Keras has it."""

import time

import torch

from peers import PEERS
from problem import Draws, Problem, SameDraws

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-7


class KerasAdam:
    """PyTorch's fused Adam with Keras' place for ε (docs/methods.md A0): √v + ε before v is corrected is √v̂ + ε / √(1 − β₂ᵗ) after it."""

    def __init__(self, problem):
        groups = {}
        for name, parameter in problem.P.items():
            if parameter.requires_grad:
                groups.setdefault(problem.rates.get(name, 1), []).append(parameter)
        self.adam = torch.optim.Adam(
            [{"params": own, "lr": factor * problem.rate} for factor, own in groups.items()], betas=(BETA1, BETA2), eps=EPSILON, fused=True
        )
        self.floors = [(problem.P[name], least) for name, least in problem.floors.items()]
        self.steps = 0

    def step(self):
        self.steps += 1
        for group in self.adam.param_groups:
            group["eps"] = EPSILON / (1 - BETA2**self.steps) ** 0.5
        self.adam.step()
        self.adam.zero_grad()
        if self.floors:
            with torch.no_grad():
                for parameter, least in self.floors:
                    parameter.clamp_(min=least)


class Training:
    """Steps over the batches of a problem, one after the other, again and again."""

    def __init__(self, folder, compiled=False):
        self.problem = Problem(folder)
        self.loss = PEERS[self.problem.method](self.problem)
        if compiled:
            self.loss = torch.compile(self.loss, dynamic=False)
        self.adam = KerasAdam(self.problem)
        self.steps = 0

    def step(self, draws):
        batch = self.problem.batches[self.steps % len(self.problem.batches)]
        self.steps += 1
        value = self.loss(batch, draws)
        value.backward()
        self.adam.step()
        return value.detach()

    def first(self, steps):
        """Losses of the first steps, with the lab's noise."""
        return [float(self.step(SameDraws(self.problem.seed, self.steps))) for _ in range(steps)]

    def turn(self, steps):
        draws = Draws()
        wall, processor = time.perf_counter(), time.process_time()
        for _ in range(steps):
            loss = self.step(draws)
        loss = float(loss)
        return {"ms": 1e3 * (time.perf_counter() - wall), "processor": 1e3 * (time.process_time() - processor), "loss": loss}
