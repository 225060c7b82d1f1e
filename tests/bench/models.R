# How long lme4 takes for one refit without one trial: models.R FILE COUNT. Prints the milliseconds of each, then its version.
suppressPackageStartupMessages(library(lme4))
words <- commandArgs(trailingOnly = TRUE)
trials <- read.csv(words[1])
trials$x <- as.numeric(scale(trials$x))
for (row in round(seq(1, nrow(trials), length.out = as.integer(words[2])))) {
  begun <- proc.time()[["elapsed"]]
  fit <- suppressMessages(glmer(choice ~ 0 + x + (0 + x | participant), data = trials[-row, ], family = binomial))
  invisible(predict(fit, trials[row, ], type = "response"))
  cat(1000 * (proc.time()[["elapsed"]] - begun), "\n")
}
cat("lme4", as.character(packageVersion("lme4")), "\n")
