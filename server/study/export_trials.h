/* export_trials.h - a study's trials as CSV with the papers' own columns first and ours after them.
 *
 * category: image, choice, true_category_name, true_category_binary, correct, cond_file, participant, include, bonus_payment,
 *           dimension, trial
 * reward:   left_image, right_image, dimension, left_reward, right_reward, max_reward, min_reward, choice, reward_received,
 *           cond_file, trial, bonus_payment, include, participant, regret, chance_regret, correct
 * choice 1 = right = Julty; participant, cond_file and dimension count from 1, trial from 0; bonus_payment is what the session's
 * trials earned beyond the base, in major units (pounds); include is empty until the question was answered; in a tie (reward,
 * equal points) correct is 1 and is_tie says so.
 * is_imported 1: a trial of imported data; what these did not say (rt_ms, dimension, how and when it was shown) is empty.
 * Row by row from one snapshot in constant memory. Threads: the reader's. */
#ifndef DINOLAB_STUDY_EXPORT_TRIALS_H
#define DINOLAB_STUDY_EXPORT_TRIALS_H

#include <stdio.h>

#include "store/session_mode.h"
#include "study/study_catalog.h"

/* `out` is written from its position on and flushed. *row_count of trials written. */
MUST_CHECK bool export_trials(struct store *store, const struct study *study, enum session_mode mode, FILE *out,
                              int64_t *row_count, struct err *err);

#endif
