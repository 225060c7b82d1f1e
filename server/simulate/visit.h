/* visit.h - one simulated participant from the study's link to the completion code, as a state machine without I/O.
 *
 * Whoever drives it sends the request that it asks for, hands back the reply, and does what comes next:
 *
 *     VISIT_NEXT_SEND   send visit_request(), then visit_take_reply()
 *     VISIT_NEXT_THINK  call visit_think(), when convenient: it may take milliseconds
 *     VISIT_NEXT_WAIT   the same, but not before visit_due_us()
 *     VISIT_NEXT_OVER   finished (visit_failure() is NULL) or failed
 *
 * Like a browser it sends a request again, with growing pauses, when the server is away or busy. Like a suspicious one it holds
 * every reply against the protocol, and repeats a few responses to see that the reply is the same to the byte. Everything that
 * it counts goes to a tally. Threads: none. */
#ifndef DINOLAB_SIMULATE_VISIT_H
#define DINOLAB_SIMULATE_VISIT_H

#include <stdint.h>

#include "base/err.h"
#include "simulate/http_client.h"
#include "simulate/population.h"
#include "simulate/tally.h"

enum visit_next { VISIT_NEXT_SEND, VISIT_NEXT_THINK, VISIT_NEXT_WAIT, VISIT_NEXT_OVER };

enum visit_failure_reach {
    VISIT_FAILURE_SESSION, /* this session only */
    VISIT_FAILURE_STUDY,   /* the study cannot be reached or played: nobody will get further */
    VISIT_FAILURE_INPUT,   /* learner, representation or stimuli do not fit the study */
};

struct visit_failure {
    enum visit_failure_reach reach;
    char                     kind[TALLY_KIND_BYTES];
    char                     sentence[ERR_MESSAGE_BYTES];
};

/* All borrowed for the visit's life. */
struct visit_settings {
    const char        *slug;
    double             think_mean_ms; /* 0: as fast as possible */
    struct population *population;
    struct tally      *tally;
};

struct visit;

/* Participant `number`, from 0. Begins with VISIT_NEXT_SEND. */
MUST_CHECK struct visit *visit_new(const struct visit_settings *settings, int number, int64_t now_us, struct err *err);
void                     visit_free(struct visit *visit); /* accepts NULL */

struct http_client_request  visit_request(const struct visit *visit); /* borrowed until the reply is taken */
enum visit_next             visit_take_reply(struct visit *visit, const struct http_client_reply *reply);
enum visit_next             visit_think(struct visit *visit, int64_t now_us);
int64_t                     visit_due_us(const struct visit *visit);
const struct visit_failure *visit_failure(const struct visit *visit); /* NULL: none so far */

#endif
