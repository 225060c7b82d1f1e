#include <inttypes.h>
#include <stdio.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "store/store_erase.h"

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

enum http_result ep_studies_get(struct http_request *req)
{
    return http_reply_snapshot(req, "studies");
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
