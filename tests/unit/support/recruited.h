/* recruited.h - studies whose people come from a platform, and people who come to them by id; include after world.h. */
#ifndef DINOLAB_TESTS_RECRUITED_H
#define DINOLAB_TESTS_RECRUITED_H

#include "world.h"

/* A key that is the same in every test: whose hashes and seals do not depend on chance. */
static inline const struct secret_key *recruited_key(void)
{
    static const struct secret_key KEY = {{1, 2, 3}};

    return &KEY;
}

/* One-trial category study of four conditions; `settings` are further members, such as "\"absence_minutes\": 5,". */
static inline bool recruited_try_create(struct world *world, const char *slug, const char *settings, const char *recruitment,
                                        struct err *err)
{
    struct create_study_result result;
    struct text                json;
    bool                       ok;

    text_init(&json);
    text_printf(
        &json,
        "{\"slug\": \"%s\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\","
        " \"representations\": [\"task\"], \"settings\": {\"trial_count\": 1, %s \"recruitment\": {%s}}, \"conditions\": [",
        slug, settings, recruitment);
    for (int i = 1; i <= 4; i++)
        text_printf(&json,
                    "%s{\"condition_number\": %d, \"dimension\": 0, \"trials\": [{\"image\": \"image_0%d\", \"category\": "
                    "\"julty\"}]}",
                    i == 1 ? "" : ", ", i, i);
    text_add(&json, "]}");
    ok = create_study(world->store, &world->folder, WORLD_NOW_MS, "description", (struct span){json.data, json.length}, &result,
                      err);
    text_close(&json);
    return ok;
}

static inline void recruited_create(struct world *world, const char *slug, const char *settings, const char *recruitment)
{
    struct err err = {0};

    MUST(recruited_try_create(world, slug, settings, recruitment, &err));
}

static inline void recruited_open(struct world *world, const char *recruitment)
{
    world_open_empty(world);
    world_add_material(world);
    recruited_create(world, "study", "", recruitment);
}

static inline struct enrolment recruited_enrolment(struct world *world, const char *slug, const char *token, enum arrival_id id,
                                                   const char *person, int64_t now_ms)
{
    struct enrolment enrolment = world_enrolment(world, slug, token, now_ms);

    enrolment.key = recruited_key();
    (void)snprintf(enrolment.arrival.ids[id], sizeof enrolment.arrival.ids[id], "%s", person);
    return enrolment;
}

static inline struct enrolment_result recruited_ask(struct world *world, const struct enrolment *enrolment)
{
    struct enrolment_result result;
    struct err              err = {0};

    MUST(enroll_session(world->store, world->catalog, enrolment, &result, &err));
    assert_true(result.refusal == REFUSAL_NONE || !result.is_new);
    return result;
}

/* Somebody of Prolific. */
static inline struct enrolment_result recruited_come(struct world *world, const char *slug, const char *token, const char *person,
                                                     int64_t now_ms)
{
    struct enrolment enrolment = recruited_enrolment(world, slug, token, ARRIVAL_PROLIFIC_PID, person, now_ms);

    return recruited_ask(world, &enrolment);
}

static inline void must_be_refused(const struct enrolment_result *result, enum refusal refusal, const char *code)
{
    assert_string_equal(refusal_name(result->refusal), refusal_name(refusal));
    assert_true(result->session.session_id == 0 || refusal == REFUSAL_FAILED_COMPREHENSION);
    assert_int_equal(result->has_return, code != NULL);
    if (code != NULL) assert_string_equal(result->link.code, code);
}

static inline void recruited_finish(struct world *world, const struct session_row *session)
{
    struct completion completion;
    struct err        err = {0};

    world_play(world, session, world_study(world, "study"), "1");
    world_fill_questionnaire(world, session, true);
    MUST(finish_session(world->store, world->catalog, recruited_key(), session->session_id, WORLD_NOW_MS + 9000, &world->arena,
                        &completion, &err));
}

static inline void recruited_set_pilot(struct world *world, const char *slug, bool is_pilot)
{
    struct err err = {0};

    MUST(store_study_set_pilot(world->store, world_study(world, slug)->study_id, is_pilot, &err));
}

/* Live sessions that are open or finished. */
static inline int recruited_count(struct world *world, const char *slug)
{
    struct err err = {0};
    int        count;

    MUST(store_session_quota_count(world->store, world_study(world, slug)->study_id, &count, &err));
    return count;
}

#define RECRUITED_PROLIFIC                                                                                                       \
    "\"platform\": \"prolific\", \"code_completed\": \"DONE\", \"code_no_consent\": \"NO\", \"code_failed_comprehension\":"      \
    " \"FAIL\", \"code_screened_out\": \"OUT\", \"code_quota_full\": \"FULL\""

#endif
