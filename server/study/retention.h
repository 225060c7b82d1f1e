/* retention.h - personal data are kept until a date, then deleted by themselves.
 *
 * Deleted are the platform's ids (identity), who was refused (refusal), links for one person, age and answers of the consent page
 * (eligibility), and the free text of the final questions, in which people may name themselves. Trials, gender, age and the other
 * answers stay: they lead to nobody. What is left of a study is what an analysis of pseudonymous data needs. */
#ifndef DINOLAB_STUDY_RETENTION_H
#define DINOLAB_STUDY_RETENTION_H

#include "store/store_retention.h"

/* `date` such as "2027-01-31": its end, in UTC, is when they go; NULL: nobody says. ERR_INVALID for no date or one that is past. */
MUST_CHECK bool retention_set(struct store *store, const char *slug, const char *date, int64_t now_ms, struct err *err);

/* Delete what is due, and note it in the log (study/audit.h). `study_count`: studies of which something was deleted. */
MUST_CHECK bool retention_run(struct store *store, int64_t now_ms, int *study_count, struct err *err);

#endif
