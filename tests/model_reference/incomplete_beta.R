# Rscript tests/model_reference/incomplete_beta.R > tests/model_reference/incomplete_beta.csv
# The regularised incomplete beta function I_x(a, b) as R has it.
number <- function(x) sprintf("%.17g", x)
cat("# tests/model_reference/incomplete_beta.R,", R.version.string, "\n")
cat("a,b,x,value\n")
shapes <- c(0.5, 1, 1.5, 2, 3.25, 10, 30.5, 200, 5000, 60000)
for (a in shapes) for (b in shapes) {
    middle <- a / (a + b)
    spread <- sqrt(a * b / (a + b + 1)) / (a + b)
    x <- c(0.01, 0.3, 0.5, 0.9, middle + spread * c(-4, -1, 0, 1, 4))
    for (point in x[x > 0 & x < 1]) {
        value <- pbeta(point, a, b)
        if (value > 1e-250) cat(paste(number(a), number(b), number(point), number(value), sep = ","), "\n", sep = "")
    }
}
