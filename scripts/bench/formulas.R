# Fits a formula to a table as lme4 does: processor seconds and log likelihood as JSON, one line a fit.
# Arguments: table, formula, family. Columns whose cells are no numbers are factors.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
table <- read.csv(arguments[1], stringsAsFactors = TRUE)
formula <- as.formula(arguments[2])
input <- file("stdin", "r")
while (length(readLines(input, 1)) > 0) {
  time <- system.time(suppressMessages(suppressWarnings(fit <- switch(arguments[3],
    gaussian = lmer(formula, table, REML = FALSE, control = lmerControl(calc.derivs = FALSE)),
    binomial = glmer(formula, table, binomial),
    poisson = glmer(formula, table, poisson)))))
  cat(sprintf('{"seconds": %.4f, "logLik": %.6f}\n', time[["user.self"]] + time[["sys.self"]], as.numeric(logLik(fit))))
  flush(stdout())
}
