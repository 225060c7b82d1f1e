#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "store/store_erase.h"
#include "json/json_write.h"

/* What researchers see of studies is what the live worker publishes: one function makes a number for page, stream and download. */

static bool study_topic(struct http_request *req, char topic[HUB_TOPIC_BYTES], struct err *err)
{
    const struct study *study;

    if (!study_catalog_by_slug(req->deps->catalog, req->deps->store, req->parameters[0], &study, err)) return false;
    (void)snprintf(topic, HUB_TOPIC_BYTES, "study/%" PRId64, study->study_id);
    return true;
}

static bool is_erased(struct http_request *req, const struct study *study, const char *public_id)
{
    struct tombstone_row stone;
    struct err           ignored;
    bool                 is_found;

    return store_tombstone_by_public_id(req->deps->store, public_id, &stone, &is_found, &ignored) && is_found &&
           stone.study_id == study->study_id;
}

static bool session_topic(struct http_request *req, char topic[HUB_TOPIC_BYTES], struct err *err)
{
    const struct study *study;
    struct session_row  session;
    bool                is_found;

    if (!study_catalog_by_slug(req->deps->catalog, req->deps->store, req->parameters[0], &study, err)) return false;
    if (!store_session_by_public_id(req->deps->store, req->parameters[1], &session, &is_found, err)) return false;
    if (!is_found && is_erased(req, study, req->parameters[1])) return err_set(err, ERR_GONE, TOMBSTONE_SENTENCE);
    if (!is_found || session.study_id != study->study_id)
        return err_set(err, ERR_NOT_FOUND, "the study '%s' has no session '%.40s'", study->slug, req->parameters[1]);
    (void)snprintf(topic, HUB_TOPIC_BYTES, "session/%" PRId64, session.session_id);
    return true;
}

/* By the same question as the study's own address. */
static bool copy_allowed(struct http_request *req, const struct json_value *studies, struct json_writer *writer, struct err *err)
{
    for (const struct json_value *study = json_first(studies); study != NULL; study = json_next(study)) {
        const char *slug;
        struct text copy;

        if (!json_as_text(json_member(study, "slug"), &slug)) return err_set(err, ERR_INTERNAL, "a study without a slug");
        if (!rights_check(req->deps->store, &req->principal.rights, RIGHT_VIEW, false, slug, err)) {
            if (err->kind == ERR_NOT_FOUND) continue;
            return false;
        }
        text_init(&copy);
        json_copy(study, &copy);
        json_raw(writer, NULL, copy.data == NULL ? "null" : copy.data);
        text_close(&copy);
    }
    return true;
}

static char *only_allowed(struct http_request *req, char *json, struct err *err)
{
    struct json_doc   *doc = json_parse(span_of(json), err);
    struct json_writer writer;
    struct text        text;
    bool               ok = doc != NULL;

    free(json);
    text_init(&text);
    json_writer_init(&writer, &text);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "studies");
    ok = ok && copy_allowed(req, json_member(json_root(doc), "studies"), &writer, err);
    json_end_array(&writer);
    json_end_object(&writer);
    json_free(doc);
    ok   = ok && text_ok(&text, err);
    json = ok ? text_take(&text) : NULL;
    text_close(&text);
    return json;
}

enum http_result ep_studies_get(struct http_request *req)
{
    const struct rights *who     = &req->principal.rights;
    const bool           may_all = who->site_role == ROLE_OWNER && who->only_study_id == 0;

    return http_reply_snapshot_filtered(req, "studies", may_all ? NULL : only_allowed);
}

enum http_result ep_study_get(struct http_request *req)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    return study_topic(req, topic, &err) ? http_reply_snapshot(req, topic) : http_reply_error(req, &err);
}

enum http_result ep_study_stream(struct http_request *req)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    return study_topic(req, topic, &err) ? http_reply_stream(req, topic) : http_reply_error(req, &err);
}

enum http_result ep_study_session_get(struct http_request *req)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    return session_topic(req, topic, &err) ? http_reply_snapshot(req, topic) : http_reply_error(req, &err);
}

enum http_result ep_study_session_stream(struct http_request *req)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    return session_topic(req, topic, &err) ? http_reply_stream(req, topic) : http_reply_error(req, &err);
}
