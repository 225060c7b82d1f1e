#include <string.h>

#include "base/embedded.h"
#include "http/endpoints.h"
#include "http/reply.h"

/* No inline script, nothing from another host. Styles may be inline: jsPsych and the plots set them on elements. */
static const char PAGE_POLICY[] =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:;"
    " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

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

static enum http_result reply_with_embedded(struct http_request *req, const char *path)
{
    struct err err;

    for (size_t i = 0; i < EMBEDDED_WEB_COUNT; i++) {
        const struct embedded_file *file = &EMBEDDED_WEB[i];

        if (strcmp(file->path, path) != 0) continue;
        (void)http_reply_static(req, 200, type_of(path), file->data, (size_t)(file->end - file->data));
        http_reply_header(req, "Cache-Control", "no-cache");
        http_reply_header(req, "Content-Security-Policy", PAGE_POLICY);
        return HTTP_REPLIED;
    }
    err_set(&err, ERR_NOT_FOUND, "there is nothing at this address");
    return http_reply_error(req, &err);
}

enum http_result ep_page_participant(struct http_request *req)
{
    return reply_with_embedded(req, "participant.html");
}

enum http_result ep_page_dashboard(struct http_request *req)
{
    return reply_with_embedded(req, "dashboard.html");
}

enum http_result ep_page_asset(struct http_request *req)
{
    char *path = arena_printf(&req->arena, "assets/%s", req->parameters[0]);

    return reply_with_embedded(req, path == NULL ? "" : path);
}

enum http_result ep_health(struct http_request *req)
{
    struct text json;

    text_init(&json);
    text_add(&json, "{\"status\":\"ok\"}");
    return http_reply_json(req, 200, &json);
}
