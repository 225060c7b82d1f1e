#include <stdio.h>
#include <string.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "study/dimension_view.h"
#include "study/import_queue.h"
#include "json/json_write.h"

enum { PROBLEMS_LISTED_MAX = 1000, CONDITION_NUMBER_MAX = 1000 * 1000, DIMENSION_MAX = 1000 * 1000 };

/* --- what there is --- */

struct material_job {
    struct http_job           base;
    const struct data_folder *folder;
    struct dimension_view     view;
    struct text               json; /* http_reply_json takes it over */
};

static bool sets_run(struct job *job, struct store *store, struct err *err)
{
    return stimulus_sets_json(store, &((struct material_job *)job)->json, err);
}

static bool dimension_run(struct job *job, struct store *store, struct err *err)
{
    struct material_job *material = (struct material_job *)job;

    return dimension_view_json(store, material->folder, &material->view, &material->json, err);
}

static enum http_result reply_with_json(struct http_request *req, struct http_job *job)
{
    struct material_job *material = (struct material_job *)job;

    if (job->base.is_ok) return http_reply_json(req, 200, &material->json);
    text_close(&material->json);
    return http_reply_error(req, &job->base.err);
}

/* On the reader's thread: a large set has ten thousands of pictures, and its matrix is a file. */
static enum http_result submit_read(struct http_request *req, const struct dimension_view *view,
                                    bool (*run)(struct job *job, struct store *store, struct err *err))
{
    struct material_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err           err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    text_init(&job->json);
    job->base.base.run = run;
    job->folder        = req->deps->folder;
    if (view != NULL) job->view = *view;
    return http_submit(req, req->deps->reader, &job->base, reply_with_json);
}

enum http_result ep_stimulus_sets_get(struct http_request *req)
{
    return submit_read(req, NULL, sets_run);
}

static bool read_number(const struct http_request *req, const char *name, int min, int max, int *out, struct err *err)
{
    const char *value = http_query(req, name);
    int64_t     number;

    if (value == NULL) return true;
    if (!text_to_i64(value, min, max, &number))
        return err_set(err, ERR_INVALID, "%s must be a whole number from %d to %d", name, min, max);
    *out = (int)number;
    return true;
}

enum http_result ep_dimension_get(struct http_request *req)
{
    struct dimension_view view = {.set              = req->parameters[0],
                                  .representation   = req->parameters[1],
                                  .limit            = DIMENSION_VIEW_LIMIT,
                                  .study            = http_query(req, "study"),
                                  .condition_number = 1};
    struct err            err;

    if (!http_read_index(req, 2, DIMENSION_MAX, &view.dimension, &err) ||
        !read_number(req, "limit", 1, DIMENSION_VIEW_LIMIT_MAX, &view.limit, &err) ||
        !read_number(req, "condition", 1, CONDITION_NUMBER_MAX, &view.condition_number, &err))
        return http_reply_error(req, &err);
    return submit_read(req, &view, dimension_run);
}

/* --- bringing pictures in --- */

struct set_body {
    const char *name;
    const char *upload;
    bool        leaves_out_damaged;
};

static const struct json_field SET_FIELDS[] = {
    JSON_TEXT("name", struct set_body, name, 1, NAME_BYTES - 1),
    JSON_TEXT("upload", struct set_body, upload, 1, UPLOAD_ID_BYTES - 1),
    JSON_OPTIONAL_BOOL("leave_out_damaged", struct set_body, leaves_out_damaged),
};

/* What can be known at once is said at once; the rest by GET /imports/{id}. */
static bool check_set(const struct http_request *req, const struct set_body *body, struct err *err)
{
    struct stimulus_set_row row;
    struct upload           upload;

    if (!text_is_slug(body->name)) return err_set(err, ERR_INVALID, "name: '%s' must be of a-z 0-9 _ -", body->name);
    if (store_stimulus_set_by_name(req->deps->store, body->name, &row, err))
        return err_set(err, ERR_CONFLICT, "name: the stimulus set '%s' exists already", body->name);
    if (err->kind != ERR_NOT_FOUND) return false;
    return upload_whole(req->deps->folder, body->upload, &upload, err) ? true : err_wrap(err, "upload");
}

enum http_result ep_stimulus_sets_post(struct http_request *req)
{
    struct set_body    body = {0};
    struct import_wish wish = {0};
    struct json_writer writer;
    struct text        json;
    struct err         err;
    int64_t            id;

    if (!http_read_body(req, SET_FIELDS, JSON_FIELD_COUNT(SET_FIELDS), &body, &err) || !check_set(req, &body, &err))
        return http_reply_error(req, &err);
    wish.leaves_out_damaged = body.leaves_out_damaged;
    (void)snprintf(wish.set, sizeof wish.set, "%s", body.name);
    (void)snprintf(wish.upload, sizeof wish.upload, "%s", body.upload);
    if (!import_queue_add(req->deps->imports, &wish, &id, &err)) return http_reply_error(req, &err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "import", id);
    json_end_object(&writer);
    return http_reply_json(req, 202, &json);
}

static void put_problems(struct json_writer *writer, const struct text *problems, struct arena *arena)
{
    const char *at    = problems->length == 0 ? "" : problems->data;
    int         count = 0;

    json_begin_array(writer, "problems");
    while (*at != '\0' && count++ < PROBLEMS_LISTED_MAX) {
        const size_t length = strcspn(at, "\n");
        const char  *line   = arena_copy(arena, at, length);

        if (line != NULL) json_text(writer, NULL, line);
        at += length + (at[length] == '\n');
    }
    json_end_array(writer);
}

enum http_result ep_import_get(struct http_request *req)
{
    static const char *const STATES[] = {[IMPORT_RUNNING] = "running", [IMPORT_DONE] = "done", [IMPORT_FAILED] = "failed"};
    struct import_status     status;
    struct json_writer       writer;
    struct text              json;
    struct err               err;
    int64_t                  id = 0;

    if (!text_to_i64(req->parameters[0], 1, INT64_MAX, &id)) id = 0;
    if (!import_queue_look(req->deps->imports, id, &status, &err)) return http_reply_error(req, &err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "name", status.wish.set);
    json_text(&writer, "state", STATES[status.state]);
    json_i64(&writer, "done", status.done_count);
    json_i64(&writer, "total", status.total_count);
    if (status.left_ms < 0)
        json_null(&writer, "left_s");
    else
        json_f64(&writer, "left_s", (double)status.left_ms / 1000);
    json_text(&writer, "message", status.message);
    put_problems(&writer, &status.problems, &req->arena);
    json_end_object(&writer);
    text_close(&status.problems);
    return http_reply_json(req, 200, &json);
}
