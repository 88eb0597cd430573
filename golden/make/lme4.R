# Fits of lme4 by maximum likelihood and by REML, with the tables they are of: Rscript golden/make/lme4.R > golden/lme4.json
suppressMessages(library(lme4))

number <- function(values) paste0("[", paste(format(values, digits = 15, scientific = FALSE, trim = TRUE), collapse = ", "), "]")
whole <- function(values) paste0("[", paste(values, collapse = ", "), "]")
text <- function(values) paste0("[", paste0("\"", values, "\"", collapse = ", "), "]")

fit <- function(formula, table, reml, factors) {
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-3, rhoend = 1e-9, maxfun = 1e5), check.conv.singular = "ignore",
    calc.derivs = FALSE, check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore")
  start <- suppressWarnings(lmer(formula, table, REML = reml))
  model <- suppressWarnings(lmer(formula, table, REML = reml, control = control, start = pmax(getME(start, "theta"), 0)))
  effects <- ranef(model, condVar = TRUE)
  part <- function(name) {
    own <- effects[[name]]
    sprintf("{\"variance\": %.12g, \"modes\": %s, \"conditionalVariances\": %s}", as.numeric(VarCorr(model)[[name]]),
      number(own[levels(table[[name]]), 1]), number(as.numeric(attr(own, "postVar"))[match(levels(table[[name]]), rownames(own))]))
  }
  sprintf("{\"logLik\": %.10f, \"residualVariance\": %.12g, \"beta\": %s, \"standardErrors\": %s, \"AIC\": %.8f, \"BIC\": %.8f, \"fixedVariance\": %.12g, \"factors\": [%s]}",
    as.numeric(logLik(model)), sigma(model)^2, number(fixef(model)), number(sqrt(diag(as.matrix(vcov(model))))), AIC(model), BIC(model), var(as.numeric(getME(model, "X") %*% fixef(model))),
    paste(sapply(factors, part), collapse = ", "))
}

design <- function(name, table, response, numeric, factors) {
  for (one in factors) table[[one]] <- factor(table[[one]])
  fixed <- if (length(numeric) > 0) paste(numeric, collapse = " + ") else "1"
  formula <- as.formula(paste(response, "~", fixed, "+", paste0("(1 | ", factors, ")", collapse = " + ")))
  sprintf("\"%s\": {\"y\": %s, \"x\": [%s], \"codes\": [%s], \"levels\": %s, \"names\": %s,\n \"ml\": %s,\n \"reml\": %s}", name,
    number(table[[response]]), paste(sapply(numeric, function(one) number(table[[one]])), collapse = ", "),
    paste(sapply(factors, function(one) whole(as.integer(table[[one]]) - 1)), collapse = ", "),
    whole(sapply(factors, function(one) nlevels(table[[one]]))), text(factors), fit(formula, table, FALSE, factors), fit(formula, table, TRUE, factors))
}

simulate <- function(codes, deviations, residual = 1) {
  rows <- length(codes[[1]])
  x1 <- round(rnorm(rows), 3)
  x2 <- round(runif(rows), 3)
  y <- 2 + x1 - 0.5 * x2 + residual * rnorm(rows)
  for (k in seq_along(codes)) y <- y + deviations[k] * rnorm(max(codes[[k]]))[codes[[k]]]
  data.frame(y = round(y, 3), x1, x2, as.data.frame(setNames(codes, letters[seq_along(codes)])))
}
draw <- function(rows, levels) c(seq_len(levels), sample(levels, rows - levels, replace = TRUE))

set.seed(20)
nested <- draw(160, 40)
deep <- draw(200, 60)
giant <- c(rep(1, 150), draw(100, 25))
tables <- list(
  design("Penicillin", Penicillin, "diameter", c(), c("plate", "sample")),
  design("Pastes", Pastes, "strength", c(), c("sample", "batch")),
  design("Dyestuff", Dyestuff, "Yield", c(), c("Batch")),
  design("Dyestuff2", Dyestuff2, "Yield", c(), c("Batch")),
  design("one factor, unbalanced", simulate(list(sample(c(1:30, rep(1:5, 12)))), 0.8), "y", c("x1", "x2"), "a"),
  design("one factor without variance", simulate(list(draw(120, 20)), 0), "y", c("x1", "x2"), "a"),
  design("nested", simulate(list(nested, (nested - 1) %/% 5 + 1), c(0.6, 0.9)), "y", c("x1", "x2"), c("a", "b")),
  design("nested three deep", simulate(list(deep, (deep - 1) %/% 4 + 1, (deep - 1) %/% 12 + 1), c(0.7, 0.5, 0.8)), "y", c("x1"), c("a", "b", "c")),
  design("crossed", simulate(list(draw(200, 30), draw(200, 12)), c(1, 0.5)), "y", c("x1", "x2"), c("a", "b")),
  design("crossed, one without variance", simulate(list(draw(180, 20), draw(180, 25)), c(0.9, 0)), "y", c("x1"), c("a", "b")),
  design("three crossed", simulate(list(draw(250, 25), draw(250, 15), draw(250, 8)), c(0.7, 0.4, 1.1)), "y", c("x1", "x2"), c("a", "b", "c")),
  design("a giant level", simulate(list(giant, draw(250, 10)), c(0.8, 0.6)), "y", c("x1"), c("a", "b")),
  design("little noise", simulate(list(draw(150, 20)), 3, 0.05), "y", c("x1", "x2"), "a"),
  design("much noise", simulate(list(draw(220, 18), draw(220, 9)), c(0.5, 0.7), 6), "y", c("x1"), c("a", "b"))
)
cat(sprintf("{\"made\": \"lme4 %s, %s\",\n\"designs\": {\n%s\n}}\n", packageVersion("lme4"), R.version.string, paste(tables, collapse = ",\n")))
