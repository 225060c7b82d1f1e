/* edit_job.h - what the requests that make and change studies share: a job whose message stays in the request, and a JSON reply. */
#ifndef DINOLAB_HTTP_EDIT_JOB_H
#define DINOLAB_HTTP_EDIT_JOB_H

#include "http/request.h"
#include "store/store_study.h"

typedef bool (*edit_run_fn)(struct job *job, struct store *store, struct err *err);

struct edit_job {
    struct http_job           base;
    const struct data_folder *folder;
    int64_t                   now_ms;
    int64_t                   account_id; /* who asks */
    const char               *slug;       /* in the path; NULL: none */
    const struct json_value  *message;
    enum study_stage          stage;
    int64_t                   study_id;   /* of a step */
    const char               *new_slug;   /* of a copy */
    const char               *text;       /* its title, or the reason to unblind */
    bool                      is_crowded; /* of a change: conditions are to go first (study_change.h) */
    struct lane              *lane;       /* of what is done with the message, as the next two */
    edit_run_fn               run;
    http_then_fn              then;
    unsigned                  status; /* of the reply */
    struct text               json;   /* of the reply; owned until that takes it */
};

/* A job of `bytes` that begins with a struct edit_job, in the request's arena. NULL when out of memory. */
void *edit_job_new(struct http_request *req, size_t bytes, unsigned status);

enum http_result edit_job_submit(struct http_request *req, struct lane *lane, struct edit_job *job, edit_run_fn run,
                                 http_then_fn then);

/* With the whole body as the job's message, which is read on the reader's lane first. `job` NULL: out of memory. */
enum http_result edit_job_submit_message(struct http_request *req, struct lane *lane, struct edit_job *job, edit_run_fn run,
                                         http_then_fn then);

/* A http_then_fn: the job's JSON, or its error. */
enum http_result edit_job_reply(struct http_request *req, struct http_job *base);

#endif
