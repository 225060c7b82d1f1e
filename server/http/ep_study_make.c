#include <stdio.h>

#include "http/edit_job.h"
#include "http/endpoints.h"
#include "http/reply.h"
#include "store/store_people.h"
#include "study/create_study.h"
#include "study/study_file.h"
#include "study/study_state.h"
#include "json/json_read.h"

/* Making studies, and their steps from draft to closed. Conditions are made in memory on the importer's thread, which may take a second, and
 * are stored in short jobs of the writer's: the replies of those who play other studies wait for that lane. */
enum { SAMPLE_TRIES_MAX = 3 };

struct making_job {
    struct edit_job            edit;
    bool                       is_file; /* the message is the file of a study */
    bool                       is_new;  /* the study is made by this request: else it only takes a step */
    bool                       is_lacking;
    struct create_study_plan  *plan; /* of a new study; in the request's arena, as what `sample` holds */
    struct create_study_result made;
    struct study_sample        sample;
    enum study_sample_progress progress;
    int                        try_count; /* samples that were made */
};

/* --- the conditions, then the step --- */

static bool find_id(struct store *store, struct edit_job *job, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    bool             ok;

    arena_init(&arena);
    ok = store_study_by_slug(store, job->slug, &arena, &row, err);
    arena_close(&arena);
    if (ok) job->study_id = row.study_id;
    return ok;
}

/* Other open pages of the study are told what this one is answered, once it is committed. */
static enum http_result reply_with_step(struct http_request *req, struct http_job *base)
{
    const struct making_job *job = (struct making_job *)base;
    char                     topic[HUB_TOPIC_BYTES];

    (void)snprintf(topic, sizeof topic, "study/%lld", (long long)job->edit.study_id);
    if (base->base.is_ok && !job->is_new) hub_publish(req->deps->hub, topic, "state", job->edit.json.data);
    return edit_job_reply(req, base);
}

static bool step_run(struct job *base, struct store *store, struct err *err)
{
    struct making_job *job = (struct making_job *)base;
    struct json_writer writer;

    if (!study_step_take(store, job->edit.slug, job->edit.stage, job->edit.now_ms, err)) return false;
    if (job->is_new) return true; /* its reply is written */
    if (!find_id(store, &job->edit, err)) return false;
    json_writer_init(&writer, &job->edit.json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "state", STUDY_STAGE_NAMES[job->edit.stage]);
    json_end_object(&writer);
    return text_ok(&job->edit.json, err);
}

static enum http_result submit_step(struct http_request *req, struct making_job *job)
{
    job->edit.base.is_step = false;
    return edit_job_submit(req, req->deps->writer, &job->edit, step_run, reply_with_step);
}

static bool sample_run(struct job *base, struct store *store, struct err *err)
{
    struct making_job *job = (struct making_job *)base;

    job->try_count++;
    return study_sample_make(store, job->edit.folder, job->edit.slug, &job->edit.base.req->arena, &job->sample, err);
}

static bool store_run(struct job *base, struct store *store, struct err *err)
{
    struct making_job *job = (struct making_job *)base;

    if (!study_sample_insert(store, &job->sample, &job->progress, err)) return false;
    if (job->progress != STUDY_SAMPLE_STALE || job->try_count < SAMPLE_TRIES_MAX) return true;
    return study_sample_is_stale(job->edit.slug, err);
}

/* After each of the two. */
static enum http_result go_on_storing(struct http_request *req, struct http_job *base)
{
    struct making_job *job = (struct making_job *)base;

    if (!base->base.is_ok) {
        if (job->is_new) err_wrap(&base->base.err, "the study '%s' is there as a draft", job->edit.slug);
        return edit_job_reply(req, base);
    }
    if (job->progress == STUDY_SAMPLE_DONE) return submit_step(req, job);
    if (job->progress == STUDY_SAMPLE_STALE) {
        job->progress = STUDY_SAMPLE_GOES_ON;
        return edit_job_submit(req, req->deps->importer, &job->edit, sample_run, go_on_storing);
    }
    base->is_step = true;
    return edit_job_submit(req, req->deps->writer, &job->edit, store_run, go_on_storing);
}

/* --- a step --- */

struct state_message {
    int stage;
};

static const struct json_field STATE_FIELDS[] = {JSON_NAME("state", struct state_message, stage, STUDY_STAGE_NAMES)};

static bool look_run(struct job *base, struct store *store, struct err *err)
{
    struct making_job *job = (struct making_job *)base;

    return study_step_check(store, job->edit.slug, job->edit.stage, &job->is_lacking, err);
}

