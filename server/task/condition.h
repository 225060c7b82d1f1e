/* condition.h - make one fixed sequence of trials with its answers by the papers' sampling.
 *
 * From the loadings of all stimuli on one dimension: `trial images` of different objects, the same number from each of five equal
 * bins (lo, hi] of (0, 2]; category: split at the median of these images; reward: random pairs, points scaled from the smallest
 * loading (0) to the largest (100) and rounded. Practice pairs (reward) have points drawn at random: they show screen and keys, not
 * the rule. Seeded: the same seed and material give the same condition on every machine.
 * Source: Demircan et al. 2024, methods. Pure; the caller owns the condition (condition_close). */
#ifndef DINOLAB_TASK_CONDITION_H
#define DINOLAB_TASK_CONDITION_H

#include "base/rng.h"
#include "task/task.h"

enum { CONDITION_BIN_COUNT = 5, CONDITION_BIN_MAX = 20, POINTS_MAX = 100 }; /* the papers' bins, and most that there can be */

#define CONDITION_LOADING_MAX 2.0

/* Bins (lo, hi] of equal width in (0, loading_max]. */
struct condition_bins {
    int    count; /* 1 .. CONDITION_BIN_MAX */
    double loading_max;
};

extern const struct condition_bins CONDITION_BINS_OF_PAPERS;

/* The upper end of bin `index`; of -1: the lower end of the first. */
double condition_bin_edge(const struct condition_bins *bins, int index);

/* The bin of a loading; bins->count for one outside. */
int condition_bin_of(const struct condition_bins *bins, double loading);

/* One stimulus as the sampler sees it; its position in the array is its row index in the stimulus set. */
struct candidate {
    int    object; /* number of its object: equal numbers are the same object */
    double loading;
};

struct condition_settings {
    enum task_kind        task;
    int                   trial_count; /* images = trials for category, 2 x trials for reward; divisible by the bins (and even) */
    int                   practice_count; /* pairs; reward only, 0 for category */
    enum dinosaur         high_dinosaur;  /* category: who likes high loadings */
    struct condition_bins bins;           /* zeroed: the papers' */
    int                   longest_run;    /* category: trials with the same answer in a row; 0: no limit, as in the papers */
    uint64_t              seed;
};

struct condition {
    int                   trial_count;
    int                   practice_count;
    struct planned_trial *trials;     /* owned */
    struct planned_trial *practice;   /* owned; NULL when there is none */
    int                   points_min; /* reward: smallest and largest points of any image of the main phase */
    int                   points_max;
};

/* How many different objects each bin could give; for telling a researcher before a study opens. */
void condition_objects_of_bins(const struct condition_bins *bins, const struct candidate *candidates, int candidate_count,
                               int object_count[CONDITION_BIN_MAX]);

/* The same for the papers' bins. */
void condition_bin_objects(const struct candidate *candidates, int candidate_count, int object_count[CONDITION_BIN_COUNT]);

/* How many different objects each bin must give. */
int condition_needed_per_bin(const struct condition_settings *settings);

/* ERR_INVALID with the bin and the numbers when a bin cannot be filled, when counts do not divide, or when no untied median split
 * can be found. Practice pairs (reward) use images, objects and points that are not in the main trials. */
MUST_CHECK bool condition_sample(const struct condition_settings *settings, const struct candidate *candidates,
                                 int candidate_count, struct condition *out, struct err *err);

void condition_close(struct condition *condition); /* accepts a zeroed or closed condition */

#endif
