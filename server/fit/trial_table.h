/* trial_table.h - people's trials from a CSV file: what they saw, what was true, what they chose.
 *
 * Reward: participant, trial, left_image, right_image, left_reward, right_reward, choice. Category: participant, trial, image,
 * category (or true_category_name, as exports have it), choice. The columns may come in any order, with others between them (rt_ms), which are passed over.
 * - participant: any text. trial: a whole number from 0 on; a participant's trials are used in its ascending order. Rows may come in
 *   any order. A number that is left out is a trial that the person did not see; one that comes twice is refused.
 * - images are ids of the stimuli; rewards are finite numbers; category is julty or folty in any case, or 1 for Julty and 0 for Folty;
 *   choice is 0 or 1: 1 = right = Julty.
 * - more is taken by trial_table_read_all, where the file has it: rt_ms (or rt, milliseconds) of the trial; dimension, from 1; include, 0 or 1.
 *   Empty, NA, NaN and null are not known.
 * Whatever else is ERR_INVALID with file, line and reason.
 * Participants are ordered by label, digits in it by their value (2 before 10), so that nothing depends on the order of the rows.
 * Threads: none while reading; read-only afterwards. */
#ifndef DINOLAB_FIT_TRIAL_TABLE_H
#define DINOLAB_FIT_TRIAL_TABLE_H

#include <stdint.h>

#include "fit/stimulus_list.h"
#include "model/learner.h"

/* Trials of participant p are first[p] .. first[p + 1] - 1. All arrays are owned. */
struct trial_table {
    enum learner_task task;
    int               image_count; /* of a trial: 1 for category, 2 (left, right) for reward */
    int               participant_count;
    int               trial_count;
    const char      **labels; /* per participant; texts of `names` */
    int              *first;  /* participant_count + 1 */
    int     *alike;        /* per participant: the first one with the same images and targets in the same order; may be itself */
    int64_t *numbers;      /* per trial: the file's */
    int     *participants; /* per trial */
    int     *choices;      /* per trial */
    int     *images;       /* trial_count x image_count: rows of the matrices */
    double  *targets;      /* trial_count x image_count: points, or 1 for Julty and 0 for Folty */
    double  *rt_ms;        /* per trial; NAN: not known. This and the next two only by trial_table_read_all, NULL otherwise */
    int     *dimensions;   /* per trial, from 0; -1: not known */
    int     *includes;     /* per trial, 0 or 1; -1: not known */
    struct name_index names;
};

/* Close it whether this succeeds or not. */
MUST_CHECK bool trial_table_read(struct trial_table *table, const char *path, enum learner_task task,
                                 const struct stimulus_list *stimuli, struct err *err);
/* The same with what may be known besides. */
MUST_CHECK bool trial_table_read_all(struct trial_table *table, const char *path, enum learner_task task,
                                     const struct stimulus_list *stimuli, struct err *err);
void            trial_table_close(struct trial_table *table);

/* The number of trials of one participant. */
int trial_table_count_of(const struct trial_table *table, int participant);

#endif
