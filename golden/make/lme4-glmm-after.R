# Profile intervals of lme4's glmer: Rscript golden/make/lme4-glmm-after.R > golden/lme4-glmm-after.json
# The tables are those of golden/lme4-glmm.json, by name. Of the negative binomial, whose shape lme4 takes as known, the profile of the shape is
# that of glmer's own likelihoods.
suppressMessages(library(lme4))
suppressMessages(library(jsonlite))
designs <- fromJSON("golden/lme4-glmm.json", simplifyVector = FALSE)$designs

exact <- function(values) paste0("[", paste(ifelse(is.na(values), "null", sprintf("%.10g", values)), collapse = ", "), "]")
text <- function(values) paste0("[", paste0("\"", values, "\"", collapse = ", "), "]")
table_of <- function(name) as.data.frame(lapply(designs[[name]]$table, function(column) {
  if (is.null(column$codes)) unlist(column$numbers) else factor(unlist(column$labels)[unlist(column$codes) + 1], levels = unlist(column$labels))
}))
tight <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.02, rhoend = 1e-8, maxfun = 1e5), check.conv.singular = "ignore",
  check.conv.grad = "ignore", tolPwrss = 1e-12, calc.derivs = FALSE)
fit <- function(formula, table, family, nodes = 1) suppressWarnings(glmer(formula, table, family, nAGQ = nodes, control = tight))

intervals <- function(name, nodes = 1) {
  design <- designs[[name]]
  model <- fit(as.formula(design$formula), table_of(name), design$family, nodes)
  found <- suppressWarnings(suppressMessages(confint(profile(model, signames = FALSE, optimizer = "bobyqa", devtol = 1e-5))))
  sprintf("{\"design\": \"%s\", \"nodes\": %d, \"names\": %s, \"low\": %s, \"high\": %s}", name, nodes, text(rownames(found)), exact(found[, 1]), exact(found[, 2]))
}
shapes <- function(name) {
  table <- table_of(name)
  at <- function(log) -2 * as.numeric(logLik(fit(as.formula(designs[[name]]$formula), table, MASS::negative.binomial(exp(log)))))
  best <- optimize(at, c(-1, 2.5), tol = 1e-7)
  rise <- function(log) at(log) - best$objective - qnorm(0.975)^2
  ends <- c(uniroot(rise, c(best$minimum - 2, best$minimum), tol = 1e-7)$root, uniroot(rise, c(best$minimum, best$minimum + 2), tol = 1e-7)$root)
  sprintf("{\"design\": \"%s\", \"nodes\": 1, \"names\": [\"shape\"], \"low\": %s, \"high\": %s}", name, exact(exp(ends[1])), exact(exp(ends[2])))
}
# An end of a correlation by glmer's own deviance, least over all else: confint interpolates it through too few points (0.54 for 0.32 here).
correlation <- function(name, effects, between) {
  formula <- as.formula(designs[[name]]$formula)
  model <- fit(formula, table_of(name), designs[[name]]$family)
  deviance <- suppressWarnings(glmer(formula, table_of(name), designs[[name]]$family, control = tight, devFunOnly = TRUE))
  start <- c(log(pmax(0.1, sqrt(diag(VarCorr(model)[[1]])))), fixef(model))
  least <- deviance(c(getME(model, "theta"), fixef(model)))
  rise <- function(rho) {
    at <- function(p) tryCatch(deviance(c(exp(p[1]), rho * exp(p[2]), sqrt(1 - rho^2) * exp(p[2]), p[-(1:2)])), error = function(e) 1e6)
    found <- optim(start, at, control = list(maxit = 2000, reltol = 1e-8))
    start <<- found$par
    found$value - least - qnorm(0.975)^2
  }
  sprintf("{\"design\": \"%s\", \"effects\": %s, \"end\": %.6f}", name, text(effects), uniroot(rise, between, tol = 1e-4)$root)
}
# The spread of refits: means and deviations of 400 refits of responses that the model drew.
spread <- function(name, times = 400) {
  design <- designs[[name]]
  model <- fit(as.formula(design$formula), table_of(name), design$family)
  values <- function(one) c(sqrt(unlist(lapply(VarCorr(one), diag))), fixef(one))
  set.seed(20)
  found <- t(sapply(simulate(model, times), function(y) suppressWarnings(suppressMessages(values(refit(model, y))))))
  sprintf("{\"design\": \"%s\", \"refits\": %d, \"mean\": %s, \"sd\": %s}", name, times, exact(colMeans(found)), exact(apply(found, 2, sd)))
}
profiles <- c(intervals("cbpp"), intervals("cbpp", 9), intervals("counts with slopes"), intervals("counts, crossed, exposure"),
  intervals("binary with slopes"), shapes("negative binomial"))
ends <- c(correlation("counts with slopes", c("(Intercept)", "x"), c(0.15, 0.3)), correlation("binary with slopes", c("(Intercept)", "x"), c(0.28, 0.36)))
cat(sprintf("{\"made\": \"lme4 %s, %s\",\n\"profiles\": [\n%s\n],\n\"correlations\": [\n%s\n],\n\"spreads\": [\n%s\n]}\n", packageVersion("lme4"), R.version.string,
  paste(profiles, collapse = ",\n"), paste(ends, collapse = ",\n"), paste(c(spread("cbpp"), spread("counts, one factor")), collapse = ",\n")))
