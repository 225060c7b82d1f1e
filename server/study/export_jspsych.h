/* export_jspsych.h - a study's trials as the CSV that jsPsych makes of its own data, for analyses that are written for it.
 *
 * As jsPsych 8 writes it: a header line, every value in quotes, quotes doubled, lists as JSON, true and false, "null" for null.
 *
 * Columns, named as in the data of the page's plugins (web/task/plugin_delivery.ts, plugin_pair.ts):
 * stimulus        the picture's name; of a pair a JSON list of both, left and right
 * response        1 right, 0 left (category: Julty, Folty)
 * input           "keyboard", "touch" or "mouse"
 * rt, onset_ms    from onset to response; onset on the page's monotonic clock, which begins anew with each page
 * early_key_count responses tried before the onset
 * category        (category) "julty" or "folty": whom the picture was meant for
 * points          (reward) JSON list of the points of both, left and right
 * is_correct      whether the response was; in a tie it is
 * jsPsych's own:
 * trial_type      "delivery" or "pair"
 * trial_index     counts the rows of a session from 0, practice first
 * plugin_version  of the plugins of this program
 * time_elapsed    milliseconds from the session's beginning (consent) to the response's arrival, both by the server's clock; whatever
 *                 that clock or a reload of the page does, never less than in the row before
 * and ours: participant, session, condition (from 1), is_pilot, phase ("practice" or "trials"), trial (from 0 in its phase, as in
 * export_trials.h)
 *
 * As JSON lines, lists are lists and numbers numbers.
 * Row by row in constant memory. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_EXPORT_JSPSYCH_H
#define DINOLAB_STUDY_EXPORT_JSPSYCH_H

#include "study/export.h"

const struct table_column *export_jspsych_columns(enum task_kind task);

MUST_CHECK bool export_jspsych(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                               struct err *err);

#endif
