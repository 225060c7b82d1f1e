/* store_record.h - what a session leaves besides its trials: comprehension attempts, events, the final questions. */
#ifndef DINOLAB_STORE_STORE_RECORD_H
#define DINOLAB_STORE_STORE_RECORD_H

#include <stdint.h>

#include "store/store.h"

struct comprehension_row {
    int64_t     session_id;
    const char *answers; /* JSON array of option indices */
    bool        is_passed;
    int64_t     received_at_ms;
};

struct event_row {
    int64_t     session_id;
    int         event_index; /* counted by the browser */
    const char *kind;
    double      at_ms;       /* browser monotonic clock */
    int         trial_index; /* -1: outside the trials */
    const char *detail;      /* NULL: nothing to say */
    int64_t     received_at_ms;
};

struct questionnaire_row {
    int64_t     session_id;
    const char *gender;
    int         age;
    const char *strategy;
    bool        is_included;
    int64_t     received_at_ms;
};

MUST_CHECK bool store_comprehension_count(struct store *store, int64_t session_id, int *count, struct err *err);
MUST_CHECK bool store_comprehension_insert(struct store *store, const struct comprehension_row *row, int *attempt_number,
                                           struct err *err);

/* *is_new is false when the session already has an event of this index; the first stays. */
MUST_CHECK bool store_event_insert(struct store *store, const struct event_row *row, bool *is_new, struct err *err);

/* The newest answers replace older ones. */
MUST_CHECK bool store_questionnaire_put(struct store *store, const struct questionnaire_row *row, struct err *err);

#endif
