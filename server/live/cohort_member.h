/* cohort_member.h - one participant's numbers: how well each model foresaw the responses, and how fast they were.
 *
 * Threads: belongs to the cohort's thread. */
#ifndef DINOLAB_LIVE_COHORT_MEMBER_H
#define DINOLAB_LIVE_COHORT_MEMBER_H

#include "live/cohort.h"

/* Bring them up to date with the responses and value tables that the cohort holds; the member is stale no more. */
MUST_CHECK bool cohort_member_refresh(struct cohort *cohort, struct cohort_member *member, struct err *err);

#endif
