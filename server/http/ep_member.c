#include "http/endpoints.h"
#include "http/json_job.h"
#include "http/people_json.h"
#include "http/reply.h"
#include "store/store_study.h"
#include "study/people.h"
#include "study/rights.h"

/* Who works on a study. */

struct member_job {
    struct json_job base;
    const char     *slug;
    const char     *name;
    const char     *role; /* NULL: out */
};

static const struct json_field MEMBER_FIELDS[] = {JSON_TEXT("role", struct member_job, role, 1, ROLE_BYTES)};

static bool write_members(struct json_writer *writer, struct store *store, int64_t study_id, struct arena *arena, struct err *err)
{
    struct member_row *rows;
    int                count = 0;

    if (!store_members(store, study_id, arena, &rows, &count, err)) return false;
    json_begin_array(writer, "members");
    for (int i = 0; i < count; i++) {
        json_begin_object(writer, NULL);
        json_text(writer, "name", rows[i].name);
        json_text(writer, "role", rows[i].role);
        json_bool(writer, "is_active", rows[i].is_active);
        json_end_object(writer);
    }
    json_end_array(writer);
    return true;
}

static bool people_run(struct job *base, struct store *store, struct err *err)
{
    struct member_job *job = (struct member_job *)base;
    struct study_row   study;
    struct json_writer writer;
    struct arena       arena;
    bool               ok;

    arena_init(&arena);
    json_writer_init(&writer, &job->base.json);
    json_begin_object(&writer, NULL);
    ok = store_study_by_slug(store, job->slug, &arena, &study, err) &&
         write_members(&writer, store, study.study_id, &arena, err) &&
         http_write_invitations(&writer, store, study.study_id, job->base.now_ms, &arena, err);
    json_end_object(&writer);
    arena_close(&arena);
    return ok && text_ok(&job->base.json, err);
}

enum http_result ep_study_people_get(struct http_request *req)
{
    struct member_job *job = json_job_new(req, sizeof *job, people_run);

    if (job != NULL) job->slug = req->parameters[0];
    return json_job_submit(req, req->deps->reader, &job->base);
}

/* Of who asks: a token's is its account's, as far as the token reaches. */
static bool role_run(struct job *base, struct store *store, struct err *err)
{
    struct member_job *job = (struct member_job *)base;
    struct json_writer writer;
    enum role          role;

    if (!rights_role(store, &job->base.who->rights, job->slug, &role, err)) return false;
    json_writer_init(&writer, &job->base.json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "role", ROLE_NAMES[role]);
    json_end_object(&writer);
    return text_ok(&job->base.json, err);
}

enum http_result ep_study_role_get(struct http_request *req)
{
    struct member_job *job = json_job_new(req, sizeof *job, role_run);

    if (job != NULL) job->slug = req->parameters[0];
    return json_job_submit(req, req->deps->reader, &job->base);
}

static bool member_run(struct job *base, struct store *store, struct err *err)
{
    struct member_job *job = (struct member_job *)base;

    return people_set_member(store, job->slug, job->name, job->role, job->base.now_ms, err) && json_job_nothing(&job->base, err);
}

static enum http_result submit(struct http_request *req, struct member_job *job)
{
    if (job != NULL) {
        job->slug = req->parameters[0];
        job->name = req->parameters[1];
    }
    return json_job_submit(req, req->deps->writer, &job->base);
}

enum http_result ep_member_put(struct http_request *req)
{
    struct member_job *job = json_job_new(req, sizeof *job, member_run);
    struct err         err;

    if (job != NULL && !http_read_body(req, MEMBER_FIELDS, JSON_FIELD_COUNT(MEMBER_FIELDS), job, &err))
        return http_reply_error(req, &err);
    return submit(req, job);
}

enum http_result ep_member_delete(struct http_request *req)
{
    return submit(req, json_job_new(req, sizeof(struct member_job), member_run));
}
