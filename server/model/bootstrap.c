#include "model/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"

static const double TAIL_PROB = 0.025;

struct participant {
    double nll;
    int    trial_count;
};

/* Returns how many participants have trials; 0 with `err` filled if there is nothing to draw from. */
static int gather(int participant_count, const double *nll, const int *trial_count, struct participant *out, struct err *err)
{
    int count = 0;

    for (int p = 0; p < participant_count; p++) {
        if (trial_count[p] == 0) continue;
        if (trial_count[p] < 0 || !isfinite(nll[p])) {
            (void)err_set(err, ERR_INVALID, "bootstrap: participant %d has %d trials and a negative log likelihood of %g", p,
                          trial_count[p], nll[p]);
            return 0;
        }
        out[count++] = (struct participant){nll[p], trial_count[p]};
    }
    if (count == 0) (void)err_set(err, ERR_INVALID, "bootstrap: none of %d participants has a trial", participant_count);
    return count;
}

static double draw_r2(struct rng *rng, int count, const struct participant *participants)
{
    double nll    = 0.0;
    double trials = 0.0; /* a draw may hold more than an int does */

    for (int i = 0; i < count; i++) {
        const struct participant *drawn = &participants[rng_below(rng, (uint64_t)count)];

        nll += drawn->nll;
        trials += drawn->trial_count;
    }
    return 1.0 - nll / (trials * log(2.0));
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;

    return (a > b) - (a < b);
}

static double quantile(const double *sorted, double prob)
{
    const double position = (BOOTSTRAP_DRAWS - 1) * prob;
    const int    below    = (int)position;

    return sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
}

bool bootstrap_r2(int participant_count, const double *nll, const int *trial_count, uint64_t seed, struct interval *out,
                  struct err *err)
{
    struct participant *participants;
    double             *draws;
    struct arena        memory;
    struct rng          rng;
    int                 count = 0;

    arena_init(&memory);
    participants = arena_alloc_array(&memory, (size_t)participant_count + 1, sizeof *participants);
    draws        = arena_alloc_array(&memory, BOOTSTRAP_DRAWS, sizeof *draws);
    if (participants == NULL || draws == NULL)
        (void)err_no_memory(err);
    else
        count = gather(participant_count, nll, trial_count, participants, err);
    if (count > 0) {
        rng_init(&rng, seed);
        for (int i = 0; i < BOOTSTRAP_DRAWS; i++) draws[i] = draw_r2(&rng, count, participants);
        qsort(draws, BOOTSTRAP_DRAWS, sizeof *draws, compare_numbers);
        *out = (struct interval){.low = quantile(draws, TAIL_PROB), .high = quantile(draws, 1.0 - TAIL_PROB)};
    }
    arena_close(&memory);
    return count > 0;
}
