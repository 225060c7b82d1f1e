/* store_person.h - everything that is kept of one session and its participant, row by row, for somebody who asks what is kept. */
#ifndef DINOLAB_STORE_STORE_PERSON_H
#define DINOLAB_STORE_STORE_PERSON_H

#include "base/secret.h"
#include "store/store.h"

enum person_part {
    PERSON_SESSION,     /* one row: study, condition, times, what it ran with, age and answers of the consent page */
    PERSON_ACCEPTANCES, /* the texts that were accepted */
    PERSON_COMPREHENSION,
    PERSON_TRIALS, /* practice too, with what was shown */
    PERSON_EVENTS,
    PERSON_QUESTIONNAIRE,
    PERSON_FITS,
    PERSON_REFUSALS,  /* of the person in the session's study */
    PERSON_ELSEWHERE, /* sessions of the same person, known by the id of a platform, in every study of this server */
    PERSON_PART_COUNT
};

const char *person_part_name(enum person_part part); /* "session", "acceptances", ... */

enum person_value { PERSON_NONE, PERSON_NUMBER, PERSON_REAL, PERSON_TEXT, PERSON_JSON, PERSON_HASH };

struct person_cell {
    const char        *name;
    enum person_value  kind;
    int64_t            number;
    double             real;
    const char        *text; /* of TEXT and JSON */
    struct secret_hash hash;
};

/* The cells and what they point to are valid during the visit only. */
typedef bool (*person_row_fn)(void *argument, const struct person_cell *cells, int count, struct err *err);

/* Stops at the first false of `visit`. */
MUST_CHECK bool store_person_rows(struct store *store, enum person_part part, int64_t session_id, person_row_fn visit,
                                  void *argument, struct err *err);

#endif
