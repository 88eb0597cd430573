"""Reverse-mode differentiation of scalars in double precision, in plain Python: slow, small, and with no code of the engine."""

import math


class Scalar:
    """A number that remembers what it was computed from."""

    __slots__ = ("value", "gradient", "inputs")

    def __init__(self, value, inputs=()):
        self.value = value
        self.gradient = 0.0
        self.inputs = inputs  # pairs (Scalar, local derivative)

    def __add__(self, other):
        if isinstance(other, Scalar):
            return Scalar(self.value + other.value, ((self, 1.0), (other, 1.0)))
        return Scalar(self.value + other, ((self, 1.0),))

    __radd__ = __add__

    def __mul__(self, other):
        if isinstance(other, Scalar):
            return Scalar(self.value * other.value, ((self, other.value), (other, self.value)))
        return Scalar(self.value * other, ((self, float(other)),))

    __rmul__ = __mul__

    def __sub__(self, other):
        return self + (-1.0) * other

    def relu(self):
        return Scalar(max(self.value, 0.0), ((self, 1.0 if self.value > 0 else 0.0),))

    def sqrt(self):
        root = math.sqrt(self.value)
        return Scalar(root, ((self, 0.5 / root),))

    def softplus(self):
        v = self.value
        soft = max(v, 0.0) + math.log1p(math.exp(-abs(v)))
        return Scalar(soft, ((self, 1.0 / (1.0 + math.exp(-v))),))

    def backward(self):
        """Sets `gradient` of everything this was computed from."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((source, False) for source, _ in node.inputs)
        self.gradient = 1.0
        for node in reversed(order):
            for source, derivative in node.inputs:
                source.gradient += derivative * node.gradient


def total(values):
    """Sum as one node."""
    values = list(values)
    return Scalar(sum(v.value for v in values), tuple((v, 1.0) for v in values))
