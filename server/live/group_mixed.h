/* group_mixed.h - the mixed model of each representation over all participants that count, and its leave-one-trial-out predictions.
 *
 * Both are slow beside everything else, so they are made in steps: the fits one model after another, beginning at what the data before
 * gave while data come in, and searched for all over once none do, so that they end as those of a server that has just started; the predictions as a job on the responses of the moment when it began. The numbers are those of `dinolab fit --choice glmm-loo`
 * on the same responses. Threads: belongs to one thread. */
#ifndef DINOLAB_LIVE_GROUP_MIXED_H
#define DINOLAB_LIVE_GROUP_MIXED_H

#include "base/clock.h"
#include "live/group_numbers.h"

struct group_mixed_fit {
    int64_t revision; /* of the cohort it was fitted to; 0: never */
    bool    has_fit;  /* false: nobody counted, or the data allow none */
    double  slope;
    double  slope_sd;
    double  log_likelihood;
    bool    is_singular;
    bool    is_converged;
    bool    is_warm; /* found from the fit before: not searched for all over */
};

struct group_loo_result {
    bool            is_there;
    int64_t         data_stamp; /* of the cohort when the job began */
    double          r2_loo;
    struct interval interval; /* NAN for one participant */
    double          nll;
    int             participant_count;
    int             trial_count;
};

struct group_loo_job;

struct group_mixed {
    int                      model_count;
    struct group_mixed_fit  *fits;    /* per model */
    struct group_loo_result *results; /* per model, of the last job that came so far */
    struct group_loo_job    *job;     /* NULL: none under way */
};

MUST_CHECK bool group_mixed_init(struct group_mixed *mixed, int model_count, struct err *err);
void            group_mixed_close(struct group_mixed *mixed); /* ends a job */

/* Before the cohort goes: ends a job; fits stay as starts for those of the next cohort, results as they are. */
void group_mixed_leave(struct group_mixed *mixed);

/* Somebody was erased: a job on their responses ends, and predictions that were made from them go. */
void group_mixed_forget(struct group_mixed *mixed);

/* Fit models that do not know the cohort's present revision, until `budget_us` are over; at least one. *is_done: none is left. */
MUST_CHECK bool group_mixed_refresh(struct group_mixed *mixed, const struct cohort *cohort, const struct group_numbers *numbers,
                                    const struct clock *clock, int64_t budget_us, bool *is_done, struct err *err);

/* The same for models whose fit is a warm one: search all over. */
MUST_CHECK bool group_mixed_settle(struct group_mixed *mixed, const struct cohort *cohort, const struct group_numbers *numbers,
                                   const struct clock *clock, int64_t budget_us, bool *is_done, struct err *err);

/* Begin a job on what counts now; nothing if one is under way. The cohort must stay until the job is over. */
MUST_CHECK bool group_loo_begin(struct group_mixed *mixed, const struct cohort *cohort, const struct group_numbers *numbers,
                                const struct clock *clock, struct err *err);

/* Go on for `budget_us`. The job is gone (mixed->job NULL) once it is over, or has failed. */
MUST_CHECK bool group_loo_step(struct group_mixed *mixed, const struct clock *clock, int64_t budget_us, struct err *err);

struct group_loo_progress {
    int64_t done_count; /* predictions */
    int64_t total_count;
    double  left_s; /* NAN while it is not known */
};

/* False: no job is under way. */
bool group_loo_progress(const struct group_mixed *mixed, const struct clock *clock, struct group_loo_progress *out);

#endif
