# The Laplace log likelihood of glmer at given parameters, and its differences: Rscript golden/make/lme4-laplace.R > golden/lme4-laplace.json
suppressMessages(library(lme4))

exact <- function(values) paste0("[", paste(sprintf("%.12g", values), collapse = ", "), "]")
whole <- function(values) paste0("[", paste(values, collapse = ", "), "]")

set.seed(7)
n <- 150
table <- data.frame(a = sample(0:11, n, TRUE), b = sample(0:29, n, TRUE), c = sample(0:59, n, TRUE), f = round(rnorm(n), 3), one = 1)
table$y <- rbinom(n, 1, plogis(table$f + rnorm(12)[table$a + 1] + rnorm(30)[table$b + 1] + 0.7 * rnorm(60)[table$c + 1]))

# Terms are in lme4's own order: by their numbers of levels, most first.
at <- function(formula, thetas) {
  model <- glFormula(formula, table, binomial())
  order <- names(model$reTrms$cnms)
  # glmer's function of theta and beta. Its modes have half the digits of their penalised deviance, so that differences in variances have four or five.
  value <- function(theta, f = table$f) {
    own <- table
    own$f <- f
    fun <- suppressWarnings(suppressMessages(glmer(formula, own, binomial(), devFunOnly = TRUE, nAGQ = 1, control = glmerControl(tolPwrss = 1e-13, nAGQ0initStep = FALSE,
      check.conv.singular = "ignore"))))
    fun(c(theta, 0)) / 2
  }
  sapply(thetas, function(theta) {
    slopes <- sapply(seq_along(theta), function(k) {
      moved <- function(h) { own <- theta^2; own[k] <- own[k] + h; value(sqrt(own)) }
      h <- 0.02 * theta[k]^2
      (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
    })
    rows <- sapply(1:12, function(i) {
      moved <- function(h) { f <- table$f; f[i] <- f[i] + h; value(theta, f) }
      (8 * (moved(1e-3) - moved(-1e-3)) - (moved(2e-3) - moved(-2e-3))) / 12e-3
    })
    sprintf("{\"factors\": [%s], \"variances\": %s, \"value\": %.10f, \"byVariances\": %s, \"byLogit\": %s}", paste0("\"", order, "\"", collapse = ", "),
      exact(theta^2), value(theta), exact(slopes), exact(rows))
  })
}

cases <- c(
  at(y ~ 0 + one + offset(f) + (1 | a), list(1.3)),
  at(y ~ 0 + one + offset(f) + (1 | a) + (1 | b), list(c(0.8, 1.1))),
  at(y ~ 0 + one + offset(f) + (1 | a) + (1 | b) + (1 | c), list(c(0.7, 1, 1.2), c(3, 0.1, 0.5)))
)
cat(sprintf("{\"made\": \"lme4 %s, %s\",\n\"rows\": {\"a\": %s, \"b\": %s, \"c\": %s, \"f\": %s, \"y\": %s},\n\"cases\": [\n%s\n]}\n", packageVersion("lme4"), R.version.string,
  whole(table$a), whole(table$b), whole(table$c), exact(table$f), whole(table$y), paste(cases, collapse = ",\n")))
