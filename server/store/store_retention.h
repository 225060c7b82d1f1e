/* store_retention.h - when a study's personal data go, and their going. */
#ifndef DINOLAB_STORE_STORE_RETENTION_H
#define DINOLAB_STORE_STORE_RETENTION_H

#include "store/store_study.h"

enum { RETENTION_WARNING_DAYS = 30 };

/* 0: nobody has said. */
MUST_CHECK bool store_retention_set(struct store *store, int64_t study_id, int64_t until_ms, struct err *err);
MUST_CHECK bool store_retention_of(struct store *store, int64_t study_id, int64_t *until_ms, struct err *err);

/* True from RETENTION_WARNING_DAYS before the date on. */
bool retention_is_near(int64_t until_ms, int64_t now_ms);

struct retention_row {
    int64_t study_id;
    char    slug[NAME_BYTES];
};

/* Studies whose date has come, whether or not anything is left of their personal data. */
MUST_CHECK bool store_retention_due(struct store *store, int64_t now_ms, struct arena *arena, struct retention_row **rows,
                                    int *count, struct err *err);

/* What was deleted, in rows. */
struct retention_counts {
    int identities;    /* sealed ids of the platform that sent people */
    int refusals;      /* who must not try again */
    int links;         /* links for one person */
    int eligibilities; /* age and answers of the consent page */
    int free_texts;    /* "how did you do it?", where people write what they like; the other final answers stay */
};

/* Of every session that has ended; who is playing keeps what the way back needs until then. The bytes are overwritten (secure_delete),
 * and the store then wants its log truncated. */
MUST_CHECK bool store_retention_erase(struct store *store, int64_t study_id, struct retention_counts *out, struct err *err);

#endif
