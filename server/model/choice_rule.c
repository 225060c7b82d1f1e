#include "model/choice_rule.h"

#include <math.h>

/* 10^(-3 + i / 20), then points without weight: a power function a hundred times per trial would cost more than the likelihood. */
/* clang-format off */
static const double BETAS[GRID_PASS_POINTS] = {
    0.001, 0.0011220184543019635, 0.0012589254117941673, 0.0014125375446227544, 0.0015848931924611136, 0.0017782794100389228,
    0.0019952623149688794, 0.0022387211385683395, 0.0025118864315095803, 0.002818382931264454, 0.0031622776601683794, 0.0035481338923357545,
    0.0039810717055349725, 0.004466835921509631, 0.005011872336272723, 0.005623413251903491, 0.006309573444801933, 0.0070794578438413795,
    0.007943282347242816, 0.008912509381337455, 0.01, 0.011220184543019634, 0.012589254117941673, 0.014125375446227544,
    0.015848931924611138, 0.01778279410038923, 0.019952623149688795, 0.022387211385683396, 0.0251188643150958, 0.02818382931264454,
    0.0316227766016838, 0.035481338923357544, 0.03981071705534972, 0.044668359215096314, 0.05011872336272723, 0.05623413251903491,
    0.06309573444801933, 0.0707945784384138, 0.07943282347242817, 0.08912509381337456, 0.1, 0.11220184543019635,
    0.12589254117941673, 0.14125375446227545, 0.15848931924611137, 0.1778279410038923, 0.19952623149688797, 0.22387211385683395,
    0.251188643150958, 0.28183829312644537, 0.316227766016838, 0.35481338923357547, 0.39810717055349726, 0.4466835921509631,
    0.5011872336272724, 0.5623413251903492, 0.6309573444801932, 0.707945784384138, 0.7943282347242816, 0.8912509381337457,
    1.0, 1.1220184543019633, 1.2589254117941673, 1.4125375446227544, 1.5848931924611136, 1.7782794100389228,
    1.9952623149688795, 2.2387211385683394, 2.51188643150958, 2.8183829312644537, 3.1622776601683795, 3.5481338923357546,
    3.9810717055349722, 4.466835921509631, 5.011872336272723, 5.623413251903491, 6.3095734448019325, 7.0794578438413795,
    7.943282347242816, 8.912509381337456, 10.0, 11.220184543019634, 12.589254117941673, 14.125375446227544,
    15.848931924611136, 17.78279410038923, 19.952623149688794, 22.387211385683393, 25.118864315095802, 28.183829312644537,
    31.622776601683796, 35.48133892335755, 39.81071705534972, 44.66835921509631, 50.11872336272723, 56.234132519034915,
    63.09573444801933, 70.7945784384138, 79.43282347242815, 89.12509381337456, 100.0, 0.0,
    0.0, 0.0,
};
/* clang-format on */

static const double PROB_MIN = 1e-15; /* the clip of a category probability before its logit */

/* Beyond this even the smallest beta is certain; the limit keeps the logarithms of absurd input finite. */
static const double DRIVE_MAX = 1e9;

/* Joint probabilities are kept in the linear domain, the largest at JOINT_TOP when they were last put in order. A response can only lower
 * them, and they are put in order again, from what is known exactly, before their sum is below 1: what a pass sets to 0
 * in between is below 2^-199 at that time and would only fall further, so that it matters to no sum, however long the session is. */
#define JOINT_TOP     0x1p300
#define JOINT_SUM_MIN 1.0

/* A trial halves a point's `certain` at most: 512 of them keep it above 2^-512. */
enum { FOLD_TRIALS = 512 };

/* What every beta gives to the answers that the drives favour: a product and the powers of 2 taken out of it. */
struct certainty {
    double product[GRID_PASS_POINTS];
    int    exponent[GRID_PASS_POINTS];
};

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
    return BETAS[point_index];
}

static double joint_sum(const struct choice_grid *grid)
{
    double sum = 0.0;

    for (int i = 0; i < CHOICE_GRID_COUNT; i++) sum += grid->joint[i];
    return sum;
}

