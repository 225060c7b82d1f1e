#include <inttypes.h>
#include <stdio.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "study/import_representation.h"
#include "study/upload.h"
#include "json/json_write.h"

enum { COUNT_TEXT_BYTES = 24, DESCRIPTION_BYTES_MAX = 4000 };

struct representation_body {
    const char *name;
    const char *upload;
    const char *ids_upload;
    const char *family;
    const char *description;
    const char *size_class;
    const char *loss;
    int64_t     parameter_count;
    int64_t     training_image_count;
    const char *baseline_of;
    const char *aligned_by;
};

#define COUNT_FIELD(name_, member_)                                                                                              \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_I64, .offset = offsetof(struct representation_body, member_), .min = 1,               \
        .max = 9007199254740991.0, .is_optional = true                                                                           \
    }

static const struct json_field REPRESENTATION_FIELDS[] = {
    JSON_TEXT("name", struct representation_body, name, 1, NAME_BYTES - 1),
    JSON_TEXT("upload", struct representation_body, upload, 1, UPLOAD_ID_BYTES),
    JSON_OPTIONAL_TEXT("ids_upload", struct representation_body, ids_upload, 1, UPLOAD_ID_BYTES),
    JSON_OPTIONAL_TEXT("family", struct representation_body, family, 1, NAME_BYTES - 1),
    JSON_OPTIONAL_TEXT("description", struct representation_body, description, 0, DESCRIPTION_BYTES_MAX),
    JSON_OPTIONAL_TEXT("size_class", struct representation_body, size_class, 1, NAME_BYTES - 1),
    JSON_OPTIONAL_TEXT("loss", struct representation_body, loss, 1, NAME_BYTES - 1),
    COUNT_FIELD("parameter_count", parameter_count),
    COUNT_FIELD("training_image_count", training_image_count),
    JSON_OPTIONAL_TEXT("baseline_of", struct representation_body, baseline_of, 1, NAME_BYTES - 1),
    JSON_OPTIONAL_TEXT("aligned_by", struct representation_body, aligned_by, 1, NAME_BYTES - 1),
};

/* Two steps: seconds of reading and writing on the importer's thread, then the row on the writer's. */
struct representation_job {
    struct http_job            base;
    struct representation_body body;
    struct upload              matrix;
    struct upload              ids; /* when there is a list */
    char                       parameter_text[COUNT_TEXT_BYTES];
    char                       image_text[COUNT_TEXT_BYTES];
    struct import_matrix       from;
    struct import_prepared     prepared;
    const struct data_folder  *folder;
    int64_t                    now_ms;
};

/* Whoever sent the files knows their names, not our paths. */
static bool prepare_run(struct job *base, struct store *store, struct err *err)
{
    struct representation_job *job   = (struct representation_job *)base;
    const struct import_place  place = {.folder = job->folder, .store = store, .now_ms = job->now_ms};

    if (import_representation_prepare(&place, &job->from, &job->prepared, err)) return true;
    upload_name_in(&job->matrix, err);
    if (job->from.ids_path != NULL) upload_name_in(&job->ids, err);
    return false;
}

static bool insert_run(struct job *base, struct store *store, struct err *err)
{
    struct representation_job *job = (struct representation_job *)base;

    return import_representation_insert(store, job->now_ms, &job->prepared, err);
}

static enum http_result reply_with_result(struct http_request *req, struct http_job *base)
{
    const struct representation_job *job    = (struct representation_job *)base;
    const struct import_result      *result = &job->prepared.result;
    struct json_writer               writer;
    struct text                      json;

    if (!base->base.is_ok) return http_reply_error(req, &base->base.err);
    upload_delete(job->folder, job->body.upload);
    if (job->from.ids_path != NULL) upload_delete(job->folder, job->body.ids_upload);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "feature_count", result->feature_count);
    json_i64(&writer, "extra_count", result->extra.count);
    json_begin_array(&writer, "extra");
    for (int i = 0; i < result->extra.count && i < IMPORT_LISTED_MAX; i++) json_text(&writer, NULL, result->extra.ids[i]);
    json_end_array(&writer);
    json_bool(&writer, "is_unchanged", result->is_unchanged);
    json_end_object(&writer);
    return http_reply_json(req, 201, &json);
}

static enum http_result then_insert(struct http_request *req, struct http_job *base)
{
    if (!base->base.is_ok) return http_reply_error(req, &base->base.err);
    base->base.run = insert_run;
    return http_submit(req, req->deps->writer, base, reply_with_result);
}

static const char *count_text(int64_t count, char text[COUNT_TEXT_BYTES])
{
    if (count == 0) return NULL;
    (void)snprintf(text, COUNT_TEXT_BYTES, "%" PRId64, count);
    return text;
}

static bool read_request(struct http_request *req, struct representation_job *job, struct err *err)
{
    struct representation_body *body = &job->body;

    if (!http_read_body(req, REPRESENTATION_FIELDS, JSON_FIELD_COUNT(REPRESENTATION_FIELDS), body, err)) return false;
    job->folder = req->deps->folder;
    job->now_ms = clock_wall_ms(req->deps->clock);
    if (!upload_whole(job->folder, body->upload, &job->matrix, err)) return false;
    if (body->ids_upload != NULL && !upload_whole(job->folder, body->ids_upload, &job->ids, err)) return false;
    job->from = (struct import_matrix){.stimulus_set = req->parameters[0],
                                       .name         = body->name,
                                       .family       = body->family,
                                       .description  = body->description,
                                       .matrix_path  = job->matrix.path,
                                       .ids_path     = body->ids_upload == NULL ? NULL : job->ids.path,
                                       .facts        = {.size_class           = body->size_class,
                                                        .loss                 = body->loss,
                                                        .parameter_count      = count_text(body->parameter_count, job->parameter_text),
                                                        .training_image_count = count_text(body->training_image_count, job->image_text),
                                                        .baseline_of          = body->baseline_of,
                                                        .aligned_by           = body->aligned_by}};
    return true;
}

enum http_result ep_stimulus_set_representation_post(struct http_request *req)
{
    struct representation_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err                 err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!read_request(req, job, &err)) return http_reply_error(req, &err);
    job->base.base.run = prepare_run;
    return http_submit(req, req->deps->importer, &job->base, then_insert);
}
