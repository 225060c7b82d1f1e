#include "http/endpoints.h"
#include "http/reply.h"
#include "study/representation_list.h"

/* Read on the reader's thread, as there may be many and the store is asked for each. */
struct representations_job {
    struct http_job       base;
    struct study_catalog *catalog;
    const char           *slug;
    struct text           json; /* http_reply_json takes it over */
};

static void put_metric(struct json_writer *writer, const char *key, bool is_measured, const struct stored_metric *metric)
{
    json_begin_object(writer, key);
    if (is_measured && metric->reason == NULL)
        json_f64(writer, "value", metric->value);
    else
        json_null(writer, "value");
    json_text(writer, "reason", is_measured ? metric->reason : NULL);
    json_end_object(writer);
}

static void put_count(struct json_writer *writer, const char *key, int64_t count)
{
    if (count > 0)
        json_i64(writer, key, count);
    else
        json_null(writer, key);
}

static void put_representation(struct json_writer *writer, const struct representation_entry *entry)
{
    json_begin_object(writer, NULL);
    json_text(writer, "name", entry->row.name);
    json_text(writer, "family", entry->row.family);
    json_text(writer, "description", entry->row.description);
    json_i64(writer, "feature_count", entry->row.feature_count);
    json_text(writer, "size_class", entry->facts.size_class);
    json_text(writer, "loss", entry->facts.loss);
    put_count(writer, "parameter_count", entry->facts.parameter_count);
    put_count(writer, "training_image_count", entry->facts.training_image_count);
    json_text(writer, "baseline_of", entry->facts.baseline_name);
    json_text(writer, "aligned_by", entry->facts.aligned_by);
    json_bool(writer, "is_generative", entry->is_generative);
    put_metric(writer, "class_separation", entry->is_measured, &entry->class_separation);
    put_metric(writer, "class_separation_paper", entry->is_measured, &entry->class_separation_paper);
    put_metric(writer, "cka", entry->is_measured, &entry->cka);
    put_metric(writer, "intrinsic_dimension", entry->is_measured, &entry->intrinsic_dimension);
    json_end_object(writer);
}

static void put_list(const struct study *study, const struct representation_entry *entries, int count, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "study");
    json_text(&writer, "slug", study->slug);
    json_text(&writer, "title", study->title);
    json_text(&writer, "task", task_name(study->task));
    json_end_object(&writer);
    json_begin_array(&writer, "representations");
    for (int i = 0; i < count; i++) put_representation(&writer, &entries[i]);
    json_end_array(&writer);
    json_end_object(&writer);
}

static bool list_run(struct job *job, struct store *store, struct err *err)
{
    struct representations_job  *list    = (struct representations_job *)job;
    struct representation_entry *entries = NULL;
    const struct study          *study;
    struct arena                 arena;
    int                          count = 0;
    bool                         ok;

    arena_init(&arena);
    ok = study_catalog_by_slug(list->catalog, store, list->slug, &study, err) &&
         representation_list_load(store, study, &arena, &entries, &count, err);
    if (ok) put_list(study, entries, count, &list->json);
    arena_close(&arena);
    return ok;
}

static enum http_result reply_with_list(struct http_request *req, struct http_job *job)
{
    struct representations_job *list = (struct representations_job *)job;

    if (job->base.is_ok) return http_reply_json(req, 200, &list->json);
    text_close(&list->json);
    return http_reply_error(req, &job->base.err);
}

enum http_result ep_representations_get(struct http_request *req)
{
    struct representations_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err                  err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    text_init(&job->json);
    job->base.base.run = list_run;
    job->catalog       = req->deps->reader_catalog;
    job->slug          = req->parameters[0];
    return http_submit(req, req->deps->reader, &job->base, reply_with_list);
}
