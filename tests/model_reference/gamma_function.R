# Rscript tests/model_reference/gamma_function.R > tests/model_reference/gamma_function.csv
# Gamma distribution functions, digamma and log gamma as R has them.
number <- function(x) sprintf("%.17g", x)
cat("# tests/model_reference/gamma_function.R,", R.version.string, "\n")
cat("shape,x,lower,upper,digamma,log_gamma\n")
shapes <- c(1e-3, 1 / 86, 0.05, 0.25, 0.5, 0.9, 1, 1.5, 3, 7.25, 11.9, 12, 12.1, 50, 333.25, 2000, 1e4, 1e5)
lower <- c(1e-15, 1e-8, 1e-3, 0.1, 0.3, 0.5, 0.7, 0.9)
upper <- c(1e-3, 1e-8, 1e-15)
for (shape in shapes) {
    x <- c(1e-30, 1e-10, 1e-4, 0.01, 0.1, 0.5, 1, 2, 5, 12, 40)
    if (shape >= 1) x <- c(qgamma(lower, shape), qgamma(upper, shape, lower.tail = FALSE), shape, shape + 1)
    for (point in x) {
        cat(paste(number(shape), number(point), number(pgamma(point, shape)), number(pgamma(point, shape, lower.tail = FALSE)),
                  number(digamma(shape)), number(lgamma(shape)), sep = ","), "\n", sep = "")
    }
}