void choice_grid_init(struct choice_grid *grid)
{
    *grid = (struct choice_grid){.trial_count = 0};
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) grid->joint[i] = JOINT_TOP;
    grid->start_sum = joint_sum(grid);
}

double choice_drive_limited(double drive)
{
    return fmin(fmax(drive, -DRIVE_MAX), DRIVE_MAX);
}

static double right_prob_of(const struct grid_pass_sums *sums, double drive)
{
    return (drive >= 0.0 ? sums->with : sums->against) / (sums->with + sums->against);
}

double choice_grid_predict(const struct choice_grid *grid, double drive)
{
    const double          limited = choice_drive_limited(drive);
    struct choice_grid    copy    = *grid;
    struct grid_pass_sums sums;

    grid_pass(grid_pass_best(), BETAS, fabs(limited), true, copy.joint, &sums);
    return right_prob_of(&sums, limited);
}

static void fold(struct certainty *certainty)
{
    for (int i = 0; i < GRID_PASS_POINTS; i++) {
        int exponent;

        certainty->product[i] = frexp(certainty->product[i], &exponent);
        certainty->exponent[i] += exponent;
    }
}

static void certainty_of(int trial_count, choice_past *past, const void *argument, double last_drive, struct certainty *out)
{
    for (int i = 0; i < GRID_PASS_POINTS; i++) {
        out->product[i]  = 1.0;
        out->exponent[i] = 0;
    }
    for (int t = 0; t < trial_count; t++) {
        const double drive = t + 1 < trial_count ? choice_drive_limited(past(argument, t)) : last_drive;

        grid_pass_certain(BETAS, fabs(drive), out->product);
        if ((t + 1) % FOLD_TRIALS == 0) fold(out);
    }
    fold(out);
}

/* Put the joint probabilities in order: every point from its own exact numbers, the largest at JOINT_TOP. */
static void reorder(struct choice_grid *grid, const struct certainty *certainty)
{
    double log_joint[CHOICE_GRID_COUNT];
    double max = -INFINITY;

    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        log_joint[i] = log(certainty->product[i]) + certainty->exponent[i] * log(2.0) - BETAS[i] * grid->against_drive;
        max          = fmax(max, log_joint[i]);
    }
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        const double joint = JOINT_TOP * exp(log_joint[i] - max);

        grid->joint[i] = joint >= GRID_PASS_JOINT_MIN ? joint : 0.0;
    }
    grid->start_sum    = joint_sum(grid);
    grid->log_start    = max + log(grid->start_sum / JOINT_TOP) - log((double)CHOICE_GRID_COUNT);
    grid->log_evidence = grid->log_start;
}

double choice_grid_update(struct choice_grid *grid, double drive, int choice, choice_past *past, const void *argument)
{
    const double          limited = choice_drive_limited(drive);
    const bool            is_with = (limited >= 0.0) == (choice == 1);
    struct grid_pass_sums sums;
    double                sum;

    grid_pass(grid_pass_best(), BETAS, fabs(limited), is_with, grid->joint, &sums);
    sum = is_with ? sums.with : sums.against;
    grid->trial_count++;
    if (!is_with) grid->against_drive += fabs(limited);
    grid->log_evidence = grid->log_start + log(sum / grid->start_sum);
    if (sum < JOINT_SUM_MIN) {
        struct certainty certainty;

        certainty_of(grid->trial_count, past, argument, limited, &certainty);
        reorder(grid, &certainty);
    }
    return right_prob_of(&sums, limited);
}

double choice_past_in_array(const void *drives, int trial_index)
{
    return ((const double *)drives)[trial_index];
}

double choice_grid_weight(const struct choice_grid *grid, int point_index)
{
    return grid->joint[point_index] / joint_sum(grid);
}

void choice_grid_beta(const struct choice_grid *grid, struct choice_beta *out)
{
    const double sum        = joint_sum(grid);
    double       cumulative = 0.0;

    *out = (struct choice_beta){.mean = 0.0, .low = 0.0, .high = 0.0};
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        const double beta = choice_beta_at(i);
        const double prob = grid->joint[i] / sum;

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
