/* recovery.h - could this study tell its models apart? Simulated people answer with each model in turn, and the live fits are asked
 * whose people they are.
 *
 * For each model (a learner on a representation) people are drawn who see the pictures through it, with betas for which they are
 * right in a given share of the trials; each plays a condition, and what the dashboards would show at the end is computed by the same
 * code: the winning model, the interval of beta. Beside them people who press either key with probability one half.
 * Pure numbers over value columns; seeded: the same input gives the same output. Threads: none. */
#ifndef DINOLAB_LIVE_RECOVERY_H
#define DINOLAB_LIVE_RECOVERY_H

#include <stdint.h>

#include "live/live_condition.h"

struct recovery_settings {
    int      participant_count; /* per model, and as many who guess */
    double   accuracy_low;      /* people's betas lie between those that give these shares of right responses */
    double   accuracy_high;
    uint64_t seed;
};

extern const struct recovery_settings RECOVERY_DEFAULTS; /* 200 people, 0.75 to 0.85, seed 1 */

enum recovery_beta {
    RECOVERY_BY_ACCURACY, /* betas as asked for; up to the best accuracy that the model reaches, if that is below accuracy_high */
    /* The model is right too seldom whatever the beta: betas for which people do what the model prefers in that share of trials. */
    RECOVERY_BY_AGREEMENT,
    RECOVERY_FLAT, /* the model prefers so little that no beta of the grid does that: no people are drawn, all numbers are 0 */
};

struct recovery_row {
    enum recovery_beta how;
    double             beta_low; /* betas are log-uniform between these */
    double             beta_high;
    double             accuracy;      /* share of right responses, trials of equal points left out */
    double             won;           /* share of people whose evidence is largest for this model */
    double             beta_coverage; /* share of people whose beta lies within this model's 95 % interval */
    int                rival;         /* the other model that wins most of these people; -1: none does */
    double             rival_won;
};

struct recovery_result {
    struct recovery_row *rows;          /* per model of the study; the caller's */
    double              *guessing_r2;   /* per model: r2_online of those who guess, all their trials together; the caller's */
    int                  best_guessing; /* the model with the largest of these */
};

/* `conditions` are of one study, with every column there. Person i plays condition i modulo condition_count. */
MUST_CHECK bool recovery_run(const struct recovery_settings *settings, const struct live_study *study,
                             struct live_condition *const *conditions, int condition_count, struct recovery_result *out,
                             struct err *err);

#endif
