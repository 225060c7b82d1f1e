#include "model/choice_rule.h"

#include <math.h>

#include "model/logistic.h"

enum { GRID_STEPS_PER_DECADE = 20, GRID_DECADE_COUNT = 6 };

/* The last decade holds its first point, 100, alone. */
_Static_assert(CHOICE_GRID_COUNT == (GRID_DECADE_COUNT - 1) * GRID_STEPS_PER_DECADE + 1, "the grid runs over [1e-3, 1e2]");

static const double DECADES[GRID_DECADE_COUNT] = {1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2};

/* 10^(i / 20): a power function a hundred times per trial would cost more than the likelihood. */
static const double STEPS[GRID_STEPS_PER_DECADE] = {
    1.0,
    1.1220184543019633,
    1.2589254117941673,
    1.4125375446227544,
    1.5848931924611136,
    1.7782794100389228,
    1.9952623149688795,
    2.2387211385683394,
    2.5118864315095801,
    2.8183829312644537,
    3.1622776601683795,
    3.5481338923357546,
    3.9810717055349722,
    4.4668359215096309,
    5.0118723362727229,
    5.6234132519034912,
    6.3095734448019325,
    7.0794578438413795,
    7.9432823472428158,
    8.9125093813374556,
};

static const double PROB_MIN = 1e-15; /* the clip of a category probability before its logit */

/* Beyond this even the smallest beta is certain; the limit keeps the logarithms of absurd input finite. */
static const double DRIVE_MAX = 1e9;

static const double BETA_LOW_QUANTILE  = 0.025;
static const double BETA_HIGH_QUANTILE = 0.975;

double choice_drive(enum learner_task task, const struct learner_value *value)
{
    double julty_prob;

    if (task == LEARNER_TASK_REWARD) return value->right - value->left;
    julty_prob = fmin(fmax(value->right, PROB_MIN), 1.0 - PROB_MIN);
    return log(julty_prob) - log1p(-julty_prob);
}

double choice_beta_at(int point_index)
{
    return DECADES[point_index / GRID_STEPS_PER_DECADE] * STEPS[point_index % GRID_STEPS_PER_DECADE];
}

void choice_grid_init(struct choice_grid *grid)
{
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) grid->log_joint[i] = -log((double)CHOICE_GRID_COUNT);
    grid->log_evidence = 0.0;
    grid->trial_count  = 0;
}

static double drive_limited(double drive)
{
    return fmin(fmax(drive, -DRIVE_MAX), DRIVE_MAX);
}

static double log_joint_max(const struct choice_grid *grid)
{
    double max = grid->log_joint[0];

    for (int i = 1; i < CHOICE_GRID_COUNT; i++) max = fmax(max, grid->log_joint[i]);
    return max;
}

double choice_grid_predict(const struct choice_grid *grid, double drive)
{
    const double limited = drive_limited(drive);
    const double max     = log_joint_max(grid);
    double       weight  = 0.0;
    double       right   = 0.0;

    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        double joint = exp(grid->log_joint[i] - max);

        weight += joint;
        right += joint * logistic_prob(choice_beta_at(i) * limited);
    }
    return right / weight;
}

double choice_grid_update(struct choice_grid *grid, double drive, int choice)
{
    const double towards_choice = choice == 1 ? drive_limited(drive) : -drive_limited(drive);
    const double right_prob     = choice_grid_predict(grid, drive);
    double       max;
    double       sum = 0.0;

    for (int i = 0; i < CHOICE_GRID_COUNT; i++) grid->log_joint[i] += logistic_log_prob(choice_beta_at(i) * towards_choice);
    max = log_joint_max(grid);
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) sum += exp(grid->log_joint[i] - max);
    grid->log_evidence = max + log(sum);
    grid->trial_count++;
    return right_prob;
}

void choice_grid_beta(const struct choice_grid *grid, struct choice_beta *out)
{
    const double max        = log_joint_max(grid);
    double       sum        = 0.0;
    double       cumulative = 0.0;

    for (int i = 0; i < CHOICE_GRID_COUNT; i++) sum += exp(grid->log_joint[i] - max);
    *out = (struct choice_beta){.mean = 0.0, .low = 0.0, .high = 0.0};
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        const double beta = choice_beta_at(i);
        const double prob = exp(grid->log_joint[i] - max) / sum;

        cumulative += prob;
        out->mean += beta * prob;
        /* Betas are positive: 0 says that the quantile has not been reached before. */
        if (out->low == 0.0 && cumulative >= BETA_LOW_QUANTILE) out->low = beta;
        if (out->high == 0.0 && cumulative >= BETA_HIGH_QUANTILE) out->high = beta;
    }
}

void choice_posterior(int count, const double *log_evidence, double *posterior_prob)
{
    double max = log_evidence[0];
    double sum = 0.0;

    for (int i = 1; i < count; i++) max = fmax(max, log_evidence[i]);
    for (int i = 0; i < count; i++) {
        /* With nothing but impossible models no one is better than another. */
        posterior_prob[i] = isinf(max) && max < 0.0 ? 1.0 : exp(log_evidence[i] - max);
        sum += posterior_prob[i];
    }
    for (int i = 0; i < count; i++) posterior_prob[i] /= sum;
}

double choice_r2(double nll, int trial_count)
{
    return trial_count > 0 ? 1.0 - nll / (trial_count * log(2.0)) : 0.0;
}
