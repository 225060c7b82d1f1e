#include "http/audit.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "http/reply.h"
#include "http/router.h"
#include "study/audit.h"

enum { TOKEN_USE_MS = 10 * 60 * 1000 };

struct http_audit_job {
    struct http_job    base; /* of an entry that goes alone */
    struct audit_entry entry;
    int64_t            now_ms;
    bool (*run)(struct job *job, struct store *store, struct err *err); /* of the job that the entry goes with */
};

static bool is_export(const struct http_request *req)
{
    return strstr(req->route->path, "/exports/") != NULL;
}

/* Posted, but nothing comes of them that others would see: pieces of a file (its import is an entry), checks that store nothing. */
static bool is_passing(const char *path)
{
    return strcmp(path, "/api/v1/uploads/{}/{}") == 0 || strcmp(path, "/api/v1/study-checks") == 0;
}

static bool is_wanted(const struct http_request *req)
{
    if (req->route != NULL && is_passing(req->route->path)) return false;
    return req->route != NULL && req->principal.kind == PRINCIPAL_RESEARCHER && (http_is_change(req) || is_export(req));
}

/* How it was asked: the token's name, and of an export which sessions. Nothing else of a query is kept. */
static const char *detail_of(struct http_request *req)
{
    const char *mode  = is_export(req) ? http_query(req, "mode") : NULL;
    const char *token = req->principal.rights.is_token ? req->principal.api_token.name : NULL;

    return arena_printf(&req->arena, "%s%s%s%.16s", token == NULL ? "" : "by API token ", token == NULL ? "" : token,
                        mode == NULL    ? ""
                        : token == NULL ? "mode "
                                        : ", mode ",
                        mode == NULL ? "" : mode);
}

static struct http_audit_job *entry_of(struct http_request *req)
{
    struct http_audit_job *job = arena_alloc(&req->arena, sizeof *job);

    if (job == NULL) return NULL;
    job->now_ms        = clock_wall_ms(req->deps->clock);
    job->entry.account = req->principal.login.account_name;
    job->entry.action  = arena_printf(&req->arena, "%s %s", req->method, req->route->path);
    job->entry.object  = req->path;
    job->entry.detail  = detail_of(req);
    return job->entry.action != NULL && job->entry.detail != NULL ? job : NULL;
}

/* In the same savepoint: without the entry nothing is done. */
static bool run_both(struct job *job, struct store *store, struct err *err)
{
    struct http_request         *req   = ((struct http_job *)job)->req;
    const struct http_audit_job *audit = req->audit;

    return audit->run(job, store, err) && audit_append(store, &audit->entry, audit->now_ms, err);
}

void http_audit_with(struct http_request *req, struct http_job *job)
{
    if (!is_wanted(req) || req->audit != NULL || job->is_step) return;
    req->audit = entry_of(req);
    if (req->audit == NULL) return; /* then before the reply, or an error */
    req->audit->run = job->base.run;
    job->base.run   = run_both;
}

bool http_audit_is_due(const struct http_request *req)
{
    return is_wanted(req) && req->status < 400 && req->response != NULL && req->audit == NULL;
}

static bool run_alone(struct job *job, struct store *store, struct err *err)
{
    const struct http_audit_job *audit = (struct http_audit_job *)job;

    return audit_append(store, &audit->entry, audit->now_ms, err);
}

static enum http_result reply_with_error(struct http_request *req, const struct err *err)
{
    MHD_destroy_response(req->response);
    req->response = NULL;
    return http_reply_error(req, err);
}

static enum http_result reply_as_it_is(struct http_request *req, struct http_job *job)
{
    return job->base.is_ok ? HTTP_REPLIED : reply_with_error(req, &job->base.err);
}

enum http_result http_audit_then_reply(struct http_request *req)
{
    struct http_audit_job *job = entry_of(req);
    struct err             err;

    if (job == NULL) return err_no_memory(&err), reply_with_error(req, &err);
    req->audit         = job;
    job->base.base.run = run_alone;
    return http_submit(req, req->deps->writer, &job->base, reply_as_it_is);
}

/* --- the last use of a token --- */

struct use_job {
    struct job base;
    int64_t    api_token_id;
    int64_t    now_ms;
};

static bool note_use(struct job *job, struct store *store, struct err *err)
{
    const struct use_job *use = (struct use_job *)job;

    return store_api_token_note_use(store, use->api_token_id, use->now_ms, err);
}

static void use_done(struct job *job)
{
    free(job);
}

void http_note_token_use(const struct http_request *req, int64_t now_ms)
{
    struct use_job *use;
    struct err      ignored;

    if (now_ms - req->principal.api_token.used_at_ms < TOKEN_USE_MS) return;
    use = calloc(1, sizeof *use);
    if (use == NULL) return;
    use->base.run     = note_use;
    use->base.done    = use_done;
    use->api_token_id = req->principal.api_token.api_token_id;
    use->now_ms       = now_ms;
    if (!lane_submit(req->deps->writer, &use->base, &ignored)) free(use);
}
