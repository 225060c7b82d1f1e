#include "model/model_comparison.h"

#include <math.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/dirichlet.h"
#include "model/gamma_function.h"

enum { ITERATION_MAX = 50000 };

static const double CHANGE_TOLERANCE = 1e-12; /* of the sum of all alphas */

struct comparison {
    int    participant_count;
    int    model_count;
    double prior; /* 1 / K */
    double
        *likelihood; /* participants x models, relative to the participant's best: what is common to a row cancels everywhere */
    double      *alpha;
    double      *weight;  /* exp(psi(alpha_k) - psi(largest alpha)) */
    double      *next;    /* the next alphas */
    double      *scratch; /* 2 K, for the exceedance probabilities */
    struct arena memory;
};

static bool comparison_init(struct comparison *c, int participant_count, int model_count, struct err *err)
{
    const size_t k = (size_t)model_count;

    *c = (struct comparison){.participant_count = participant_count, .model_count = model_count, .prior = 1.0 / model_count};
    arena_init(&c->memory);
    c->likelihood = arena_alloc_array(&c->memory, (size_t)participant_count, k * sizeof(double));
    c->alpha      = arena_alloc_array(&c->memory, k, sizeof(double));
    c->weight     = arena_alloc_array(&c->memory, k, sizeof(double));
    c->next       = arena_alloc_array(&c->memory, k, sizeof(double));
    c->scratch    = arena_alloc_array(&c->memory, 2 * k, sizeof(double));
    if (c->likelihood != NULL && c->alpha != NULL && c->weight != NULL && c->next != NULL && c->scratch != NULL) return true;
    return err_no_memory(err);
}

static const double *row_of(const struct comparison *c, int participant_index)
{
    return c->likelihood + (ptrdiff_t)participant_index * c->model_count;
}

/* Ratios below exp(-745) become 0: psi(1/K) cannot make up for that, it is above -K - 1. */
static bool fill_likelihoods(struct comparison *c, const double *log_evidence, struct err *err)
{
    for (int n = 0; n < c->participant_count; n++) {
        const double *row = log_evidence + (ptrdiff_t)n * c->model_count;
        double       *out = c->likelihood + (ptrdiff_t)n * c->model_count;
        double        max = -INFINITY;

        for (int k = 0; k < c->model_count; k++) {
            if (isnan(row[k]) || row[k] == INFINITY)
                return err_set(err, ERR_INVALID, "model comparison: participant %d, model %d: the log evidence is %g", n, k,
                               row[k]);
            max = fmax(max, row[k]);
        }
        if (isinf(max))
            return err_set(err, ERR_INVALID, "model comparison: participant %d has no model with a finite log evidence", n);
        for (int k = 0; k < c->model_count; k++) out[k] = exp(row[k] - max);
    }
    return true;
}

/* One step from alpha; returns the largest change. */
static double iterate(struct comparison *c)
{
    double largest = 0.0;
    double change  = 0.0;

    for (int k = 0; k < c->model_count; k++) largest = fmax(largest, c->alpha[k]);
    for (int k = 0; k < c->model_count; k++) {
        c->weight[k] = exp(gamma_digamma(c->alpha[k]) - gamma_digamma(largest));
        c->next[k]   = c->prior;
    }
    for (int n = 0; n < c->participant_count; n++) {
        const double *likelihood = row_of(c, n);
        double        sum        = 0.0;

        for (int k = 0; k < c->model_count; k++) sum += likelihood[k] * c->weight[k];
        for (int k = 0; k < c->model_count; k++) c->next[k] += likelihood[k] * c->weight[k] / sum;
    }
    for (int k = 0; k < c->model_count; k++) {
        change      = fmax(change, fabs(c->next[k] - c->alpha[k]));
        c->alpha[k] = c->next[k];
    }
    return change;
}

static void converge(struct comparison *c, struct model_comparison_result *out)
{
    const double tolerance = CHANGE_TOLERANCE * (c->participant_count + 1);

    for (int k = 0; k < c->model_count; k++) c->alpha[k] = c->prior;
    out->is_converged = false;
    for (out->iteration_count = 0; out->iteration_count < ITERATION_MAX && !out->is_converged; out->iteration_count++)
        out->is_converged = iterate(c) <= tolerance;
    for (int k = 0; k < c->model_count; k++) out->frequency[k] = c->alpha[k] / (c->participant_count + 1);
}

/* Kullback-Leibler divergence of Dirichlet(alpha) from the prior. The sums of the alphas are participants + 1, and 1. */
static double divergence_from_prior(const struct comparison *c)
{
    const double total      = c->participant_count + 1.0;
    double       divergence = gamma_log(total);

    for (int k = 0; k < c->model_count; k++)
        divergence += gamma_log(c->prior) - gamma_log(c->alpha[k]) +
                      (c->alpha[k] - c->prior) * (gamma_digamma(c->alpha[k]) - gamma_digamma(total));
    return divergence;
}

/* Free energy of the random-effects model, with the best assignment of participants for these alphas, less that of equal
 * frequencies, which is exact (Rigoux et al. 2014, equations 11 to 13). */
static double free_energy_gain(struct comparison *c)
{
    const double digamma_total = gamma_digamma(c->participant_count + 1.0);
    double       gain          = -divergence_from_prior(c);

    for (int k = 0; k < c->model_count; k++) c->weight[k] = exp(gamma_digamma(c->alpha[k]) - digamma_total);
    for (int n = 0; n < c->participant_count; n++) {
        const double *likelihood = row_of(c, n);
        double        random = 0.0, equal = 0.0;

        for (int k = 0; k < c->model_count; k++) {
            random += likelihood[k] * c->weight[k];
            equal += likelihood[k] * c->prior;
        }
        gain += log(random / equal);
    }
    return gain;
}

static void summarise(struct comparison *c, struct model_comparison_result *out)
{
    (void)dirichlet_exceedance(c->model_count, c->alpha, out->exceedance_prob, c->scratch);
    out->omnibus_risk = 1.0 / (1.0 + exp(free_energy_gain(c)));
    for (int k = 0; k < c->model_count; k++)
        out->protected_exceedance_prob[k] = (1.0 - out->omnibus_risk) * out->exceedance_prob[k] + out->omnibus_risk * c->prior;
}

bool model_comparison(int participant_count, int model_count, const double *log_evidence, struct model_comparison_result *out,
                      struct err *err)
{
    bool              ok;
    struct comparison c;

    if (participant_count < 1 || model_count < 1)
        return err_set(err, ERR_INVALID, "model comparison: %d participants and %d models; at least one of each is needed",
                       participant_count, model_count);
    ok = comparison_init(&c, participant_count, model_count, err) && fill_likelihoods(&c, log_evidence, err);
    if (ok) {
        converge(&c, out);
        summarise(&c, out);
    }
    arena_close(&c.memory);
    return ok;
}
