/* binomial.h - how likely is so many right by guessing, and which shares of right go with so many?
 *
 * X ~ Binomial(count, 1/2) for the tests; Clopper and Pearson's exact interval (1934) for any share. Tails come from the regularised
 * incomplete beta function I_x(a, b): P(X >= k) = I_p(k, count - k + 1). Held against R to 1e-11 of
 * the value for shapes up to 60,000 (test_binomial.c). Pure; no allocation;
 * threads: none. */
#ifndef DINOLAB_MODEL_BINOMIAL_H
#define DINOLAB_MODEL_BINOMIAL_H

#include "model/bootstrap.h"

/* From this probability of guessing on, somebody is "not better than guessing". */
#define BINOMIAL_CHANCE_PROB 0.05

/* I_x(a, b), a and b > 0, x in [0, 1]: by the continued fraction 8.17.22 of the Digital Library of Mathematical Functions, on the side of
 * the mean where it is quick (8.17.4). */
double binomial_incomplete_beta(double a, double b, double x);

double binomial_guess_at_least(int right_count, int count);  /* P(X >= right_count): one-sided */
double binomial_guess_two_sided(int right_count, int count); /* P(|X - count/2| >= |right_count - count/2|) */

/* The 95 % interval of the share behind right_count of count. [0, 1] for count = 0. */
struct interval binomial_interval(int right_count, int count);

#endif
