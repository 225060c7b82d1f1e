#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "study/blind.h"

/* The names of exclusions in an address, in the order of the bits in the hub's topic (live/group_numbers.h). */
static const char *const EXCLUSIONS[] = {"below_chance", "not_included"};
enum { EXCLUSION_COUNT = sizeof EXCLUSIONS / sizeof EXCLUSIONS[0] };

static bool read_exclusion(struct span name, unsigned *exclude, struct err *err)
{
    for (unsigned i = 0; i < EXCLUSION_COUNT; i++) {
        if (name.length != strlen(EXCLUSIONS[i]) || memcmp(name.data, EXCLUSIONS[i], name.length) != 0) continue;
        *exclude |= 1U << i;
        return true;
    }
    return err_set(err, ERR_INVALID, "exclude: '%.*s' is no exclusion; there are below_chance and not_included",
                   name.length < 40 ? (int)name.length : 40, name.data);
}

/* ?exclude=below_chance,not_included */
static bool read_exclude(const struct http_request *req, unsigned *exclude, struct err *err)
{
    const char *rest = http_query(req, "exclude");

    *exclude = 0;
    while (rest != NULL && *rest != '\0') {
        const size_t length = strcspn(rest, ",");

        if (!read_exclusion((struct span){rest, length}, exclude, err)) return false;
        rest += length;
        if (*rest == ',') rest++;
    }
    return true;
}

/* The group's numbers are those of the study's present mode. */
static bool check_blind(struct http_request *req, const struct study *study, struct err *err)
{
    bool is_open, is_pilot;

    return study_is_open(req->deps->store, study, &is_open, &is_pilot, err) &&
           blind_check(req->deps->store, study, session_mode_present(is_pilot), clock_wall_ms(req->deps->clock), err);
}

static bool group_topic(struct http_request *req, const char *ending, char topic[HUB_TOPIC_BYTES], struct err *err)
{
    const struct study *study;
    unsigned            exclude;

    if (!study_catalog_by_slug(req->deps->catalog, req->deps->store, req->parameters[0], &study, err)) return false;
    if (!check_blind(req, study, err) || !read_exclude(req, &exclude, err)) return false;
    (void)snprintf(topic, HUB_TOPIC_BYTES, HUB_GROUP_PREFIX "%" PRId64 "/%u%s", study->study_id, exclude, ending);
    return true;
}

enum http_result ep_group_get(struct http_request *req)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    return group_topic(req, "", topic, &err) ? http_reply_snapshot(req, topic) : http_reply_error(req, &err);
}

enum http_result ep_group_stream(struct http_request *req)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    return group_topic(req, "", topic, &err) ? http_reply_stream(req, topic) : http_reply_error(req, &err);
}

/* Asking for the topic is what begins the work; the reply is the job, also where one was under way. */
enum http_result ep_group_loo(struct http_request *req)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    return group_topic(req, "/loo", topic, &err) ? http_reply_snapshot_as(req, 202, topic) : http_reply_error(req, &err);
}
