/* simulate.h - many simulated participants at once against a running server, and what came of it.
 *
 * One thread, one loop: replies first, so that times stay honest, then whoever's think time is over, then the learners' work
 * in small portions. Prints a line a second to `messages` when that is a terminal, errors by kind to `messages` at the end, and
 * the summary as one JSON object to `results`.
 *
 * Takes SIGINT, SIGTERM and SIGPIPE from the process: the first two end the simulation in good order, with its summary. */
#ifndef DINOLAB_SIMULATE_SIMULATE_H
#define DINOLAB_SIMULATE_SIMULATE_H

#include <stdio.h>

#include "base/err.h"
#include "simulate/population.h"

struct simulate_settings {
    const char                *url;  /* without path and closing slash, such as "http://127.0.0.1:8080" */
    const char                *slug; /* of an open study */
    int                        participant_count;
    int                        concurrency; /* sessions at the same time */
    double                     think_mean_ms;
    double                     ramp_s;    /* sessions begin evenly over this time; 0: as soon as there is a place */
    double                     warm_up_s; /* replies and trials of this time are not in the summary */
    struct population_settings population;
};

enum simulate_status {
    SIMULATE_DONE,        /* every session that was begun finished, or the simulation was asked to stop */
    SIMULATE_FAILED,      /* at least one session failed, or ours did: `err` is set when nothing could be summed up */
    SIMULATE_WRONG_INPUT, /* files or learner do not fit, or the limit of open files is too low */
};

/* `err` holds a sentence exactly when no summary was printed. */
enum simulate_status simulate(const struct simulate_settings *settings, FILE *results, FILE *messages, struct err *err);

#endif
