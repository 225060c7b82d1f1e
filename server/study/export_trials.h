/* export_trials.h - a study's trials with the papers' own columns first and ours after them.
 *
 * The columns and what they mean: export_trial_columns. choice 1 = right = Julty; participant, cond_file and dimension count from 1,
 * trial from 0; in a tie (reward, equal points) correct is 1 and is_tie says so.
 * Row by row from one snapshot in constant memory. Threads: the reader's. */
#ifndef DINOLAB_STUDY_EXPORT_TRIALS_H
#define DINOLAB_STUDY_EXPORT_TRIALS_H

#include "study/export.h"

const struct table_column *export_trial_columns(enum task_kind task);

MUST_CHECK bool export_trials(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                              struct err *err);

/* Only the sessions that are not left out by the group page's `below_chance`: left out are those that have ended, or have all of their
 * trials played, and are not better than guessing (one-sided exact binomial test at 5 %). */
MUST_CHECK bool export_trials_above_chance(struct store *store, const struct study *study, enum session_mode mode,
                                           struct table *table, struct err *err);

#endif
