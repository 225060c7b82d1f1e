#include <string.h>

#include "base/embedded.h"
#include "http/endpoints.h"
#include "http/reply.h"
#include "study/study_catalog.h"

/* No inline script, nothing from another host. Styles may be inline: jsPsych and the plots set them on elements. */
#define POLICY_OF_ALL                                                                                                            \
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:;"                       \
    " connect-src 'self'; font-src 'self'; base-uri 'none';"

/* Forms go nowhere, and no other page shows ours in a frame. */
static const char PAGE_POLICY[] = POLICY_OF_ALL " form-action 'self'; frame-ancestors 'none'";

/* Where MTurk's workers are: it shows a task in a frame there, and sends on to it whoever has submitted the task's form. */
static const char MTURK_WORKER_HOST[] = " https://worker.mturk.com";

static const struct {
    const char *ending;
    const char *type;
} FILE_TYPES[] = {
    {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
    {".json", "application/json"},         {".txt", "text/plain; charset=utf-8"},
};

static const char *type_of(const char *path)
{
    size_t length = strlen(path);

    for (size_t i = 0; i < sizeof FILE_TYPES / sizeof FILE_TYPES[0]; i++) {
        size_t ending = strlen(FILE_TYPES[i].ending);

        if (length > ending && strcmp(path + length - ending, FILE_TYPES[i].ending) == 0) return FILE_TYPES[i].type;
    }
    return "application/octet-stream";
}

static enum http_result reply_with_embedded(struct http_request *req, const char *path, const char *policy)
{
    struct err err;

    for (size_t i = 0; i < EMBEDDED_WEB_COUNT; i++) {
        const struct embedded_file *file = &EMBEDDED_WEB[i];

        if (strcmp(file->path, path) != 0) continue;
        (void)http_reply_static(req, 200, type_of(path), file->data, (size_t)(file->end - file->data));
        http_reply_header(req, "Cache-Control", "no-cache");
        http_reply_header(req, "Content-Security-Policy", policy);
        return HTTP_REPLIED;
    }
    err_set(&err, ERR_NOT_FOUND, "there is nothing at this address");
    return http_reply_error(req, &err);
}

/* What the page of this study must be able to do beyond the others: be shown by its platform, and send the form that the platform wants
 * at the end. NULL when there is no memory. */
static const char *policy_of_study(struct http_request *req, const struct study *study)
{
    const char *policy;
    struct text origins;

    text_init(&origins);
    platform_form_origins(&study->settings.recruitment.platform, &origins);
    if (!origins.is_failed && origins.length > 0)
        policy = arena_printf(&req->arena, POLICY_OF_ALL " form-action 'self'%s%s; frame-ancestors%s%s", origins.data,
                              MTURK_WORKER_HOST, origins.data, MTURK_WORKER_HOST);
    else
        policy = origins.is_failed ? NULL : PAGE_POLICY;
    text_close(&origins);
    return policy;
}

enum http_result ep_page_participant(struct http_request *req)
{
    const struct http_deps *deps  = req->deps;
    const struct study     *study = NULL;
    const char             *policy;
    struct err              err;

    /* The page itself says that there is no such study. */
    if (!study_catalog_by_slug(deps->catalog, deps->store, req->parameters[0], &study, &err))
        return reply_with_embedded(req, "participant.html", PAGE_POLICY);
    policy = policy_of_study(req, study);
    if (policy == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    return reply_with_embedded(req, "participant.html", policy);
}

enum http_result ep_page_dashboard(struct http_request *req)
{
    return reply_with_embedded(req, "dashboard.html", PAGE_POLICY);
}

enum http_result ep_page_asset(struct http_request *req)
{
    char *path = arena_printf(&req->arena, "assets/%s", req->parameters[0]);

    return reply_with_embedded(req, path == NULL ? "" : path, PAGE_POLICY);
}

enum http_result ep_health(struct http_request *req)
{
    struct text json;

    text_init(&json);
    text_add(&json, "{\"status\":\"ok\"}");
    return http_reply_json(req, 200, &json);
}
