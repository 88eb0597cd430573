"""Networks with random effects by the likelihood of the batch, effects integrated out (docs/methods.md A11, A29, F10)."""

from math import log, pi

import numpy as np
import torch
from torch.nn import functional as F

from layers import linear, sum_by_level
from networks import side_by_side
from peers import peer
from variational import encoder_model

NODES, WEIGHTS = (torch.from_numpy(values.astype(np.float32)) for values in np.polynomial.hermite_e.hermegauss(5))
WEIGHTS = WEIGHTS / WEIGHTS.sum()
NEWTON_STEPS = 12


class FixedPart:
    """f: ReLU layers, dropout after all but the last, one linear output."""

    def __init__(self, problem):
        self.P, self.rate, self.layers = problem.P, problem.settings["dropout"], len(problem.settings["network"])

    def hidden(self, x, draws):
        for i in range(self.layers):
            x = F.relu(linear(self.P, f"network/dense{i}", x))
            if i < self.layers - 1:
                x = draws.dropout(x, self.rate)
        return x

    def output(self, hidden):
        return linear(self.P, "network/output", hidden)

    def __call__(self, x, draws):
        return self.output(self.hidden(x, draws))


def gaussian_nll(covariance, r):
    """−log N(r; 0, V) by the Cholesky factor of V."""
    factor = torch.linalg.cholesky(covariance)
    whitened = torch.linalg.solve_triangular(factor, r, upper=False)
    return factor.diagonal().log().sum() + 0.5 * whitened.square().sum() + 0.5 * len(r) * log(2 * pi)


def same(codes):
    return (codes.unsqueeze(1) == codes).float()


def without(x, columns):
    return x[:, [column for column in range(x.shape[1]) if column not in columns]]


def squared_distances(points):
    return (points.unsqueeze(1) - points).square().sum(2)


@peer("lmmnn")
def lmmnn(problem):
    """One factor and a normal response, in closed form by level."""
    P, fixed = problem.P, FixedPart(problem)
    (q,) = problem.levels

    def loss(batch, draws):
        r, (codes,), m = batch.y - fixed(batch.x, draws), batch.z, batch.rows
        residual, variance = P["sigma2e"], P["sigma2b"]
        spread = torch.bincount(codes, minlength=q) * variance
        sums = r.new_zeros(q).index_add(0, codes, r.squeeze(1))
        determinant = m * residual.log() + torch.log1p(spread / residual).sum()
        explained = (sums.square() * variance / (spread + residual)).sum()
        return 0.5 * (determinant + (r.square().sum() - explained) / residual + m * log(2 * pi))

    return loss


@peer("lmmnn-longitudinal")
def lmmnn_longitudinal(problem):
    """A random polynomial in time for each level, D = LL' by its factor."""
    P, fixed, (q,), k = problem.P, FixedPart(problem), problem.levels, problem.settings["degree"] + 1
    if problem.settings["covariance"] != "cholesky" or problem.settings["time"] is not None:
        raise ValueError("the peer takes the last column as time and D by its factor")
    rows, columns = torch.tril_indices(k, k, -1)

    def loss(batch, draws):
        r, (codes,), m, residual = batch.y - fixed(batch.x, draws), batch.z, batch.rows, P["sigma2e"]
        lower = torch.diag(P["covariance/logDiagonal"].exp()).index_put((rows, columns), P["covariance/below"])
        design = batch.x[:, -1:] ** torch.arange(k) @ lower
        products = torch.cat([(design.unsqueeze(2) * design.unsqueeze(1)).flatten(1), design * r], 1)
        sums = sum_by_level(products, codes, q)
        matrix = sums[:, : k * k].view(q, k, k) / residual + torch.eye(k)
        factor = torch.linalg.cholesky(matrix)
        whitened = torch.linalg.solve_triangular(factor, sums[:, k * k :].unsqueeze(2), upper=False)
        determinant = m * residual.log() + 2 * factor.diagonal(dim1=1, dim2=2).log().sum()
        quadratic = (r.square().sum() - whitened.square().sum() / residual) / residual
        return 0.5 * (determinant + quadratic + m * log(2 * pi))

    return loss


