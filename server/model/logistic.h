/* logistic.h - the logistic function and its logarithm, accurate in both tails. Pure; threads: none. */
#ifndef DINOLAB_MODEL_LOGISTIC_H
#define DINOLAB_MODEL_LOGISTIC_H

double logistic_prob(double logit);     /* s(x) = 1 / (1 + exp(-x)); small values keep their digits */
double logistic_log_prob(double logit); /* log s(x); finite for every finite x */

#endif
