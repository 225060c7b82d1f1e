/* bootstrap.h - how certain is a pooled R2? 95 % percentile bootstrap over participants (Efron 1979), 2,000 seeded draws.
 *
 * A draw takes as many participants as there are, with replacement, each with all of his or her trials; its McFadden R2 is
 * 1 - sum nll / (sum trials * ln 2). The interval runs from the 2.5 % to the 97.5 % quantile of the draws, interpolated linearly
 * between the order statistics at rank 1 + (draws - 1) p (type 7 of Hyndman and Fan 1996, the default of R and numpy).
 * Participants without trials say nothing and are left out first, so that they change nothing. One participant alone gives an interval
 * of no width. The same seed gives the same bits. Takes and gives back its own memory. Pure; threads: none. */
#ifndef DINOLAB_MODEL_BOOTSTRAP_H
#define DINOLAB_MODEL_BOOTSTRAP_H

#include <stdint.h>

#include "base/err.h"

enum {
    BOOTSTRAP_DRAWS = 2000,
    BOOTSTRAP_SEED  = 1, /* of every interval that is shown or printed: a page and a command agree to the last digit */
};

struct interval {
    double low;
    double high;
};

/* nll[p] (nats) and trial_count[p] of each participant. ERR_INVALID: nobody has a trial, a count is negative, or the nll of a
 * participant with trials is not finite; the sentence names the participant's index (from 0). */
MUST_CHECK bool bootstrap_r2(int participant_count, const double *nll, const int *trial_count, uint64_t seed,
                             struct interval *out, struct err *err);

/* Several models of the same participants at once, with the same draws for all: bit for bit what bootstrap_r2 gives for each column.
 * nll: participant_count x model_count, row-major; `out` has model_count places. */
MUST_CHECK bool bootstrap_r2_all(int participant_count, int model_count, const double *nll, const int *trial_count, uint64_t seed,
                                 struct interval *out, struct err *err);

/* Pooled shares sum part / sum whole, column by column (say right responses and responses in each part of a session), drawn over
 * participants as above. part, whole: participant_count x column_count, row-major, finite, whole >= 0. A draw without anything to
 * share is left out; NAN where there is no other. */
MUST_CHECK bool bootstrap_shares(int participant_count, int column_count, const double *part, const double *whole, uint64_t seed,
                                 struct interval *out, struct err *err);

#endif
