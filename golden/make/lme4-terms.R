# Fits of lme4 with random slopes, nested factors, interactions and categorical fixed effects, by maximum likelihood and by REML,
# with the tables they are of and the matrices lme4 makes of them: Rscript golden/make/lme4-terms.R > golden/lme4-terms.json
suppressMessages(library(lme4))

number <- function(values) paste0("[", paste(format(values, digits = 15, scientific = FALSE, trim = TRUE), collapse = ", "), "]")
exact <- function(values) paste0("[", paste(sprintf("%.12g", values), collapse = ", "), "]")
whole <- function(values) paste0("[", paste(values, collapse = ", "), "]")
text <- function(values) paste0("[", paste0("\"", values, "\"", collapse = ", "), "]")
inner <- function(values) if (length(values) == 0) "[]" else paste0("[", paste(values, collapse = ", "), "]")

# Columns are numbers, or codes with labels in the order of their levels.
column <- function(values) if (is.factor(values)) {
  sprintf("{\"codes\": %s, \"labels\": %s}", whole(as.integer(values) - 1), text(levels(values)))
} else sprintf("{\"numbers\": %s}", number(values))

fit <- function(formula, table, reml) {
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 2e-3, rhoend = 1e-10, maxfun = 1e5), check.conv.singular = "ignore",
    calc.derivs = FALSE, check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore")
  start <- suppressWarnings(lmer(formula, table, REML = reml, control = lmerControl(optimizer = "bobyqa", check.conv.singular = "ignore", calc.derivs = FALSE)))
  model <- suppressWarnings(lmer(formula, table, REML = reml, control = control, start = getME(start, "theta")))
  list(model = model, json = {
    effects <- ranef(model, condVar = TRUE)
    names <- names(getME(model, "cnms"))
    components <- VarCorr(model)
    # ranef() joins terms of one factor; what belongs to a term is found by its columns.
    part <- function(k) {
      own <- effects[[names[k]]]
      columns <- match(getME(model, "cnms")[[k]], colnames(own))
      post <- attr(own, "postVar")
      if (is.list(post)) {
        which <- match(k, which(names == names[k]))
        covariances <- post[[which]]
      } else covariances <- post[columns, columns, , drop = FALSE]
      sprintf("{\"covariance\": %s, \"effects\": %s, \"conditional\": %s}", exact(as.numeric(components[[k]])),
        exact(as.numeric(t(as.matrix(own[, columns, drop = FALSE])))), exact(as.numeric(covariances)))
    }
    sprintf("{\"logLik\": %.10f, \"residualVariance\": %.12g, \"beta\": %s, \"standardErrors\": %s, \"AIC\": %.8f, \"BIC\": %.8f, \"terms\": %s}",
      as.numeric(logLik(model)), sigma(model)^2, exact(fixef(model)), exact(sqrt(diag(as.matrix(vcov(model))))), AIC(model), BIC(model),
      inner(sapply(seq_along(names), part)))
  })
}

design <- function(name, formula, table) {
  table <- table[, all.vars(formula)]
  ml <- fit(formula, table, FALSE)
  reml <- fit(formula, table, TRUE)
  model <- ml$model
  # mmList is in the order of the formula, all else in that of the numbers of levels.
  made <- getME(model, "mmList")
  of <- trimws(sub(".*\\|", "", names(made)))
  names <- names(getME(model, "cnms"))
  labels <- sub("\\.[0-9]+$", "", names)
  terms <- lapply(seq_along(names), function(k) {
    made[[which(of == labels[k] & sapply(made, function(one) identical(colnames(one), getME(model, "cnms")[[k]])))[1]]]
  })
  groups <- getME(model, "flist")[attr(getME(model, "flist"), "assign")]
  term <- function(k) sprintf("{\"codes\": %s, \"levels\": %s, \"columns\": %s, \"design\": %s}", whole(as.integer(groups[[k]]) - 1),
    text(levels(groups[[k]])), text(colnames(terms[[k]])), number(as.numeric(t(terms[[k]]))))
  columns <- sapply(names(table), function(one) sprintf("\"%s\": %s", one, column(table[[one]])))
  sprintf("\"%s\": {\"formula\": \"%s\",\n \"table\": {%s},\n \"x\": %s, \"names\": %s,\n \"terms\": %s,\n \"ml\": %s,\n \"reml\": %s}", name,
    paste(deparse(formula, width.cutoff = 500), collapse = ""), paste(columns, collapse = ", "), number(as.numeric(t(getME(model, "X")))),
    text(colnames(getME(model, "X"))), inner(sapply(seq_along(terms), term)), ml$json, reml$json)
}

# Effects of the levels of g with this covariance, a column each.
slopes <- function(levels, covariance) matrix(rnorm(levels * nrow(covariance)), levels) %*% chol(covariance)
draw <- function(rows, levels) c(seq_len(levels), sample(levels, rows - levels, replace = TRUE))

