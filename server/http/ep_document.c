#include <string.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "study/documents.h"

/* What anybody may take home. The debriefing gives the task's rule away: it is told to who has finished, and not by address. */
static bool read_kind(const char *name, enum document_kind *out, struct err *err)
{
    if (document_kind_from_name(name, out) && *out != DOCUMENT_DEBRIEFING) return true;
    return err_set(err, ERR_NOT_FOUND, "there is no document '%.40s'", name);
}

static bool find_document(struct http_request *req, const struct study **study, enum document_kind *kind, struct document *out,
                          struct err *err)
{
    const struct http_deps *deps = req->deps;

    if (!read_kind(req->parameters[1], kind, err)) return false;
    if (!study_catalog_by_slug(deps->catalog, deps->store, req->parameters[0], study, err)) return false;
    if (!documents_resolve(deps->store, *study, *kind, http_query(req, "language"), &req->arena, out, err)) return false;
    if (out->text != NULL) return true;
    return err_set(err, ERR_NOT_FOUND, "the study '%s' has no document '%s'", (*study)->slug, document_kind_name(*kind));
}

enum http_result ep_open_study_document(struct http_request *req)
{
    const struct study *study;
    enum document_kind  kind;
    struct document     document;
    struct text         text;
    struct err          err;
    char               *disposition;

    if (!find_document(req, &study, &kind, &document, &err)) return http_reply_error(req, &err);
    disposition = arena_printf(&req->arena, "attachment; filename=\"%s-%s-%s-v%d.md\"", study->slug, document_kind_name(kind),
                               document.language, document.version);
    if (disposition == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    text_init(&text);
    text_add(&text, document.text);
    (void)http_reply_text(req, 200, "text/markdown; charset=utf-8", &text);
    http_reply_header(req, "Content-Disposition", disposition);
    http_reply_header(req, "Cache-Control", "no-store"); /* a newer version counts at once */
    return HTTP_REPLIED;
}
