#include "http/endpoints.h"
#include "http/reply.h"
#include "store/store_project.h"
#include "json/json_write.h"

/* Counting sessions may take a while in a large study, so the reader's thread does it. */
struct project_job {
    struct http_job      base;
    const struct rights *who;
    const char          *slug; /* NULL: all */
    struct text          json; /* owned until the reply takes it */
};

static bool write_study(struct json_writer *writer, struct store *store, const struct study_row *study, struct err *err)
{
    struct study_counts counts;

    if (!store_study_counts(store, study->study_id, &counts, err)) return false;
    json_begin_object(writer, NULL);
    json_text(writer, "slug", study->slug);
    json_text(writer, "title", study->title);
    json_text(writer, "task", study->task);
    json_text(writer, "state", STUDY_STAGE_NAMES[study_row_stage(study)]);
    json_bool(writer, "is_pilot", counts.is_pilot);
    json_begin_object(writer, "session_counts");
    json_i64(writer, "active", counts.active);
    json_i64(writer, "finished", counts.finished);
    json_i64(writer, "left", counts.left);
    json_end_object(writer);
    json_end_object(writer);
    return true;
}

/* What of the project's studies the one who asks may see. A project of which that is nothing is not theirs to know of, but for those who
 * may see all. */
static bool allowed_studies(struct store *store, const struct rights *who, const struct project_row *project, struct arena *arena,
                            struct study_row **studies, int *count, bool *may_see, struct err *err)
{
    int  all_count = 0;
    bool may;

    *count = 0;
    if (!store_project_studies(store, project->project_id, arena, studies, &all_count, err)) return false;
    for (int i = 0; i < all_count; i++) {
        if (!rights_may_see(store, who, (*studies)[i].study_id, &may, err)) return false;
        if (may) (*studies)[(*count)++] = (*studies)[i];
    }
    *may_see = *count > 0 || (who->site_role == ROLE_OWNER && who->only_study_id == 0);
    return true;
}

static bool write_project(struct json_writer *writer, struct store *store, const struct project_row *project,
                          const struct study_row *studies, int count, struct err *err)
{
    json_begin_object(writer, NULL);
    json_text(writer, "slug", project->slug);
    json_text(writer, "title", project->title);
    json_begin_array(writer, "studies");
    for (int i = 0; i < count; i++)
        if (!write_study(writer, store, &studies[i], err)) return false;
    json_end_array(writer);
    json_end_object(writer);
    return true;
}

static bool write_projects(struct json_writer *writer, struct store *store, const struct rights *who, struct arena *arena,
                           struct err *err)
{
    struct project_row *projects;
    struct study_row   *studies;
    int                 count = 0, study_count;
    bool                may_see;

    if (!store_projects(store, arena, &projects, &count, err)) return false;
    json_begin_object(writer, NULL);
    json_begin_array(writer, "projects");
    for (int i = 0; i < count; i++) {
        if (!allowed_studies(store, who, &projects[i], arena, &studies, &study_count, &may_see, err)) return false;
        if (may_see && !write_project(writer, store, &projects[i], studies, study_count, err)) return false;
    }
    json_end_array(writer);
    json_end_object(writer);
    return true;
}

static bool write_one(struct json_writer *writer, struct store *store, const struct project_job *job, struct arena *arena,
                      struct err *err)
{
    struct project_row project;
    struct study_row  *studies;
    int                count;
    bool               may_see;

    if (!store_project_by_slug(store, job->slug, arena, &project, err) ||
        !allowed_studies(store, job->who, &project, arena, &studies, &count, &may_see, err))
        return false;
    if (!may_see) return err_set(err, ERR_NOT_FOUND, "there is no project '%.64s'", job->slug);
    return write_project(writer, store, &project, studies, count, err);
}

static bool project_run(struct job *base, struct store *store, struct err *err)
{
    struct project_job *job = (struct project_job *)base;
    struct json_writer  writer;
    struct arena        arena;
    bool                ok;

    arena_init(&arena);
    json_writer_init(&writer, &job->json);
    if (!store_snapshot_begin(store, err)) return arena_close(&arena), false;
    ok = job->slug == NULL ? write_projects(&writer, store, job->who, &arena, err) : write_one(&writer, store, job, &arena, err);
    store_snapshot_end(store);
    arena_close(&arena);
    if (!ok) text_close(&job->json);
    return ok;
}

static enum http_result reply_with_project(struct http_request *req, struct http_job *job)
{
    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    return http_reply_json(req, 200, &((struct project_job *)job)->json);
}

static enum http_result submit(struct http_request *req, const char *slug)
{
    struct project_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err          err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    text_init(&job->json);
    job->base.base.run = project_run;
    job->who           = &req->principal.rights;
    job->slug          = slug;
    return http_submit(req, req->deps->reader, &job->base, reply_with_project);
}

enum http_result ep_projects_get(struct http_request *req)
{
    return submit(req, NULL);
}

enum http_result ep_project_get(struct http_request *req)
{
    return submit(req, req->parameters[0]);
}
