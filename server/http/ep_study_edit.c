#include "http/edit_job.h"
#include "http/endpoints.h"
#include "http/reply.h"
#include "study/study_change.h"
#include "study/study_check.h"
#include "study/study_definition.h"
#include "study/study_file.h"
#include "study/study_state.h"
#include "task/setting_notes.h"

/* Changing, checking and showing studies; what makes them and takes their steps is in ep_study_make.c. What changes something is a job of
 * the writer's. */

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
    struct edit_job *job = edit_job_new(req, sizeof *job, 200);
    struct err       err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    return edit_job_submit(req, req->deps->reader, job, definition_run, edit_job_reply);
}

static bool change_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job *job = (struct edit_job *)base;

    return study_change(store, job->slug, job->message, job->now_ms, &job->is_crowded, err) &&
           study_definition_write(store, job->slug, &job->json, err);
}

static bool make_room_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job *job = (struct edit_job *)base;
    bool             is_done;

    if (!study_change_make_room(store, job->slug, &is_done, err)) return false;
    job->is_crowded = !is_done;
    return true;
}

/* Conditions go in short steps: participants' replies wait for the same lane. */
static enum http_result go_on_making_room(struct http_request *req, struct http_job *base);

static enum http_result go_on_changing(struct http_request *req, struct http_job *base)
{
    struct edit_job *job = (struct edit_job *)base;

    if (base->base.is_ok || !job->is_crowded) return edit_job_reply(req, base);
    req->audit    = NULL; /* nothing is done yet */
    base->is_step = true;
    return edit_job_submit(req, req->deps->writer, job, make_room_run, go_on_making_room);
}

static enum http_result go_on_making_room(struct http_request *req, struct http_job *base)
{
    struct edit_job *job = (struct edit_job *)base;

    if (!base->base.is_ok) return edit_job_reply(req, base);
    if (job->is_crowded) return edit_job_submit(req, req->deps->writer, job, make_room_run, go_on_making_room);
    base->is_step = false;
    return edit_job_submit(req, req->deps->writer, job, change_run, go_on_changing);
}

enum http_result ep_study_patch(struct http_request *req)
{
    return edit_job_submit_message(req, req->deps->writer, edit_job_new(req, sizeof(struct edit_job), 200), change_run,
                                   go_on_changing);
}

/* --- checks and files --- */

static bool check_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job *job = (struct edit_job *)base;

    return study_check_write(store, job->folder, job->message, &job->json, err);
}

enum http_result ep_study_check(struct http_request *req)
{
    return edit_job_submit_message(req, req->deps->exporter, edit_job_new(req, sizeof(struct edit_job), 200), check_run,
                                   edit_job_reply);
}

static bool file_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job *job = (struct edit_job *)base;
    bool             ok;

    if (!store_snapshot_begin(store, err)) return false;
    ok = study_file_write(store, job->slug, &job->json, err);
    store_snapshot_end(store);
    return ok;
}

enum http_result ep_study_file(struct http_request *req)
{
    struct edit_job *job = edit_job_new(req, sizeof *job, 200);
    struct err       err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    return edit_job_submit(req, req->deps->exporter, job, file_run, edit_job_reply);
}

/* --- blind studies --- */

enum { REASON_BYTES_MAX = 2000 };

struct unblind_message {
    const char *reason;
};

static const struct json_field UNBLIND_FIELDS[] = {JSON_TEXT("reason", struct unblind_message, reason, 1, REASON_BYTES_MAX)};

static bool unblind_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job *job = (struct edit_job *)base;

    return study_unblind(store, job->slug, job->text, job->now_ms, err) &&
           study_definition_write(store, job->slug, &job->json, err);
}

enum http_result ep_study_unblind(struct http_request *req)
{
    struct edit_job       *job = edit_job_new(req, sizeof *job, 200);
    struct unblind_message message;
    struct err             err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, UNBLIND_FIELDS, JSON_FIELD_COUNT(UNBLIND_FIELDS), &message, &err))
        return http_reply_error(req, &err);
    job->text = message.reason;
    return edit_job_submit(req, req->deps->writer, job, unblind_run, edit_job_reply);
}
