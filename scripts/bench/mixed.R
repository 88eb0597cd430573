# Fits a table of y and factors by maximum likelihood: seconds, deviance and standard deviations as JSON, one line a fit.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
table <- read.csv(arguments[1])
factors <- setdiff(names(table), "y")
for (name in factors) table[[name]] <- factor(table[[name]])
formula <- as.formula(paste("y ~ 1 +", paste0("(1 | ", factors, ")", collapse = " + ")))
control <- lmerControl(check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore", calc.derivs = FALSE)
input <- file("stdin", "r")
while (length(readLines(input, 1)) > 0) {
  time <- system.time(fit <- lmer(formula, table, REML = FALSE, control = control))
  deviations <- sapply(factors, function(name) attr(VarCorr(fit)[[name]], "stddev"))
  cat(sprintf('{"seconds": %.4f, "deviance": %.6f, "deviations": [%s], "residual": %.8f}\n',
    time[["user.self"]] + time[["sys.self"]], -2 * as.numeric(logLik(fit)), paste(sprintf("%.8f", deviations), collapse = ", "), sigma(fit)))
  flush(stdout())
}
