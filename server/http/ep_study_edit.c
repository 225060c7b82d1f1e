#include "http/endpoints.h"
#include "http/reply.h"
#include "study/create_study.h"
#include "study/study_change.h"
#include "study/study_definition.h"
#include "study/study_state.h"
#include "task/setting_notes.h"

/* Making and changing studies. What changes something is a job of the writer's; the message stays in the request meanwhile. */
struct edit_job {
    struct http_job           base;
    const struct data_folder *folder;
    int64_t                   now_ms;
    const char               *slug; /* in the path; NULL: none */
    const struct json_value  *message;
    enum study_stage          stage;
    unsigned                  status; /* of the reply */
    struct text               json;   /* of the reply; owned until that takes it */
};

static enum http_result reply_with_json(struct http_request *req, struct http_job *base)
{
    struct edit_job *job = (struct edit_job *)base;

    if (base->base.is_ok) return http_reply_json(req, job->status, &job->json);
    text_close(&job->json);
    return http_reply_error(req, &base->base.err);
}

/* NULL when out of memory. */
static struct edit_job *edit_job_new(struct http_request *req, unsigned status)
{
    struct edit_job *job = arena_alloc(&req->arena, sizeof *job);

    if (job == NULL) return NULL;
    job->folder = req->deps->folder;
    job->now_ms = clock_wall_ms(req->deps->clock);
    job->slug   = req->parameters[0];
    job->status = status;
    text_init(&job->json);
    return job;
}

typedef bool (*run_fn)(struct job *job, struct store *store, struct err *err);

static enum http_result submit(struct http_request *req, struct lane *lane, struct edit_job *job, run_fn run)
{
    job->base.base.run = run;
    return http_submit(req, lane, &job->base, reply_with_json);
}

/* With the whole body as the job's message. */
static enum http_result submit_message(struct http_request *req, struct lane *lane, unsigned status, run_fn run)
{
    struct edit_job *job = edit_job_new(req, status);
    struct err       err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    req->doc = json_parse((struct span){req->body.data, req->body.length}, &err);
    if (req->doc == NULL) return http_reply_error(req, &err);
    job->message = json_root(req->doc);
    return submit(req, lane, job, run);
}

static bool write_slug(struct edit_job *job, const char *slug, struct err *err)
{
    struct json_writer writer;

    json_writer_init(&writer, &job->json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "slug", slug);
    json_end_object(&writer);
    return text_ok(&job->json, err);
}

/* --- settings --- */

enum http_result ep_study_settings_get(struct http_request *req)
{
    struct text    schema;
    struct err     err;
    enum task_kind task;

    if (!task_from_name(req->parameters[0], &task)) {
        err_set(&err, ERR_NOT_FOUND, "there is no task '%.40s': there are category and reward", req->parameters[0]);
        return http_reply_error(req, &err);
    }
    text_init(&schema);
    if (setting_schema_write(task, &schema, &err)) return http_reply_json(req, 200, &schema);
    text_close(&schema);
    return http_reply_error(req, &err);
}

/* --- making --- */

static bool create_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job                 *job    = (struct edit_job *)base;
    const struct create_study_source source = {.folder = job->folder, .now_ms = job->now_ms, .stage = STUDY_DRAFT};
    struct create_study_result       result;

    return create_study_described(store, &source, job->message, &result, err) && write_slug(job, result.slug, err);
}

enum http_result ep_studies_post(struct http_request *req)
{
    return submit_message(req, req->deps->writer, 201, create_run);
}

/* --- changing --- */

static bool definition_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job *job = (struct edit_job *)base;
    bool             ok;

    if (!store_snapshot_begin(store, err)) return false;
    ok = study_definition_write(store, job->slug, &job->json, err);
    store_snapshot_end(store);
    return ok;
}

enum http_result ep_study_definition(struct http_request *req)
{
    struct edit_job *job = edit_job_new(req, 200);
    struct err       err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    return submit(req, req->deps->reader, job, definition_run);
}

static bool change_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job *job = (struct edit_job *)base;

    return study_change(store, job->slug, job->message, job->now_ms, err) &&
           study_definition_write(store, job->slug, &job->json, err);
}

enum http_result ep_study_patch(struct http_request *req)
{
    return submit_message(req, req->deps->writer, 200, change_run);
}

struct state_message {
    int stage;
};

static const struct json_field STATE_FIELDS[] = {JSON_NAME("state", struct state_message, stage, STUDY_STAGE_NAMES)};

static bool state_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job   *job = (struct edit_job *)base;
    struct json_writer writer;

    if (!study_set_state(store, job->folder, job->slug, job->stage, job->now_ms, err)) return false;
    json_writer_init(&writer, &job->json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "state", STUDY_STAGE_NAMES[job->stage]);
    json_end_object(&writer);
    return text_ok(&job->json, err);
}

enum http_result ep_study_state(struct http_request *req)
{
    struct edit_job     *job = edit_job_new(req, 200);
    struct state_message message;
    struct err           err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, STATE_FIELDS, JSON_FIELD_COUNT(STATE_FIELDS), &message, &err)) return http_reply_error(req, &err);
    job->stage = (enum study_stage)message.stage;
    return submit(req, req->deps->writer, job, state_run);
}