static enum http_result go_on_with_step(struct http_request *req, struct http_job *base)
{
    struct making_job *job = (struct making_job *)base;

    if (!base->base.is_ok) return edit_job_reply(req, base);
    if (!job->is_lacking) return submit_step(req, job);
    return edit_job_submit(req, req->deps->importer, &job->edit, sample_run, go_on_storing);
}

enum http_result ep_study_state(struct http_request *req)
{
    struct making_job   *job = edit_job_new(req, sizeof *job, 200);
    struct state_message message;
    struct err           err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, STATE_FIELDS, JSON_FIELD_COUNT(STATE_FIELDS), &message, &err)) return http_reply_error(req, &err);
    job->edit.stage = (enum study_stage)message.stage;
    return edit_job_submit(req, req->deps->reader, &job->edit, look_run, go_on_with_step);
}

/* --- a new study --- */

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

static bool create_run(struct job *base, struct store *store, struct err *err)
{
    struct making_job *job = (struct making_job *)base;

    return create_study_insert(store, job->plan, &job->made, &job->sample, err) && write_made(&job->edit, store, &job->made, err);
}

static enum http_result go_on_making(struct http_request *req, struct http_job *base)
{
    struct making_job *job = (struct making_job *)base;

    if (!base->base.is_ok || !job->made.is_unfinished) return edit_job_reply(req, base);
    job->edit.slug  = job->made.slug;
    job->edit.stage = job->made.stage;
    job->try_count  = 1;
    return go_on_storing(req, base);
}

static enum http_result go_on_with_plan(struct http_request *req, struct http_job *base)
{
    struct making_job *job = (struct making_job *)base;

    if (!base->base.is_ok) return edit_job_reply(req, base);
    base->is_step = create_study_is_long(job->plan);
    return edit_job_submit(req, req->deps->writer, &job->edit, create_run, go_on_making);
}

static bool prepare_run(struct job *base, struct store *store, struct err *err)
{
    struct making_job               *job    = (struct making_job *)base;
    const struct create_study_source source = {.folder = job->edit.folder, .now_ms = job->edit.now_ms, .stage = STUDY_DRAFT};
    struct arena                    *arena  = &job->edit.base.req->arena;

    if (job->is_file)
        return study_file_prepare(store, job->edit.folder, job->edit.message, job->edit.now_ms, arena, &job->plan, err);
    return create_study_prepare(store, &source, job->edit.message, arena, &job->plan, err);
}

static enum http_result make_of_message(struct http_request *req, bool is_file)
{
    struct making_job *job = edit_job_new(req, sizeof *job, 201);
    struct err         err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    job->is_new  = true;
    job->is_file = is_file;
    return edit_job_submit_message(req, req->deps->importer, &job->edit, prepare_run, go_on_with_plan);
}

enum http_result ep_studies_post(struct http_request *req)
{
    return make_of_message(req, false);
}

enum http_result ep_study_files_post(struct http_request *req)
{
    return make_of_message(req, true);
}

struct copy_message {
    const char *slug;
    const char *title;
};

static const struct json_field COPY_FIELDS[] = {JSON_TEXT("slug", struct copy_message, slug, 1, NAME_BYTES - 1),
                                                JSON_TEXT("title", struct copy_message, title, 1, STUDY_TITLE_BYTES_MAX)};

/* The description of the copy takes the message's place in the request: the plan borrows from it. */
static bool copy_run(struct job *base, struct store *store, struct err *err)
{
    struct making_job   *job = (struct making_job *)base;
    struct http_request *req = job->edit.base.req;
    struct json_doc     *doc;

    if (!store_snapshot_begin(store, err)) return false;
    doc = study_copy_describe(store, job->edit.slug, job->edit.new_slug, job->edit.text, err);
    store_snapshot_end(store);
    if (doc == NULL) return false;
    json_free(req->doc);
    req->doc          = doc;
    job->edit.message = json_member(json_root(doc), "study");
    return prepare_run(base, store, err);
}

enum http_result ep_study_duplicate(struct http_request *req)
{
    struct making_job  *job = edit_job_new(req, sizeof *job, 201);
    struct copy_message message;
    struct err          err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, COPY_FIELDS, JSON_FIELD_COUNT(COPY_FIELDS), &message, &err)) return http_reply_error(req, &err);
    job->is_new        = true;
    job->edit.new_slug = message.slug;
    job->edit.text     = message.title;
    return edit_job_submit(req, req->deps->importer, &job->edit, copy_run, go_on_with_plan);
}
