#include "model/logistic.h"

#include <math.h>

double logistic_prob(double logit)
{
    double odds;

    if (logit >= 0.0) return 1.0 / (1.0 + exp(-logit));
    odds = exp(logit);
    return odds / (1.0 + odds);
}

double logistic_log_prob(double logit)
{
    return logit >= 0.0 ? -log1p(exp(-logit)) : logit - log1p(exp(logit));
}