@peer("lmmnn-spatial")
def lmmnn_spatial(problem):
    """A Gaussian field over the places of levels, dense over the batch."""
    P, fixed, constants = problem.P, FixedPart(problem), problem.constants
    columns, places = constants["columns"].tolist(), constants["places"]

    def loss(batch, draws):
        r = batch.y - fixed(without(batch.x, columns), draws)
        variance, squared_length = P["kernel"]
        field = variance * torch.exp(squared_distances(places[batch.z[0]]) / (-2 * squared_length))
        covariance = field + P["sigma2e"] * torch.eye(batch.rows)
        for k, codes in enumerate(batch.z[1:]):
            covariance = covariance + P["sigma2b"][k] * same(codes)
        return gaussian_nll(covariance, r)

    return loss


@peer("lmmnn-embedded")
def lmmnn_embedded(problem):
    """Hidden vectors from tables: by the matrix of the hidden numbers (Woodbury), or dense where the batch is smaller."""
    P, fixed, tables = problem.P, FixedPart(problem), problem.tables("table")
    if problem.settings["g"] != "table":
        raise ValueError("the peer takes hidden vectors from tables")

    def loss(batch, draws):
        r, m, residual = batch.y - fixed(batch.x, draws), batch.rows, P["sigma2e"]
        deviations = P["sigma2b"].sqrt()
        g = torch.cat([F.embedding(codes, table) * deviations[k] for k, (codes, table) in enumerate(zip(batch.z, tables))], 1)
        if g.shape[1] >= m:
            return gaussian_nll(residual * torch.eye(m) + g @ g.T, r)
        factor = torch.linalg.cholesky(torch.eye(g.shape[1]) + g.T @ g / residual)
        whitened = torch.linalg.solve_triangular(factor, g.T @ r, upper=False)
        determinant = m * residual.log() + 2 * factor.diagonal().log().sum()
        quadratic = (r.square().sum() - whitened.square().sum() / residual) / residual
        return 0.5 * (determinant + quadratic + m * log(2 * pi))

    return loss


@peer("lmmnn-poisson")
def lmmnn_poisson(problem):
    """Counts with a normal effect of each level, integrated by five nodes around its mode."""
    P, fixed, (q,) = problem.P, FixedPart(problem), problem.levels
    if problem.settings["effect"] != "normal-adaptive":
        raise ValueError("the peer integrates normal effects around their modes")
    of_nodes = WEIGHTS.log() + 0.5 * NODES.square()

    @torch.no_grad()
    def modes(observed, expected, variance):
        precision = 1 / variance
        mode = ((observed + 0.5) / (expected + 0.5)).log().relu()
        for _ in range(NEWTON_STEPS):
            mean = expected * mode.exp()
            mode = mode + (observed - mean - mode * precision) / (mean + precision)
        return mode, (expected * mode.exp() + precision).rsqrt()

    def loss(batch, draws):
        f, (codes,), y, variance = fixed(batch.x, draws), batch.z, batch.y, P["sigma2b"]
        observed, expected = sum_by_level(torch.cat([y, f.exp()], 1), codes, q).split(1, 1)
        mode, deviation = modes(observed, expected, variance)
        effects = mode + deviation * NODES
        density = -0.5 * (variance.log() + effects.square() / variance)
        sums = observed * effects - expected * effects.exp() + density + deviation.log() + of_nodes
        present = torch.bincount(codes, minlength=q) > 0
        of_levels = torch.logsumexp(sums, 1)[present].sum()
        return torch.lgamma(y + 1).sum() - (y * f).sum() - of_levels

    return loss


