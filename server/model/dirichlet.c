#include "model/dirichlet.h"

#include <math.h>

#include "model/gamma_function.h"

enum { INTERVALS_MIN = 64, INTERVALS_MAX = 1 << 14, BISECTIONS = 24 };

/* The largest of the variables falls outside of the range of integration with at most this probability on each side. */
static const double TAIL_PROB = 1e-18;
static const double TOLERANCE = 1e-13;

/* At exp(-100) the product of the distribution functions is below 1e-18 if the concentrations sum to 0.5. */
static const double LOG_X_MIN = -100.0;

struct integral {
    int           count;
    const double *concentration;
    double       *sum;   /* of the integrands at the points so far */
    double       *ratio; /* density of log X_k over its distribution function, at the point at hand */
};

static double log_lower(const struct gamma_tails *tails)
{
    return tails->lower > 0.5 ? log1p(-tails->upper) : log(tails->lower);
}

/* P(the largest is at most exp(log_x)); `above` is its complement with its digits, or a little more. */
static double largest_prob(const struct integral *integral, double log_x, double *above)
{
    double log_prob = 0.0;

    *above = 0.0;
    for (int k = 0; k < integral->count; k++) {
        const struct gamma_tails tails = gamma_tails_at(integral->concentration[k], exp(log_x));

        log_prob += log_lower(&tails);
        *above += tails.upper;
    }
    return exp(log_prob);
}

static double log_x_max(const struct integral *integral)
{
    double largest = 0.0;

    for (int k = 0; k < integral->count; k++) largest = fmax(largest, integral->concentration[k]);
    return log(largest + 20.0 * sqrt(largest) + 100.0);
}

/* Narrow [low, high] to where the largest variable is. */
static void find_range(const struct integral *integral, double *low, double *high)
{
    double above;
    double left  = LOG_X_MIN;
    double right = log_x_max(integral);
    double top   = right;

    for (int i = 0; i < BISECTIONS; i++) {
        const double middle = 0.5 * (left + right);

        if (largest_prob(integral, middle, &above) < TAIL_PROB)
            left = middle;
        else
            right = middle;
    }
    *low  = left;
    right = top;
    for (int i = 0; i < BISECTIONS; i++) {
        const double middle = 0.5 * (left + right);

        (void)largest_prob(integral, middle, &above);
        if (above < TAIL_PROB)
            right = middle;
        else
            left = middle;
    }
    *high = right;
}

/* Inside the range every distribution function is above TAIL_PROB, so that one can be divided out. */
static void add_point(struct integral *integral, double log_x)
{
    double log_prob = 0.0;
    double prob;

    for (int k = 0; k < integral->count; k++) {
        const struct gamma_tails tails = gamma_tails_at(integral->concentration[k], exp(log_x));

        log_prob += log_lower(&tails);
        integral->ratio[k] = tails.log_x_density / tails.lower;
    }
    prob = exp(log_prob);
    for (int k = 0; k < integral->count; k++) integral->sum[k] += integral->ratio[k] * prob;
}

int dirichlet_exceedance(int count, const double *concentration, double *exceedance_prob, double *scratch)
{
    struct integral integral    = {count, concentration, scratch, scratch + count};
    int             intervals   = INTERVALS_MIN;
    int             point_count = 0;
    double          low, high, change;

    find_range(&integral, &low, &high);
    for (int k = 0; k < count; k++) exceedance_prob[k] = integral.sum[k] = 0.0;
    /* the ends of the range weigh nothing */
    for (int i = 1; i < intervals; i++, point_count++) add_point(&integral, low + (high - low) * i / intervals);
    do {
        intervals *= 2;
        for (int i = 1; i < intervals; i += 2, point_count++) add_point(&integral, low + (high - low) * i / intervals);
        change = 0.0;
        for (int k = 0; k < count; k++) {
            const double prob = integral.sum[k] * (high - low) / intervals;

            change             = fmax(change, fabs(prob - exceedance_prob[k]));
            exceedance_prob[k] = prob;
        }
    } while (change > TOLERANCE && intervals < INTERVALS_MAX);
    return point_count;
}
