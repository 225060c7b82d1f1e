/* session_reply.h - what the server's replies to a participant say, as values.
 *
 * Strict: a member that is missing, unknown or of the wrong type is ERR_INVALID naming it, because client and server are one
 * program and a difference is a defect of one of them. Threads: none. */
#ifndef DINOLAB_SIMULATE_SESSION_REPLY_H
#define DINOLAB_SIMULATE_SESSION_REPLY_H

#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/text.h"
#include "model/learner.h"

enum { SESSION_QUESTION_MAX = 8, SESSION_QUESTION_BYTES = 48, SESSION_TRIAL_MAX = 10000, SESSION_ERROR_KIND_BYTES = 24 };

struct open_study {
    enum learner_task task;
    char              consent_sha256[SECRET_HEX_BYTES];
    bool              is_open;
    bool              is_full;
};

/* The practice or the main trials of a session. */
struct session_phase {
    int                 count;
    int                 next_index;
    struct secret_hash *stimuli; /* owned; one (category) or two (reward) per trial, left before right */
};

struct session_document {
    enum learner_task    task;
    int                  question_count;
    char                 question_ids[SESSION_QUESTION_MAX][SESSION_QUESTION_BYTES];
    struct session_phase practice;
    struct session_phase trials;
};

struct trial_reply {
    int                trial_index;
    int                response;
    bool               is_correct;
    double             targets[2]; /* category: [0] = 1 for Julty, 0 for Folty; reward: points left, right */
    int64_t            pay_so_far_minor;
    bool               has_next;
    int                next_index;
    struct secret_hash next_stimuli[2];
};

/* An error's own words. */
struct error_reply {
    char kind[SESSION_ERROR_KIND_BYTES];
    char message[ERR_MESSAGE_BYTES];
};

MUST_CHECK bool open_study_read(struct span body, struct open_study *out, struct err *err);

/* On success the caller owns *out (session_document_close). */
MUST_CHECK bool session_document_read(struct span body, struct session_document *out, struct err *err);
void            session_document_close(struct session_document *document); /* accepts a zeroed or closed document */

MUST_CHECK bool trial_reply_read(struct span body, enum learner_task task, struct trial_reply *out, struct err *err);
MUST_CHECK bool comprehension_reply_read(struct span body, bool *is_passed, struct err *err);
MUST_CHECK bool completion_reply_read(struct span body, int64_t *pay_minor, struct err *err);

/* Always fills *out; kind "http_<status>" and the body's beginning when it is not an error of ours. */
void error_reply_read(int status, struct span body, struct error_reply *out);

#endif