@peer("lmmnn-survival")
def lmmnn_survival(problem):
    """Times to an event: Weibull baseline, a gamma frailty of each level."""
    P, fixed, (q,) = problem.P, FixedPart(problem), problem.levels

    def loss(batch, draws):
        f, (codes,), event = fixed(batch.x, draws), batch.z, batch.event
        theta, rate, nu = P["sigma2b"], P["weibullLambda"], P["weibullNu"]
        log_time = batch.y.clamp(min=1e-30).log()
        hazard = rate * torch.exp(nu * log_time + f)
        events, hazards = sum_by_level(torch.cat([event, hazard], 1), codes, q).split(1, 1)
        shape = 1 / theta
        gammas = torch.lgamma(shape + events) - torch.lgamma(shape) + events * theta.log()
        of_levels = gammas - (shape + events) * torch.log1p(hazards * theta)
        of_events = event * (f + (rate * nu).log() + (nu - 1) * log_time)
        return -of_levels.sum() - of_events.sum()

    return loss


@peer("deepglmm")
def deep_glmm(problem):
    """Random effects on the last hidden layer, a normal response, dense over the batch."""
    P, fixed = problem.P, FixedPart(problem)
    if problem.task != "regression" or problem.settings["randomOn"] != "hidden":
        raise ValueError("the peer takes a normal response and effects on the hidden layer")

    def loss(batch, draws):
        hidden = fixed.hidden(batch.x, draws)
        h = F.pad(hidden, (1, 0), value=1.0) * torch.exp(P["logGamma"] / 2)
        covariance = h @ h.T * same(batch.z[0]) + P["logSigma2"].exp() * torch.eye(batch.rows)
        return gaussian_nll(covariance, batch.y - fixed.output(hidden))

    return loss


def correlated(problem, alike):
    """MMbeddings whose prior of the first feature's levels is N(0, s² C), C = alike(codes) off its diagonal of 1."""
    P, d = problem.P, problem.settings["d"]
    if problem.settings["correlation"] != "learned" or problem.settings["prior"] != "learned":
        raise ValueError("the peer learns the correlation and the prior's variances")

    def prior(k, mean, log_var, batch):
        log_prior = P[f"prior/logVar{k}"]
        if k > 0:
            present = torch.bincount(batch.z[k], minlength=len(mean)).unsqueeze(1) > 0
            u = log_var - log_prior
            return 0.5 * ((torch.expm1(u) - u + mean.square() * torch.exp(-log_prior)) * present).sum()
        codes = batch.z[0]
        first = ~(codes.unsqueeze(1) == codes).tril(-1).any(1)
        codes = codes[first]
        eye = torch.eye(len(codes))
        factor = torch.linalg.cholesky(eye + alike(codes) * (1 - eye))
        means = F.embedding(codes, mean) * torch.exp(-log_prior / 2)
        logs = F.embedding(codes, log_var) - log_prior
        whitened = torch.linalg.solve_triangular(factor, torch.cat([means, eye], 1), upper=False)
        trace = whitened[:, :d].square().sum() + (whitened[:, d:].square().sum(0) * logs.exp().sum(1)).sum()
        return 0.5 * (2 * d * factor.diagonal().log().sum() + trace - (logs + 1).sum())

    return encoder_model(problem, side_by_side, prior)


@peer("mmbeddings-correlated")
def mmbeddings_correlated(problem):
    """Levels are a Gaussian field over their places."""
    P, places = problem.P, problem.constants["places"]

    def alike(codes):
        share = 0.99 * torch.sigmoid(P["prior/logitShare"])
        return share * torch.exp(squared_distances(places[codes]) / (-2 * P["prior/logSquaredLength"].exp()))

    return correlated(problem, alike)


@peer("mmbeddings-graph")
def mmbeddings_graph(problem):
    """Levels are joined by edges; correlations are held at some dependences and go straight between them."""
    P, held = problem.P, problem.constants["correlations"]
    steps = torch.arange(1, held.shape[2] + 1)

    def alike(codes):
        place = len(steps) * torch.sigmoid(P["prior/logitDependence"])
        return held[codes[:, None], codes] @ (1 - (place - steps).abs()).relu()

    return correlated(problem, alike)
