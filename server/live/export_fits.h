/* export_fits.h - a study's fits: one row per session and model, or per session, trial and model; by condition and participant.
 *
 * The numbers are those of the participant's page to the last digit, of sessions being played too: the same functions make them from
 * the stored responses and value tables, never from stored fits. Empty where there is no number yet: the model's value table is
 * missing, or (posterior) there is no response.
 * The list of sessions is in memory, and one condition with its tables and one session at a time. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_LIVE_EXPORT_FITS_H
#define DINOLAB_LIVE_EXPORT_FITS_H

#include <stdint.h>

#include "base/table.h"
#include "store/session_mode.h"
#include "store/store.h"

extern const struct table_column EXPORT_FIT_COLUMNS[];
extern const struct table_column EXPORT_FIT_TRIAL_COLUMNS[];

/* Rows to a table with those columns. */
MUST_CHECK bool export_fits(struct store *store, int64_t study_id, enum session_mode mode, struct table *table, struct err *err);
MUST_CHECK bool export_fit_trials(struct store *store, int64_t study_id, enum session_mode mode, struct table *table,
                                  struct err *err);

#endif
