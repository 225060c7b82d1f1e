/* bonus.h - what is owed for a session that has ended, beyond what its platform pays by itself, and why in words.
 *
 * Prolific, SONA and MTurk give the base (or the credit) for finished work themselves; who came by a plain or a personal link gets it
 * with the bonus. A session that left is paid by the study's rule for parts (task/partial_pay.h), which knows no base.
 * Pure. Threads: none. */
#ifndef DINOLAB_STUDY_BONUS_H
#define DINOLAB_STUDY_BONUS_H

#include "store/store_export.h"
#include "study/study_catalog.h"
#include "task/platform.h"

enum { BONUS_REASON_BYTES = 160 };

struct bonus {
    int64_t amount_minor;
    char    reason
        [BONUS_REASON_BYTES]; /* "finished: 97 of 120 correct", "stopped after 34 of 120 trials: minimum 0.50 + 34 x 0.01" */
};

/* Of a session that is not active. `platform` is the one that sent the participant. */
void bonus_of_session(const struct study *study, const struct export_session *row, enum platform platform, struct bonus *out);

#endif
