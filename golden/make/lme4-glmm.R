# Fits of lme4's glmer and glmer.nb by Laplace's approximation and by adaptive quadrature: Rscript golden/make/lme4-glmm.R > golden/lme4-glmm.json
suppressMessages(library(lme4))

number <- function(values) paste0("[", paste(format(values, digits = 15, scientific = FALSE, trim = TRUE), collapse = ", "), "]")
exact <- function(values) paste0("[", paste(sprintf("%.12g", values), collapse = ", "), "]")
whole <- function(values) paste0("[", paste(values, collapse = ", "), "]")
text <- function(values) paste0("[", paste0("\"", values, "\"", collapse = ", "), "]")
column <- function(values) if (is.factor(values)) {
  sprintf("{\"codes\": %s, \"labels\": %s}", whole(as.integer(values) - 1), text(levels(values)))
} else sprintf("{\"numbers\": %s}", number(values))

tight <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-3, rhoend = 1e-9, maxfun = 1e5), check.conv.singular = "ignore", check.conv.grad = "ignore", tolPwrss = 1e-12)
# Log likelihood of the response where the mean is the response itself: what glmer leaves out with several nodes.
saturated <- function(model) {
  y <- model.response(model.frame(model))
  if (family(model)$family == "poisson") return(sum(dpois(y, y, log = TRUE)))
  if (is.matrix(y)) sum(dbinom(y[, 1], rowSums(y), y[, 1] / rowSums(y), log = TRUE)) else 0
}

fit <- function(formula, table, family, nodes) {
  start <- suppressWarnings(glmer(formula, table, family, nAGQ = nodes, control = glmerControl(optimizer = "bobyqa", check.conv.singular = "ignore")))
  model <- suppressWarnings(glmer(formula, table, family, nAGQ = nodes, control = tight, start = list(theta = getME(start, "theta"), fixef = fixef(start))))
  components <- VarCorr(model)
  effects <- ranef(model, condVar = TRUE)
  names <- names(getME(model, "cnms"))
  part <- function(k) {
    own <- effects[[names[k]]]
    sprintf("{\"group\": \"%s\", \"covariance\": %s, \"effects\": %s, \"conditional\": %s}", names[k], exact(as.numeric(components[[k]])),
      exact(as.numeric(t(as.matrix(own)))), exact(as.numeric(attr(own, "postVar"))))
  }
  logLik <- as.numeric(logLik(model)) + if (nodes > 1) saturated(model) else 0
  sprintf("{\"nodes\": %d, \"logLik\": %.10f, \"beta\": %s, \"standardErrors\": %s, \"terms\": [%s]}", nodes, logLik, exact(fixef(model)),
    exact(sqrt(diag(as.matrix(vcov(model, use.hessian = TRUE))))), paste(sapply(seq_along(names), part), collapse = ", "))
}

design <- function(name, formula, table, family, nodes = 1, kept = TRUE) {
  table <- table[, all.vars(formula)]
  columns <- if (kept) paste(sapply(names(table), function(one) sprintf("\"%s\": %s", one, column(table[[one]]))), collapse = ", ") else crossed_columns(table)
  sprintf("\"%s\": {\"formula\": \"%s\", \"family\": \"%s\",\n \"table\": {%s},\n \"fits\": [%s]}", name,
    gsub("\"", "'", paste(deparse(formula, width.cutoff = 500), collapse = "")), family$family, columns,
    paste(sapply(nodes, function(one) fit(formula, table, family, one)), collapse = ",\n  "))
}
# VerbAgg's rows are every person with every item: what belongs to a person stands once, and answers are a text of 0 and 1 a person.
crossed_columns <- function(table) {
  people <- table[match(levels(table$id), table$id), ]
  items <- table[match(levels(table$item), table$item), ]
  answers <- tapply(table$y, list(table$id, table$item), sum)
  sprintf("\"people\": {\"Anger\": %s, \"Gender\": %s}, \"items\": {\"btype\": %s, \"situ\": %s}, \"answers\": %s", whole(people$Anger),
    text(people$Gender), text(items$btype), text(items$situ), text(apply(answers, 1, paste, collapse = "")))
}
draw <- function(rows, levels) c(seq_len(levels), sample(levels, rows - levels, replace = TRUE))
levelled <- function(values) factor(sprintf("l%02d", values))

set.seed(2021)
herds <- within(cbpp, {
  failures <- size - incidence
  herd <- factor(as.character(herd))
  period <- factor(as.character(period))
})
names(herds)[names(herds) == "incidence"] <- "successes"
expanded <- with(herds, data.frame(y = unlist(mapply(function(one, other) c(rep(1, one), rep(0, other)), successes, failures)),
  period = rep(period, successes + failures), herd = rep(herd, successes + failures)))
