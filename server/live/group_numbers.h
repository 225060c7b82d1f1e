/* group_numbers.h - all participants of a study together: how well they learn, and which models foresee what they do.
 *
 * Every number is of the participants that count: those with a response whom no applied exclusion fits. Equal points are left out of
 * accuracies. 95 % intervals are percentile bootstraps over participants (model/bootstrap.h, BOOTSTRAP_SEED) unless said otherwise.
 * Pure: from a cohort to numbers. Threads: none. */
#ifndef DINOLAB_LIVE_GROUP_NUMBERS_H
#define DINOLAB_LIVE_GROUP_NUMBERS_H

#include "live/cohort.h"
#include "model/bootstrap.h"

enum {
    /* Not better than guessing at the 5 % level (one-sided exact binomial test), once the session has ended or all trials are played. */
    GROUP_BELOW_CHANCE = 1,
    GROUP_NOT_INCLUDED = 2, /* asked not to be included */
    GROUP_EXCLUSIONS   = GROUP_BELOW_CHANCE | GROUP_NOT_INCLUDED,

    GROUP_BINS_MAX = 12, /* parts of a session, as equal as whole trials allow */
    GROUP_RT_BINS  = 25,
    GROUP_RT_FIRST_MS =
        100, /* bins grow tenfold every ten; faster responses are in the first, slower ones than 32 s in the last */
};

struct group_person {
    const struct cohort_member *member;
    double                      accuracy;   /* NAN without a trial with a right answer, as the next */
    double                      p_value;    /* at least as many right by guessing */
    unsigned                    exclusions; /* that fit, applied or not */
    bool                        is_counted;
};

struct group_bin {
    int             from; /* trial index of the first, and after the last */
    int             to;
    int             scored_count;
    double          accuracy; /* pooled over participants; NAN where there is none */
    struct interval interval;
    double          rt_median_ms; /* of all responses in the bin, quartiles of type 7; NAN where there is none */
    double          rt_low_quartile_ms;
    double          rt_high_quartile_ms;
};

struct group_trial_test {
    int             scored_count;
    double          accuracy; /* NAN for none */
    double          p_value;  /* two-sided exact binomial test against one half; NAN for none */
    struct interval interval; /* Clopper and Pearson's */
};

/* One model; NAN where there is no number. */
struct group_model_numbers {
    int             participant_count; /* who count and for whom the model is ready */
    int             trial_count;
    double          nll; /* nats, choice rule `grid`, predictive */
    double          r2_online;
    struct interval r2;            /* of one participant alone there is none */
    double          task_accuracy; /* the learner's own, over the trials that were played */
    double          agreement;
    double          curve[GROUP_BINS_MAX]; /* the learner's own accuracy per bin */
};

/* Random-effects model selection over the participants for whom every model is ready (model/model_comparison.h). */
struct group_comparison {
    int     participant_count; /* 0: not computed */
    double  omnibus_risk;
    bool    is_converged;
    double *frequency; /* per model, as the next two */
    double *exceedance_prob;
    double *protected_exceedance_prob;
};

struct group_numbers {
    struct arena                arena; /* owns all below */
    int                         person_count;
    struct group_person        *people; /* in the order in which they began */
    int                         counted_count;
    int                         trial_count; /* responses of those who count */
    int                         below_chance_count;
    int                         not_included_count;
    int                         no_trials_count;
    int                         bin_count;
    struct group_bin            bins[GROUP_BINS_MAX];
    int                         test_count; /* planned trials of a session */
    struct group_trial_test    *tests;
    double                      rt_median_ms;
    int                         rt_counts[GROUP_RT_BINS];
    struct group_model_numbers *models;
    struct group_comparison     comparison;
};

double group_rt_bin_ms(int bin); /* lower edge */

/* Everything but the comparison. `out` is closed by the caller (also after a failure). */
MUST_CHECK bool group_numbers_compute(const struct cohort *cohort, unsigned exclude, struct group_numbers *out, struct err *err);

/* Needs the people of `numbers`. Left at participant_count 0 when there is nobody to compare, or only one model. */
MUST_CHECK bool group_numbers_compare(const struct cohort *cohort, struct group_numbers *numbers, struct err *err);

void group_numbers_close(struct group_numbers *numbers);

#endif
