/* session_request.h - what a participant's browser tells the server, as JSON bodies.
 *
 * The counterpart of session_reply. Each function empties `body` and writes one message; running out of memory shows in
 * text_ok. Threads: none. */
#ifndef DINOLAB_SIMULATE_SESSION_REQUEST_H
#define DINOLAB_SIMULATE_SESSION_REQUEST_H

#include "base/err.h"
#include "base/text.h"
#include "simulate/session_reply.h"

struct trial_request {
    int    response;
    double rt_ms;
    double onset_ms;          /* since the page began */
    double previous_reply_ms; /* negative: none yet, left out */
};

struct questionnaire_request {
    const char *gender;
    int         age;
    const char *strategy;
};

void session_request_join(struct text *body, const char *consent_sha256, int age);

/* All answers right, but that of question `wrong_index` (negative: none). ERR_INVALID for a question that is not known. */
MUST_CHECK bool session_request_comprehension(struct text *body, const struct session_document *document, int wrong_index,
                                              struct err *err);

/* Of somebody at a keyboard with a 60 Hz screen, whole and visible. Times are rounded to 0.1 ms, as browsers do. */
void session_request_trial(struct text *body, const struct trial_request *request);
void session_request_questionnaire(struct text *body, const struct questionnaire_request *request);

#endif
