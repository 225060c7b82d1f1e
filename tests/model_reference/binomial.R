# Rscript tests/model_reference/binomial.R > tests/model_reference/binomial.csv
# Exact binomial tests against one half, Clopper and Pearson's 95 % intervals, and the incomplete beta function, as R has them.
number <- function(x) sprintf("%.17g", x)
cat("# tests/model_reference/binomial.R,", R.version.string, "\n")
cat("right,count,at_least,two_sided,low,high\n")
for (count in c(1, 2, 3, 7, 10, 25, 60, 120, 500, 1000, 10000, 60000)) {
    rights <- c(0, 1, round(count * c(0.1, 0.25, 0.4, 0.48, 0.5, 0.52, 0.6, 0.75, 0.9)), count - 1, count)
    for (right in unique(rights[rights >= 0 & rights <= count])) {
        both <- binom.test(right, count)
        more <- binom.test(right, count, alternative = "greater")
        cat(paste(right, count, number(more$p.value), number(both$p.value), number(both$conf.int[1]), number(both$conf.int[2]),
                  sep = ","), "\n", sep = "")
    }
}
