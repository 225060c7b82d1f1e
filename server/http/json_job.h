/* json_job.h - a job whose reply is one JSON document that the job itself writes: for lists and small changes.
 *
 * Embed it first; `run` writes into `json` by a json_writer and may set `status` (200 unless it does). */
#ifndef DINOLAB_HTTP_JSON_JOB_H
#define DINOLAB_HTTP_JSON_JOB_H

#include "http/request.h"
#include "json/json_write.h"

struct json_job {
    struct http_job         base;
    const struct principal *who;    /* who asks */
    int64_t                 now_ms; /* when */
    unsigned                status;
    struct text             json; /* owned until the reply takes it */
};

/* In the request's arena, `bytes` large, zeroed; NULL when out of memory. */
void *json_job_new(struct http_request *req, size_t bytes, bool (*run)(struct job *job, struct store *store, struct err *err));

/* Hand it over; replies by itself. `job` may be NULL: out of memory. */
enum http_result json_job_submit(struct http_request *req, struct lane *lane, struct json_job *job);

/* As the last step of `run`: an empty object. */
bool json_job_nothing(struct json_job *job, struct err *err);

#endif
