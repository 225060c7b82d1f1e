/* task.h - what the two experiments are: legal responses, scoring, pay, comprehension.
 *
 * Pure: no I/O, no clock. The server scores from its own condition; nothing here trusts the browser.
 * A task is one row of the table in task.c; a new one fails to compile where it is missing. */
#ifndef DINOLAB_TASK_TASK_H
#define DINOLAB_TASK_TASK_H

#include <stdint.h>

#include "base/err.h"

enum task_kind { TASK_CATEGORY, TASK_REWARD, TASK_KIND_COUNT };

enum { CHOICE_COUNT = 2, COMPREHENSION_QUESTION_COUNT = 3, COMPREHENSION_OPTION_COUNT = 3, CURRENCY_BYTES = 4 };

/* The dinosaurs; also the response of category learning: 0 = left = Folty, 1 = right = Julty. */
enum dinosaur { DINOSAUR_FOLTY, DINOSAUR_JULTY };

/* What a trial shows and its answer. A stimulus is a row index of the stimulus set. */
struct planned_trial {
    int           left_stimulus;
    int           right_stimulus; /* -1 for category: one picture */
    enum dinosaur category;       /* category only: whom the picture is meant for */
    int           left_points;    /* reward only: 0..100 */
    int           right_points;
};

/* Running totals over a session's responses of one phase; all zero before the first. */
struct tally {
    int64_t response_count;
    int64_t scored_count;          /* ties left out */
    int64_t correct_count;         /* ties left out */
    int64_t regret;                /* points: best minus chosen, summed; reward only */
    int64_t chance_regret_doubled; /* points: largest minus smallest, summed: twice the expected regret of a coin */
};

struct score {
    bool is_correct; /* in a tie both options are */
    bool is_tie;     /* equal points */
};

/* Money in integer minor units (pence). */
struct pay_rule {
    char    currency[CURRENCY_BYTES]; /* ISO 4217 */
    int64_t base_minor;
    int64_t per_correct_minor;       /* category: added for every correct delivery */
    int64_t max_bonus_minor;         /* reward: for choosing without regret */
    int64_t partial_minimum_minor;   /* for a session that ended early, with a trial at least: once (partial_pay.h) */
    int64_t partial_per_trial_minor; /* and for every trial */
};

struct comprehension_question {
    const char *id;           /* the wording belongs to the page */
    int         right_option; /* 0 .. COMPREHENSION_OPTION_COUNT - 1; never leaves the server */
};

const char     *task_name(enum task_kind kind); /* "category", "reward" */
MUST_CHECK bool task_from_name(const char *name, enum task_kind *out);
const char     *dinosaur_name(enum dinosaur dinosaur); /* "folty", "julty" */
MUST_CHECK bool dinosaur_from_name(const char *name, enum dinosaur *out);

/* Score one response (0 or 1) and add it to the tally. */
struct score task_score(enum task_kind kind, const struct planned_trial *trial, int response, struct tally *tally);

/* Pay for the responses so far. Category: base + per_correct x correct. Reward: base + max_bonus x max(0, (chance - mean regret) /
 * chance) with chance = mean of (max - min) / 2 per trial; with no regret possible so far, base. Rounded half up once. */
int64_t task_pay_minor(enum task_kind kind, const struct pay_rule *rule, const struct tally *tally);

/* The three questions of a task, in the order in which they are asked; a constant array. */
const struct comprehension_question *task_comprehension(enum task_kind kind);

#endif
