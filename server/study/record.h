/* record.h - take down one answered trial, and what else a session says.
 *
 * Durable once the writer has committed the batch that it ran in. Calling it again with the same response is harmless
 * (receipt.is_new is false, the receipt is the same); with another response it is ERR_CONFLICT. Not for edits: trials are never
 * changed. Threads: the writer's; these functions keep no state. */
#ifndef DINOLAB_STUDY_RECORD_H
#define DINOLAB_STUDY_RECORD_H

#include "store/store_trial.h"
#include "study/study_catalog.h"
#include "task/input.h"

/* One response as the browser reports it; checked for type and range already. */
struct response {
    enum phase phase;
    int        trial_index;
    int        response; /* 0 = left = Folty, 1 = right = Julty */
    double     rt_ms;
    double     onset_ms;
    double     frame_ms; /* NAN: not measured */
    bool       is_visible;
    bool       is_fullscreen;
    int        input;             /* enum input_kind */
    double     previous_reply_ms; /* NAN: none */
    int64_t    received_at_ms;
};

/* What is known after a response: its feedback, and what is shown next. */
struct receipt {
    bool                       is_new;
    bool                       is_out_of_order; /* with ERR_CONFLICT: expected_index is set */
    int                        expected_index;
    enum task_kind             task;
    struct trial_row           trial;
    struct condition_trial_row answer;
    int64_t                    pay_minor;
    bool                       has_next;
    struct condition_trial_row next; /* only its pictures may leave the server */
};

/* ERR_NOT_FOUND no such trial; ERR_CONFLICT out of order, other response stored, or not yet at this phase; ERR_GONE. */
MUST_CHECK bool record_trial(struct store *store, struct study_catalog *catalog, int64_t session_id,
                             const struct response *response, struct receipt *out, struct err *err);

/* The comprehension questions: option indices in the order of task_comprehension. Passing once is enough. */
struct comprehension_answers {
    int     options[COMPREHENSION_QUESTION_COUNT];
    int64_t received_at_ms;
};

struct comprehension_result {
    bool is_passed;
    int  attempt_count;
    int  attempts_left; /* -1: no limit */
    bool is_over;       /* the last attempt was wrong: the session has left, and its person is refused from now on */
};

MUST_CHECK bool record_comprehension(struct store *store, struct study_catalog *catalog, int64_t session_id,
                                     const struct comprehension_answers *answers, struct comprehension_result *out,
                                     struct err *err);

/* Running totals of a trial row, and the pay that follows from them. */
struct tally record_tally(const struct trial_row *trial);

#endif
