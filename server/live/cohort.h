/* cohort.h - the participants of one study, as group numbers need them: what each answered, and how well each model foresaw it.
 *
 * Follows the store by cursors of its own; what it holds can be thrown away and read again. A participant takes a few kilobytes: one byte
 * and one number per response, two numbers per model. The evidence of a model is that of the stored fits where a session has
 * ended, and else computed by the choice rule from the value table of the participant's condition, as for the participant's own page.
 * Threads: belongs to one thread, as does its store. */
#ifndef DINOLAB_LIVE_COHORT_H
#define DINOLAB_LIVE_COHORT_H

#include "live/id_map.h"
#include "live/live_condition.h"
#include "store/store_group.h"

/* A condition that is played, and how often each model's own expectation is right in it. */
struct cohort_condition {
    struct live_condition *live;
    int                   *scored; /* trial_count + 1: trials with a right answer before trial t */
    int *right_halves; /* model by model, trial_count + 1 each: twice the trials before t that the model gets right, ties and
                                            trial 0 counting one half (metrics_task_accuracy); valid where the model is ready */
};

struct cohort_answer {
    unsigned response : 1;
    unsigned is_correct : 1;
    unsigned is_tie : 1;
};

struct cohort_member {
    struct group_session_row session;
    struct cohort_condition *condition;
    int                      response_count;
    struct cohort_answer    *answers;          /* by trial; trial_count of the condition */
    double                  *rt_ms;            /* NAN: not known */
    double                  *log_evidence;     /* per model, nats; NAN while it is not ready */
    int                     *agreement_halves; /* per model: twice the responses that are what it prefers, ties one half */
    int                      scored_count;     /* responses, ties left out */
    int                      correct_count;
    double                   median_rt_ms; /* NAN where no response time is known */
    bool                     is_stale;     /* there are responses or models that the numbers per model do not know */
};

struct cohort {
    struct store      *store; /* borrowed */
    struct live_study *study;
    struct id_map      conditions;
    struct id_map      members; /* by session_id: the order in which they began */
    int64_t            change_cursor;
    int64_t            trial_cursor;
    int64_t            table_cursor;
    int64_t            stone_cursor;
    int64_t            erased_count; /* sessions of the study that were erased, ever */
    int64_t            response_count;
    int64_t            revision; /* grows whenever a number of the group may have changed */
    int64_t data_stamp; /* the same for the same responses and value tables, also after reading all again; else another */
};

/* Empty until the first update. ERR_NOT_FOUND when there is no such study. */
MUST_CHECK struct cohort *cohort_new(struct store *store, int64_t study_id, struct err *err);
void                      cohort_free(struct cohort *cohort); /* accepts NULL */

/* Take in what was stored since, in one view of the store, and bring every member's numbers up to date. Stops early, with ERR_BUSY,
 * when is_stopped (may be NULL) says so; the next call goes on. */
MUST_CHECK bool cohort_update(struct cohort *cohort, bool (*is_stopped)(void *argument), void *argument, struct err *err);

struct cohort_member *cohort_member_at(const struct cohort *cohort, int index);

#endif
