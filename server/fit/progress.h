/* progress.h - a bar on a terminal: how many of the fits are done, how far the one at work is, about how long the rest takes.
 *
 * Where `is_shown` is false (a pipe, a file) nothing is ever written. The time left takes every fit for equally long and is a guess.
 * Threads: progress_step may be called by any thread while one fit is at work, all else by the one that owns it; a mutex guards the
 * count and the drawing. */
#ifndef DINOLAB_FIT_PROGRESS_H
#define DINOLAB_FIT_PROGRESS_H

#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"

struct progress {
    FILE               *out;
    const struct clock *clock;
    bool                is_shown;
    pthread_mutex_t     mutex;
    int                 fit_count;
    int                 fit_done;
    const char         *label; /* of the fit at work; borrowed */
    int64_t             step_count;
    int64_t             step_done; /* guarded, as the next */
    int64_t             drawn_us;
    int64_t             begun_us;
};

/* `fit_count` >= 1. */
MUST_CHECK bool progress_init(struct progress *progress, FILE *out, bool is_shown, const struct clock *clock, int fit_count,
                              struct err *err);
void            progress_close(struct progress *progress); /* takes the bar away */

void progress_begin(struct progress *progress, const char *label, int64_t step_count); /* the next fit, of so many steps */
void progress_step(struct progress *progress);
void progress_end(struct progress *progress);   /* the fit is done */
void progress_clear(struct progress *progress); /* takes the bar away before something is printed; the next step draws it again */

/* The bar's text for a terminal of so many columns, without control characters: no line wraps. */
void progress_text(const struct progress *progress, int64_t now_us, int column_count, struct text *out);

#endif
