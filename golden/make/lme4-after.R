# Profile intervals and likelihood ratios of variances by lme4: Rscript golden/make/lme4-after.R > golden/lme4-after.json
# The tables are those of golden/lme4-terms.json, by name.
suppressMessages(library(lme4))
suppressMessages(library(jsonlite))
designs <- fromJSON("golden/lme4-terms.json", simplifyVector = TRUE)$designs

exact <- function(values) paste0("[", paste(ifelse(is.na(values), "null", sprintf("%.10g", values)), collapse = ", "), "]")
text <- function(values) paste0("[", paste0("\"", values, "\"", collapse = ", "), "]")
table_of <- function(name) as.data.frame(lapply(designs[[name]]$table, function(column) {
  if (is.null(column$codes)) column$numbers else factor(column$labels[column$codes + 1], levels = column$labels)
}))
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.2, rhoend = 1e-9, maxfun = 1e5), check.conv.singular = "ignore", calc.derivs = FALSE)

intervals <- function(name) {
  table <- table_of(name)
  model <- lmer(as.formula(designs[[name]]$formula), table, REML = FALSE, control = tight)
  found <- suppressWarnings(suppressMessages(confint(profile(model, signames = FALSE, optimizer = "bobyqa", devtol = 1e-6))))
  sprintf("\"%s\": {\"names\": %s, \"low\": %s, \"high\": %s}", name, text(rownames(found)), exact(found[, 1]), exact(found[, 2]))
}
ratio <- function(name, without, freedom) {
  table <- table_of(name)
  deviances <- sapply(c(FALSE, TRUE), function(reml) {
    full <- lmer(as.formula(designs[[name]]$formula), table, REML = reml, control = tight)
    less <- if (grepl("|", without, fixed = TRUE)) lmer(as.formula(without), table, REML = reml, control = tight) else lm(as.formula(without), table)
    max(0, 2 * (as.numeric(logLik(full)) - as.numeric(if (inherits(less, "lm")) logLik(less, REML = reml) else logLik(less))))
  })
  p <- sapply(deviances, function(one) mean(pchisq(one, freedom, lower.tail = FALSE)))
  sprintf("{\"design\": \"%s\", \"without\": \"%s\", \"ml\": %s, \"reml\": %s}", name, without, exact(c(deviances[1], p[1])), exact(c(deviances[2], p[2])))
}
profiles <- sapply(c("sleepstudy", "sleepstudy, uncorrelated", "Pastes, nested", "crossed, a giant level with slopes"), intervals)
ratios <- c(
  ratio("sleepstudy", "Reaction ~ Days + (1 | Subject)", c(1, 2)),
  ratio("sleepstudy, slopes alone", "Reaction ~ Days", c(0, 1)),
  ratio("Pastes, nested", "strength ~ 1 + (1 | batch:cask)", c(0, 1)),
  ratio("Pastes, nested", "strength ~ 1 + (1 | batch)", c(0, 1)),
  ratio("three correlated slopes", "y ~ x1 + x2 + (1 + x1 | g)", c(2, 3)),
  ratio("nothing varies", "y ~ x + (1 | g)", c(0, 1))
)
cat(sprintf("{\"made\": \"lme4 %s, %s\",\n\"profiles\": {\n%s\n},\n\"ratios\": [\n%s\n]}\n", packageVersion("lme4"), R.version.string,
  paste(profiles, collapse = ",\n"), paste(ratios, collapse = ",\n")))
