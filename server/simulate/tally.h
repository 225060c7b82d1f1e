/* tally.h - what a simulation counts: sessions, trials, reply times, and what went wrong.
 *
 * Pure bookkeeping; the summary is one JSON object. Of errors it keeps the number per kind and the first sentences of each,
 * so that a thousand equal failures stay readable. Threads: none. */
#ifndef DINOLAB_SIMULATE_TALLY_H
#define DINOLAB_SIMULATE_TALLY_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/text.h"

enum {
    TALLY_KIND_BYTES     = 24,
    TALLY_KIND_MAX       = 24, /* more than the protocol's error kinds; what is beyond is counted under the last */
    TALLY_SENTENCE_COUNT = 3,  /* kept per kind */
};

struct tally_kind {
    char name[TALLY_KIND_BYTES];
    int  count;
    char sentences[TALLY_SENTENCE_COUNT][ERR_MESSAGE_BYTES];
};

struct tally {
    int               session_count; /* played to the end */
    int64_t           trial_count;   /* responses to main trials that were acknowledged */
    int               error_count;
    int64_t           retry_count; /* requests sent again because the server was away or busy */
    struct tally_kind kinds[TALLY_KIND_MAX];
    int               kind_count;
    uint32_t         *reply_us; /* owned; one per acknowledged response, practice included */
    size_t            reply_count;
    size_t            reply_capacity;
};

void tally_init(struct tally *tally);
void tally_close(struct tally *tally);

/* False only when out of memory. Times above an hour are cut to it. */
MUST_CHECK bool tally_reply(struct tally *tally, int64_t reply_us, struct err *err);

/* Forget replies and trials so far; errors and sessions stay. */
void tally_begin_anew(struct tally *tally);

void tally_error(struct tally *tally, const char *kind, const char *sentence);

/* The value at rank ceil(share * count) of ascending `values` (nearest rank, no interpolation): a time that did occur.
 * 0 < share <= 1; 0 for no values. */
uint32_t tally_percentile(const uint32_t *ascending, size_t count, double share);

/* {"sessions":..,"trials":..,"trials_per_s":..,"reply_ms":{"p50","p99","p999"},"errors":..} without newline; sorts the reply
 * times. reply_ms holds null while nothing was answered. Running out of memory shows in text_ok. */
void tally_summary(struct tally *tally, double elapsed_s, struct text *out);

/* Nothing when there was no error and no retry. */
void tally_print_errors(const struct tally *tally, FILE *out);

#endif
