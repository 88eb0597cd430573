# What broom.mixed says of lme4's fits of one table, which is in the file too: Rscript golden/make/broom_mixed.R > golden/broom-mixed.json
# The rows whose part is "test" are predicted and not fitted. The binary fit gives its columns alone: the lab fits it by another approximation.
suppressMessages({ library(lme4); library(broom.mixed) })
set.seed(7)
n <- 90
clinic <- sample(paste("clinic", 1:7), n, replace = TRUE)
team <- sample(c("red", "blue", "green", "grey"), n, replace = TRUE)
dose <- round(runif(n, 0, 5), 2)
age <- sample(20:80, n, replace = TRUE)
effect <- setNames(rnorm(7), paste("clinic", 1:7))
other <- setNames(0.6 * rnorm(4), c("red", "blue", "green", "grey"))
y <- round(3 + 0.5 * dose - 0.02 * age + effect[clinic] + other[team] + 0.7 * rnorm(n), 3)
table <- data.frame(y, dose, age, clinic, team, part = ifelse(seq_len(n) %% 6 == 0, "test", "train"), ok = ifelse(runif(n) < plogis(y - 3), "yes", "no"))
fitted <- subset(table, part != "test")

text <- function(values) paste0("[", paste0("\"", values, "\"", collapse = ", "), "]")
number <- function(values) paste0("[", paste(ifelse(is.na(values), "null", sprintf("%.10g", values)), collapse = ", "), "]")
column <- function(values) if (is.numeric(values)) number(values) else paste0("[", paste(ifelse(is.na(values), "null", paste0("\"", values, "\"")), collapse = ", "), "]")
frame <- function(data) paste0("{", paste0("\"", names(data), "\": ", sapply(data, column), collapse = ", "), "}")
rows <- function(model) {
  data <- as.data.frame(augment(model))[1:12, c(".fitted", ".resid", ".fixed", ".mu")]
  frame(cbind(.rownames = as.integer(rownames(fitted)[1:12]), data))
}
fit <- function(reml) {
  model <- lmer(y ~ dose + age + (1 | clinic) + (1 | team), fitted, REML = reml,
    control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9), calc.derivs = FALSE))
  sprintf("{\"tidy\": %s,\n \"glance\": %s,\n \"augment\": %s}", frame(as.data.frame(tidy(model, conf.int = TRUE))), frame(as.data.frame(glance(model))), rows(model))
}
binary <- suppressWarnings(glmer(factor(ok) ~ dose + age + (1 | clinic) + (1 | team), fitted, family = binomial))
csv <- paste(capture.output(write.csv(table, stdout(), row.names = FALSE, quote = FALSE)), collapse = "\\n")
cat(sprintf("{\"versions\": %s,\n\"csv\": \"%s\",\n\"ml\": %s,\n\"reml\": %s,\n\"binary\": {\"tidy\": %s, \"glance\": %s}}\n",
  text(c(R.version.string, paste("lme4", packageVersion("lme4")), paste("broom.mixed", packageVersion("broom.mixed")))), csv, fit(FALSE), fit(TRUE),
  text(names(suppressWarnings(tidy(binary, conf.int = TRUE)))), text(names(suppressWarnings(glance(binary))))))
