# The fit of lme4's InstEval by maximum likelihood and REML: Rscript golden/make/lme4-insteval.R > golden/lme4-insteval.json
# The table is lme4's own; only estimates are kept.
suppressMessages(library(lme4))
exact <- function(values) paste0("[", paste(sprintf("%.12g", values), collapse = ", "), "]")
fit <- function(reml) {
  tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.02, rhoend = 1e-9, maxfun = 1e5), calc.derivs = FALSE)
  model <- lmer(y ~ service + (1 | s) + (1 | d) + (1 | dept), InstEval, REML = reml, control = tight)
  effects <- ranef(model)$dept
  sprintf("{\"logLik\": %.8f, \"beta\": %s, \"standardErrors\": %s, \"deviations\": %s, \"residual\": %.12g, \"departments\": %s}", as.numeric(logLik(model)),
    exact(fixef(model)), exact(sqrt(diag(as.matrix(vcov(model))))), exact(sapply(c("s", "d", "dept"), function(name) attr(VarCorr(model)[[name]], "stddev"))),
    sigma(model), exact(effects[levels(InstEval$dept), 1]))
}
cat(sprintf("{\"made\": \"lme4 %s, %s\",\n\"formula\": \"y ~ service + (1 | s) + (1 | d) + (1 | dept)\",\n\"departments\": [%s],\n\"ml\": %s,\n\"reml\": %s}\n", packageVersion("lme4"),
  R.version.string, paste0("\"", levels(InstEval$dept), "\"", collapse = ", "), fit(FALSE), fit(TRUE)))
