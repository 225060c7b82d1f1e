#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "study/import_scores.h"
#include "study/score_view.h"
#include "json/json_write.h"

/* --- brought --- */

struct put_job {
    struct http_job base;
    int             count;
};

static bool put_run(struct job *base, struct store *store, struct err *err)
{
    struct put_job            *job = (struct put_job *)base;
    const struct http_request *req = job->base.req;

    return import_scores(store, req->parameters[0], "the table", (struct span){req->body.data, req->body.length},
                         clock_wall_ms(req->deps->clock), &job->count, err);
}

static enum http_result reply_with_count(struct http_request *req, struct http_job *base)
{
    struct json_writer writer;
    struct text        json;

    if (!base->base.is_ok) return http_reply_error(req, &base->base.err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "count", ((struct put_job *)base)->count);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

enum http_result ep_scores_put(struct http_request *req)
{
    struct put_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err      err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    job->base.base.run = put_run;
    return http_submit(req, req->deps->writer, &job->base, reply_with_count);
}

/* --- beside alignment: first the group's numbers, then the scores on the reader's thread --- */

struct get_job {
    struct http_job       base;
    struct study_catalog *catalog;
    const char           *slug;
    const char           *learner;
    const char           *group; /* JSON, of the request */
    struct text           json;  /* http_reply_json takes it over */
};

static bool get_run(struct job *base, struct store *store, struct err *err)
{
    struct get_job     *job = (struct get_job *)base;
    struct json_doc    *doc = json_parse(span_of(job->group), err);
    const struct study *study;
    struct json_writer  writer;
    bool                ok;

    json_writer_init(&writer, &job->json);
    ok = doc != NULL && study_catalog_by_slug(job->catalog, store, job->slug, &study, err) &&
         score_view_write(store, study, json_root(doc), job->learner, &writer, err);
    json_free(doc);
    return ok;
}

static enum http_result reply_with_scores(struct http_request *req, struct http_job *base)
{
    struct get_job *job = (struct get_job *)base;

    if (base->base.is_ok) return http_reply_json(req, 200, &job->json);
    text_close(&job->json);
    return http_reply_error(req, &base->base.err);
}

static enum http_result then_scores(struct http_request *req, char *group)
{
    struct get_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err      err;

    if (job != NULL) job->group = arena_copy(&req->arena, group, strlen(group));
    free(group);
    if (job == NULL || job->group == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    text_init(&job->json);
    job->base.base.run = get_run;
    job->catalog       = req->deps->reader_catalog;
    job->slug          = req->parameters[0];
    job->learner       = http_query(req, "learner");
    return http_submit(req, req->deps->reader, &job->base, reply_with_scores);
}

enum http_result ep_scores_get(struct http_request *req)
{
    const struct study *study;
    char                topic[HUB_TOPIC_BYTES];
    struct err          err;

    if (!study_catalog_by_slug(req->deps->catalog, req->deps->store, req->parameters[0], &study, &err))
        return http_reply_error(req, &err);
    (void)snprintf(topic, sizeof topic, HUB_GROUP_PREFIX "%" PRId64 "/0", study->study_id); /* nobody is left out */
    return http_wait_snapshot(req, topic, then_scores);
}
