# Expected values of the mixed model by lme4, run to the exact optimum. From the top of the project:
#   OPENBLAS_NUM_THREADS=1 Rscript tests/model_reference/glmm.R [folder of the 2022 data, default ../shared/data/reward2022]
# writes tests/model_reference/glmm.csv. The 2022 values are made by glmm_reward2022.py (scikit-learn); without the data there are no
# `loo` lines.
#
# Two things keep glmer from the exact optimum. Its optimisers stop at a relative change: here its deviance function is minimised
# further, by Newton's method with Richardson's differences (numDeriv), until the gradient of the log likelihood is below 1e-8. And
# the deviance takes its determinant at the modes before the last step of their search, which leaves it 1e-7 off whatever tolPwrss is:
# here lme4's own functions go on for two more steps of that search. Where theta ends at 0 the slope alone is searched, and the
# deviance must not fall when theta leaves 0.
suppressMessages(library(lme4))
library(numDeriv)

FORMULA <- choice ~ 0 + x + (0 + x | participant)
population_scale <- function(x, mean_of = x) (x - mean(mean_of)) / sqrt(mean((mean_of - mean(mean_of))^2))

CONTROL <- list(check.conv.singular = "ignore", check.nlev.gtr.1 = "ignore", check.nobs.vs.nlev = "ignore")
fit_quietly <- function(data, ..., control)
    suppressMessages(suppressWarnings(glmer(FORMULA, data, binomial, ..., control = do.call(glmerControl, c(control, CONTROL)))))

MORE_STEPS <- 2
deviance_function <- function(data) {
    rough <- fit_quietly(data, devFunOnly = TRUE, control = list(tolPwrss = 1e-10))
    e <- environment(rough)
    exact <- function(p) {
        rough(p)
        for (i in seq_len(MORE_STEPS)) {
            e$pp$updateXwts(e$resp$sqrtWrkWt())
            e$pp$updateDecomp()
            e$pp$updateRes(e$resp$wtWrkResp())
            e$pp$solveU()
            e$resp$updateMu(e$pp$linPred(1))
        }
        e$resp$Laplace(e$pp$ldL2(), e$pp$ldRX2(), e$pp$sqrL(1))
    }
    structure(exact, parts = e)
}

start_of <- function(data) {
    model <- fit_quietly(data, control = list(optimizer = "bobyqa"))
    c(model@theta, fixef(model))
}

RICHARDSON <- list(d = 0.05, eps = 0.05, r = 6)

# c(theta, slope) at the minimum; attributes: log likelihood and its gradient.
polish <- function(deviance, at) {
    if (at[1] < 1e-3) at[1] <- 0
    free <- if (at[1] == 0) 2 else 1:2
    part <- function(q) { p <- at; p[free] <- q; deviance(p) }
    for (iteration in 1:20) {
        gradient <- grad(part, at[free], method.args = RICHARDSON)
        if (iteration == 1) curvature <- hessian(part, at[free], method.args = list(d = 0.05, eps = 0.05))
        if (max(abs(gradient)) < 2e-10) break
        at[free] <- at[free] - solve(curvature, gradient)
    }
    if (at[1] == 0) stopifnot(deviance(c(0.01, at[2])) > deviance(at))
    else stopifnot(deviance(at) <= deviance(c(0, at[2])))
    value <- deviance(at) # last, so that the modes are those of the optimum
    structure(at, log_likelihood = -value / 2, gradient = max(abs(gradient)) / 2)
}

# Each participant's slope at the last call of the deviance function.
own_slopes <- function(deviance, at) at[2] + attr(deviance, "parts")$pp$b(1)

out <- file("tests/model_reference/glmm.csv", "w")
put <- function(...) cat(paste(..., sep = ","), "\n", sep = "", file = out)
exact <- function(x) sprintf("%.12g", x)
put(paste0("# lme4 ", packageVersion("lme4"), ", R ", getRversion(), ", numDeriv ", packageVersion("numDeriv")))
put("# row: set, participant, x, choice   fit: set, slope, sd, log likelihood, its gradient   mode: set, participant, own slope")
put("# left: set, row, scale, probability of the left-out row's choice 1   loo: participant, trial, scale, log likelihood of the choice")
put("# x is centred and divided by its population sd before fitting (scale all: once; training: without the row)")
put("record,a,b,c,d")

leave_out <- function(data, row, scale) {
    x <- if (scale == "all") population_scale(data$x) else population_scale(data$x, data$x[-row])
    data$x <- x
    train <- droplevels(data[-row, ])
    deviance <- deviance_function(train)
    at <- polish(deviance, start_of(train))
    own <- own_slopes(deviance, at)[match(data$participant[row], levels(train$participant))]
    if (is.na(own)) own <- at[2]
    c(prob = plogis(x[row] * own), gradient = attr(at, "gradient"))
}

made_up <- function(set, people, trials, slope, sd, seed) {
    set.seed(seed)
    x <- round(rnorm(people * trials, 0.2), 3)
    participant <- rep(seq_len(people), each = trials)
    own <- rnorm(people, slope, sd)
    choice <- as.integer(runif(people * trials) < plogis(x * own[participant]))
    data <- data.frame(participant = factor(participant), x = x, choice = choice)
    for (i in seq_along(x)) put("row", set, participant[i] - 1, x[i], choice[i])
    scaled <- transform(data, x = population_scale(x))
    deviance <- deviance_function(scaled)
    at <- polish(deviance, start_of(scaled))
    put("fit", set, exact(at[2]), exact(at[1]), exact(attr(at, "log_likelihood")), exact(attr(at, "gradient")))
    own <- own_slopes(deviance, at)
    for (p in seq_len(people)) put("mode", set, p - 1, exact(own[p]))
    worst <- attr(at, "gradient")
    for (row in round(seq(1, length(x), length.out = 6))) {
        for (scale in c("all", "training")) {
            left <- leave_out(data, row, scale)
            put("left", set, row - 1, scale, exact(left["prob"]))
            worst <- max(worst, left["gradient"])
        }
    }
    cat("set", set, "theta", at[1], "slope", at[2], "largest gradient", worst, "\n")
}

made_up(0, 2, 20, 1.0, 1.0, 1)
made_up(1, 3, 15, 0.5, 2.0, 2)
made_up(2, 5, 12, 2.0, 1.5, 3)
made_up(3, 8, 20, 1.0, 0.0, 4)
made_up(4, 12, 10, -1.0, 0.6, 5)
made_up(5, 25, 12, 0.3, 0.1, 6)
made_up(6, 25, 20, 1.5, 1.0, 7)

arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments) > 0) arguments[1] else "../shared/data/reward2022"
if (dir.exists(folder)) {
    values <- tempfile()
    stopifnot(system2("/usr/bin/python3", c("tests/model_reference/glmm_reward2022.py", folder, values)) == 0)
    data <- read.csv(values, comment.char = "#", colClasses = c(participant = "character"))
    put(paste("# loo values:", sub("^# ", "", readLines(values, 1))))
    data$participant <- factor(data$participant)
    worst <- 0
    for (row in round(seq(1, nrow(data), length.out = 50))) {
        for (scale in c("all", "training")) {
            left <- leave_out(data, row, scale)
            prob <- if (data$choice[row] == 1) left["prob"] else 1 - left["prob"]
            put("loo", data$participant[row], data$trial[row], scale, exact(log(prob)))
            worst <- max(worst, left["gradient"])
        }
    }
    cat("2022: largest gradient", worst, "\n")
}
close(out)