counts <- within(data.frame(g = draw(180, 20), x = round(rnorm(180), 3)), {
  b <- matrix(rnorm(40), 20) %*% chol(matrix(c(0.4, 0.1, 0.1, 0.15), 2))
  y <- rpois(180, exp(0.6 + 0.4 * x + b[g, 1] + b[g, 2] * x))
  rm(b)
})
counts$g <- levelled(counts$g)
crossed <- within(data.frame(a = draw(220, 24), b = draw(220, 10), x = round(runif(220), 3), hours = sample(1:9, 220, replace = TRUE)), {
  logHours <- round(log(hours), 6)
  y <- rpois(220, hours * exp(-0.5 + 0.7 * x + 0.5 * rnorm(24)[a] + 0.4 * rnorm(10)[b]))
})
crossed$a <- levelled(crossed$a)
crossed$b <- levelled(crossed$b)
binary <- within(data.frame(g = draw(300, 30), x = round(rnorm(300), 3), f = sample(c("u", "v", "w"), 300, replace = TRUE)), {
  b <- matrix(rnorm(60), 30) %*% chol(matrix(c(1.2, -0.3, -0.3, 0.5), 2))
  y <- rbinom(300, 1, plogis(0.3 + 0.8 * x + 0.6 * (f == "w") + b[g, 1] + b[g, 2] * x))
  rm(b)
})
binary$g <- levelled(binary$g)
binary$f <- factor(binary$f)
none <- within(data.frame(g = draw(150, 12), x = round(rnorm(150), 3)), y <- rbinom(150, 1, plogis(0.2 + x)))
none$g <- levelled(none$g)
verbal <- within(VerbAgg, { y <- as.integer(r2 == "Y"); id <- factor(as.character(id)); item <- factor(as.character(item)) })

negative <- function() {
  table <- within(data.frame(g = draw(240, 24), x = round(rnorm(240), 3)), y <- rnbinom(240, size = 1.5, mu = exp(0.8 + 0.5 * x + 0.6 * rnorm(24)[g])))
  table$g <- levelled(table$g)
  # The shape at which glmer's own likelihood is largest.
  at <- function(shape) suppressWarnings(glmer(y ~ x + (1 | g), table, MASS::negative.binomial(shape), control = tight))
  best <- exp(optimize(function(log) -as.numeric(logLik(at(exp(log)))), c(-1, 2.5), tol = 1e-7)$minimum)
  model <- at(best)
  columns <- paste(sapply(c("y", "x", "g"), function(one) sprintf("\"%s\": %s", one, column(table[[one]]))), collapse = ", ")
  sprintf("\"negative binomial\": {\"formula\": \"y ~ x + (1 | g)\", \"family\": \"negative-binomial\",\n \"table\": {%s},\n \"fits\": [{\"nodes\": 1, \"shape\": %.12g, \"logLik\": %.10f, \"beta\": %s, \"standardErrors\": %s, \"terms\": [{\"group\": \"g\", \"covariance\": [%.12g], \"effects\": [], \"conditional\": []}]}]}",
    columns, best, as.numeric(logLik(model)), exact(fixef(model)), exact(sqrt(diag(as.matrix(vcov(model))))), as.numeric(VarCorr(model)[[1]]))
}

tables <- list(
  design("cbpp", cbind(successes, failures) ~ period + (1 | herd), herds, binomial(), c(1, 5, 9)),
  design("cbpp, a row an animal", y ~ period + (1 | herd), expanded, binomial(), c(1, 9)),
  design("VerbAgg", y ~ Anger + Gender + btype + situ + (1 | id) + (1 | item), verbal, binomial(), kept = FALSE),
  design("counts with slopes", y ~ x + (1 + x | g), counts, poisson()),
  design("counts, one factor", y ~ x + (1 | g), counts, poisson(), c(1, 9, 25)),
  design("counts, crossed, exposure", y ~ x + offset(logHours) + (1 | a) + (1 | b), crossed, poisson()),
  design("binary with slopes", y ~ x + f + (1 + x | g), binary, binomial()),
  design("binary, one factor", y ~ x * f + (1 | g), binary, binomial(), c(1, 15)),
  design("binary, nothing varies", y ~ x + (1 | g), none, binomial(), c(1, 7)),
  negative()
)
cat(sprintf("{\"made\": \"lme4 %s, %s\",\n\"designs\": {\n%s\n}}\n", packageVersion("lme4"), R.version.string, paste(tables, collapse = ",\n")))
