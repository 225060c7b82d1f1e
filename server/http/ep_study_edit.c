#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "store/store_people.h"
#include "study/create_study.h"
#include "study/study_change.h"
#include "study/study_check.h"
#include "study/study_definition.h"
#include "study/study_file.h"
#include "study/study_state.h"
#include "task/setting_notes.h"

typedef bool (*run_fn)(struct job *job, struct store *store, struct err *err);

/* Making and changing studies. What changes something is a job of the writer's; the message stays in the request meanwhile. */
struct edit_job {
    struct http_job           base;
    const struct data_folder *folder;
    int64_t                   now_ms;
    int64_t                   account_id; /* who asks */
    const char               *slug;       /* in the path; NULL: none */
    const struct json_value  *message;
    enum study_stage          stage;
    const char               *new_slug; /* of a copy */
    const char               *text;     /* its title, or the reason to unblind */
    struct lane              *lane;     /* of what is done with the message */
    run_fn                    run;
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
    job->folder     = req->deps->folder;
    job->now_ms     = clock_wall_ms(req->deps->clock);
    job->slug       = req->parameters[0];
    job->account_id = req->principal.login.account_id;
    job->status     = status;
    text_init(&job->json);
    return job;
}

static enum http_result submit(struct http_request *req, struct lane *lane, struct edit_job *job, run_fn run)
{
    job->base.base.run = run;
    return http_submit(req, lane, &job->base, reply_with_json);
}

/* --- messages --- */

/* Descriptions with conditions written out are large: they come into a file without a name, as an export goes out of one. */
bool ep_study_body_begin(struct http_request *req, struct err *err)
{
    char path[PATH_BYTES];
    int  file;

    (void)snprintf(path, sizeof path, "%s/study.XXXXXX", req->deps->folder->path);
    file = mkostemp(path, O_CLOEXEC);
    if (file < 0) return err_errno(err, "make a file in %s", req->deps->folder->path);
    (void)unlink(path);
    body_file_begin(&req->body_file, file, 0, STUDY_BODY_BYTES_MAX);
    return true;
}

static bool read_file(struct http_request *req, struct err *err)
{
    char block[16 * 1024];

    for (off_t offset = 0;;) {
        ssize_t length = pread(req->body_file.file, block, sizeof block, offset);

        if (length < 0) return err_errno(err, "read a message");
        if (length == 0) return text_ok(&req->body, err);
        text_append(&req->body, block, (size_t)length);
        offset += length;
    }
}

/* On the reader's thread: what is large takes a while. */
static bool message_run(struct job *base, struct store *store, struct err *err)
{
    struct http_request *req = ((struct http_job *)base)->req;

    (void)store;
    if (req->body_file.is_wanted && !read_file(req, err)) return false;
    req->doc = json_parse((struct span){req->body.data, req->body.length}, err);
    return req->doc != NULL;
}

static enum http_result go_on(struct http_request *req, struct http_job *base)
{
    struct edit_job *job = (struct edit_job *)base;

    if (!base->base.is_ok) return http_reply_error(req, &base->base.err);
    job->message = json_root(req->doc);
    return submit(req, job->lane, job, job->run);
}

/* With the whole body as the job's message. */
static enum http_result submit_message(struct http_request *req, struct lane *lane, unsigned status, run_fn run)
{
    struct edit_job *job = edit_job_new(req, status);
    struct err       err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (req->body_file.is_refused) return http_reply_error(req, &req->body_file.err);
    job->lane          = lane;
    job->run           = run;
    job->base.base.run = message_run;
    return http_submit(req, req->deps->reader, &job->base, go_on);
}

/* Whoever makes a study owns it from its first moment. */
static bool write_made(struct edit_job *job, struct store *store, const struct create_study_result *made, struct err *err)
{
    struct json_writer writer;

    json_writer_init(&writer, &job->json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "slug", made->slug);
    json_end_object(&writer);
    return store_member_set(store, made->study_id, job->account_id, "owner", job->now_ms, err) && text_ok(&job->json, err);
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

    return create_study_described(store, &source, job->message, &result, err) && write_made(job, store, &result, err);
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

/* --- checks, copies, files --- */

static bool check_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job *job = (struct edit_job *)base;

    return study_check_write(store, job->folder, job->message, &job->json, err);
}

enum http_result ep_study_check(struct http_request *req)
{
    return submit_message(req, req->deps->exporter, 200, check_run);
}

struct copy_message {
    const char *slug;
    const char *title;
};

static const struct json_field COPY_FIELDS[] = {JSON_TEXT("slug", struct copy_message, slug, 1, NAME_BYTES - 1),
                                                JSON_TEXT("title", struct copy_message, title, 1, STUDY_TITLE_BYTES_MAX)};

static bool copy_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job           *job = (struct edit_job *)base;
    struct create_study_result result;

    return study_duplicate(store, job->folder, job->slug, job->new_slug, job->text, job->now_ms, &result, err) &&
           write_made(job, store, &result, err);
}

enum http_result ep_study_duplicate(struct http_request *req)
{
    struct edit_job    *job = edit_job_new(req, 201);
    struct copy_message message;
    struct err          err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, COPY_FIELDS, JSON_FIELD_COUNT(COPY_FIELDS), &message, &err)) return http_reply_error(req, &err);
    job->new_slug = message.slug;
    job->text     = message.title;
    return submit(req, req->deps->writer, job, copy_run);
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
    struct edit_job *job = edit_job_new(req, 200);
    struct err       err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    return submit(req, req->deps->exporter, job, file_run);
}

static bool file_take_run(struct job *base, struct store *store, struct err *err)
{
    struct edit_job           *job = (struct edit_job *)base;
    struct create_study_result result;

    return study_file_read(store, job->folder, job->message, job->now_ms, &result, err) && write_made(job, store, &result, err);
}

enum http_result ep_study_files_post(struct http_request *req)
{
    return submit_message(req, req->deps->writer, 201, file_take_run);
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
    struct edit_job       *job = edit_job_new(req, 200);
    struct unblind_message message;
    struct err             err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, UNBLIND_FIELDS, JSON_FIELD_COUNT(UNBLIND_FIELDS), &message, &err))
        return http_reply_error(req, &err);
    job->text = message.reason;
    return submit(req, req->deps->writer, job, unblind_run);
}
