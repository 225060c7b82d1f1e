#include "http/endpoints.h"
#include "http/json_job.h"
#include "http/reply.h"
#include "study/reconcile.h"
#include "study/retention.h"

/* A platform's submissions against the sessions here, and when personal data go. */

struct reconcile_job {
    struct json_job          base;
    struct study_catalog    *catalog;
    const struct secret_key *key;
    const char              *slug;
    struct span              csv; /* the request's body: gone with it */
};

static void write_text(struct json_writer *writer, const char *key, const char *text)
{
    if (text[0] == '\0')
        json_null(writer, key);
    else
        json_text(writer, key, text);
}

static void write_list(struct json_writer *writer, const char *key, const struct reconcile_list *list)
{
    json_begin_array(writer, key);
    for (int i = 0; i < list->count; i++) {
        const struct reconcile_row *row = &list->rows[i];

        json_begin_object(writer, NULL);
        write_text(writer, "submission_id", row->submission_id);
        write_text(writer, "participant_id", row->participant_id);
        write_text(writer, "status", row->status);
        if (row->number == 0)
            json_null(writer, "number");
        else
            json_i64(writer, "number", row->number);
        write_text(writer, "session_id", row->public_id);
        write_text(writer, "state", row->state);
        json_i64(writer, "bonus_minor", row->bonus_minor);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_result(struct json_writer *writer, const struct study *study, const struct reconciliation *result)
{
    json_begin_object(writer, NULL);
    json_i64(writer, "submission_count", result->submission_count);
    json_i64(writer, "both_count", result->both_count);
    json_i64(writer, "unknown_count", result->unknown_count);
    json_text(writer, "currency", study->settings.pay.currency);
    write_list(writer, "there_only", &result->there_only);
    write_list(writer, "here_only", &result->here_only);
    write_list(writer, "unpaid", &result->unpaid);
    write_list(writer, "other_code", &result->other_code);
    json_end_object(writer);
}

static bool reconcile_run(struct job *base, struct store *store, struct err *err)
{
    struct reconcile_job *job = (struct reconcile_job *)base;
    const struct study   *study;
    struct reconciliation result;
    struct json_writer    writer;
    struct arena          arena;
    bool                  ok;

    if (!study_catalog_by_slug(job->catalog, store, job->slug, &study, err)) return false;
    if (!store_snapshot_begin(store, err)) return false;
    arena_init(&arena);
    ok = reconcile(store, job->key, study, job->csv, &arena, &result, err);
    store_snapshot_end(store);
    json_writer_init(&writer, &job->base.json);
    if (ok) write_result(&writer, study, &result);
    arena_close(&arena);
    return ok && text_ok(&job->base.json, err);
}

/* The exports' thread: a file of the largest size takes a second. */
enum http_result ep_reconciliation_post(struct http_request *req)
{
    struct reconcile_job *job = json_job_new(req, sizeof *job, reconcile_run);

    if (job != NULL) {
        job->catalog = req->deps->exporter_catalog;
        job->key     = req->deps->key;
        job->slug    = req->parameters[0];
        job->csv     = (struct span){req->body.data == NULL ? "" : req->body.data, req->body.length};
    }
    return json_job_submit(req, req->deps->exporter, &job->base);
}

/* --- when personal data go --- */

struct retention_put {
    struct json_job base;
    const char     *slug;
    const char     *until;
};

static const struct json_field RETENTION_FIELDS[] = {JSON_OPTIONAL_TEXT("until", struct retention_put, until, 1, 40)};

static bool retention_put_run(struct job *base, struct store *store, struct err *err)
{
    struct retention_put *job = (struct retention_put *)base;

    return retention_set(store, job->slug, job->until, job->base.now_ms, err) && json_job_nothing(&job->base, err);
}

enum http_result ep_retention_put(struct http_request *req)
{
    struct retention_put *job = json_job_new(req, sizeof *job, retention_put_run);
    struct err            err;

    if (job != NULL && !http_read_body(req, RETENTION_FIELDS, JSON_FIELD_COUNT(RETENTION_FIELDS), job, &err))
        return http_reply_error(req, &err);
    if (job != NULL) job->slug = req->parameters[0];
    return json_job_submit(req, req->deps->writer, &job->base);
}
