/* refusal.h - why somebody is not let into a study: its name on the wire, its sentence, and which way back they are shown. Pure.
 * Threads: none. */
#ifndef DINOLAB_STUDY_REFUSAL_H
#define DINOLAB_STUDY_REFUSAL_H

#include "base/err.h"
#include "task/platform.h"

/* Why somebody is not let in. */
enum refusal {
    REFUSAL_NONE,
    REFUSAL_CLOSED,
    REFUSAL_NOT_YET,
    REFUSAL_OVER,
    REFUSAL_FULL,
    REFUSAL_SCREENED_OUT,
    REFUSAL_EXCLUDED,
    REFUSAL_FAILED_COMPREHENSION,
    REFUSAL_RETURNING,
    REFUSAL_FINISHED,
    REFUSAL_PREVIEW,
    REFUSAL_NO_ID,
    REFUSAL_CONSENT_CHANGED,
    REFUSAL_COUNT
};

const char *refusal_name(enum refusal refusal); /* "closed", ...; "" for none */

/* Its kind and sentence into `err`. True when the platform has a way back for it, by *outcome. */
bool refusal_describe(enum refusal refusal, enum outcome *outcome, struct err *err);

#endif
