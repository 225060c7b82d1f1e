/* export_fits.h - a study's fits as CSV: one row per session and model, by condition and participant.
 *
 * participant, session, state, is_pilot, condition, trials, representation, family, learner, looks_ahead, is_ready, log_evidence, r2_online,
 * posterior, beta_mean, beta_low, beta_high, accuracy (the learner's own), agreement (fit_state.h)
 *
 * The numbers are those of the participant's page to the last digit, of sessions being played too: the same functions make them from
 * the stored responses and value tables, never from stored fits. Empty where there is no number yet: the model's value table is
 * missing, or (posterior) there is no response. log_evidence in nats; beta with the 2.5 % and 97.5 % points.
 * The list of sessions is in memory, and one condition with its tables and one session at a time. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_LIVE_EXPORT_FITS_H
#define DINOLAB_LIVE_EXPORT_FITS_H

#include <stdint.h>
#include <stdio.h>

#include "store/session_mode.h"
#include "store/store.h"

/* `out` is written from its position on and flushed. *row_count of rows below the header. */
MUST_CHECK bool export_fits(struct store *store, int64_t study_id, enum session_mode mode, FILE *out, int64_t *row_count,
                            struct err *err);

#endif