set.seed(2020)
data(Machines, package = "nlme")
machines <- data.frame(score = Machines$score, Machine = factor(as.character(Machines$Machine)), Worker = factor(as.character(Machines$Worker)))
sleep <- data.frame(Reaction = sleepstudy$Reaction, Days = sleepstudy$Days, Subject = factor(as.character(sleepstudy$Subject)))
pastes <- data.frame(strength = Pastes$strength, batch = factor(as.character(Pastes$batch)), cask = factor(as.character(Pastes$cask)))
cakes <- data.frame(angle = cake$angle, recipe = factor(as.character(cake$recipe)), temperature = factor(as.character(cake$temperature)),
  temp = cake$temp, replicate = factor(sprintf("r%02d", as.integer(cake$replicate))))

three <- within(data.frame(g = draw(200, 20), x1 = round(rnorm(200), 3), x2 = round(runif(200), 3)), {
  b <- slopes(20, matrix(c(1, 0.4, -0.3, 0.4, 0.6, 0.1, -0.3, 0.1, 0.9), 3))[g, ]
  y <- round(1 + x1 - x2 + b[, 1] + b[, 2] * x1 + b[, 3] * x2 + 0.7 * rnorm(200), 3)
})
crossed <- within(data.frame(g = c(rep(1, 90), draw(130, 25)), h = draw(220, 9), x = round(rnorm(220, 4, 2), 3)), {
  b <- slopes(25, matrix(c(1, -0.25, -0.25, 0.2), 2))[g, ]
  y <- round(2 + 0.3 * x + b[, 1] + b[, 2] * x + 0.5 * rnorm(9)[h] + rnorm(220), 3)
})
flat <- within(data.frame(g = draw(150, 18), x = round(runif(150, 0, 3), 3)), y <- round(1 + x + 0.9 * rnorm(18)[g] + rnorm(150), 3))
nothing <- within(data.frame(g = draw(120, 15), x = round(rnorm(120), 3)), y <- round(1 + x + rnorm(120), 3))
quiet <- within(data.frame(g = draw(140, 16), x = round(100 + 10 * rnorm(140), 2)), {
  b <- slopes(16, matrix(c(4, 0.01, 0.01, 0.0004), 2))[g, ]
  y <- round(5 + 0.2 * x + b[, 1] + b[, 2] * (x - 100) + 0.05 * rnorm(140), 4)
})
deep <- within(data.frame(school = rep(1:8, each = 24), class = rep(1:4, each = 6, times = 8), sex = sample(c("f", "m"), 192, replace = TRUE),
  x = round(rnorm(192), 3)), {
  both <- as.integer(interaction(school, class))
  y <- round(10 + 0.5 * x + 0.3 * (sex == "m") + 0.2 * x * (sex == "m") + rnorm(8)[school] + 0.3 * rnorm(8)[school] * x + 0.6 * rnorm(32)[both] + rnorm(192), 3)
})
levelled <- function(table, names, prefix = "") {
  for (one in names) table[[one]] <- factor(if (is.numeric(table[[one]])) sprintf("%s%02d", prefix, table[[one]]) else table[[one]])
  table
}

tables <- list(
  design("sleepstudy", Reaction ~ Days + (Days | Subject), sleep),
  design("sleepstudy, uncorrelated", Reaction ~ Days + (Days || Subject), sleep),
  design("sleepstudy, slopes alone", Reaction ~ Days + (0 + Days | Subject), sleep),
  design("Pastes, nested", strength ~ 1 + (1 | batch/cask), pastes),
  design("cake, interaction of factors", angle ~ recipe * temperature + (1 | recipe:replicate), cakes),
  design("cake, slopes by factor", angle ~ 0 + recipe + recipe:temp + (1 | recipe:replicate), cakes),
  design("Machines", score ~ Machine + (Machine | Worker), machines),
  design("Machines, nested", score ~ Machine + (1 | Worker/Machine), machines),
  design("three correlated slopes", y ~ x1 + x2 + (1 + x1 + x2 | g), levelled(three, "g", "g")),
  design("crossed, a giant level with slopes", y ~ x + (1 + x | g) + (1 | h), levelled(crossed, c("g", "h"), "l")),
  design("slopes without variance", y ~ x + (1 + x | g), levelled(flat, "g", "g")),
  design("nothing varies", y ~ x + (1 + x || g), levelled(nothing, "g", "g")),
  design("little noise, far from 0", y ~ x + (1 + x | g), levelled(quiet, "g", "g")),
  design("schools and classes", y ~ x * sex + (x || school) + (1 | school:class), levelled(deep, c("school", "class", "sex"), "s"))
)
cat(sprintf("{\"made\": \"lme4 %s, %s\",\n\"designs\": {\n%s\n}}\n", packageVersion("lme4"), R.version.string, paste(tables, collapse = ",\n")))
