/* What a response costs, counted; what leaves memory and comes back; what a study's dashboards are told of. One thread, no clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/meters.h"
#include "live/follower.h"
#include "live_documents.h"

/* A lab that is closed (its store writes), with all value tables, and a follower that looks when told to. */
struct place {
    struct lab      lab;
    struct lane    *writer;
    struct hub     *hub;
    struct meters   meters;
    struct follower follower;
};

static void place_open(struct place *place, enum task_kind task, int representation_count)
{
    struct lab          *lab = &place->lab;
    struct lane_settings settings;
    struct follower_deps deps;
    struct err           err = {0};

    *place = (struct place){0};
    lab_make_sized(lab, task, (const int[LAB_CONDITIONS]){0, 1}, representation_count);
    lab_open(lab);
    lab_open_tables(lab);
    wait_for_tables(lab, LAB_CONDITIONS * LAB_LEARNERS * representation_count);
    lab_close(lab);
    settings      = (struct lane_settings){.kind = LANE_WRITER, .database_path = lab->database, .queue_max = 10};
    place->writer = lane_start(&settings, &err);
    place->hub    = hub_new(&err);
    assert_non_null(place->writer);
    assert_non_null(place->hub);
    hub_measure(place->hub, &place->meters);
    deps = (struct follower_deps){.database_path = lab->database, .writer = place->writer, .hub = place->hub};
    MUST(follower_open(&place->follower, &deps, &err));
}

static void place_close(struct place *place)
{
    follower_close(&place->follower);
    lane_stop(place->writer);
    lane_free(place->writer);
    hub_free(place->hub);
    lab_remove(&place->lab);
}

/* How many statements a look took. */
static int64_t look(struct place *place)
{
    int64_t    before   = store_statement_count(place->follower.store);
    bool       has_more = false;
    struct err err      = {0};

    MUST(follower_follow(&place->follower, &has_more, &err));
    return store_statement_count(place->follower.store) - before;
}

static void answer(struct place *place)
{
    char topic[HUB_TOPIC_BYTES];

    while (hub_next_wanted(place->hub, HUB_FIT_WORKER, topic)) broadcast_answer(&place->follower.broadcast, topic);
}

/* A watcher that has its snapshot. */
static void watch(struct place *place, struct watcher *watcher, const char *prefix, int64_t id)
{
    watcher_open(watcher, place->hub, prefix, id);
    answer(place);
    json_free(watcher_until(watcher, "snapshot"));
}

/* --- what a response costs --- */

enum { COST_LOAD, COST_NOTHING, COST_ONE, COST_TEN, COST_WATCHED, COST_COUNT };

static void count_costs(enum task_kind task, int representation_count, int64_t costs[COST_COUNT])
{
    const int            model_count = representation_count * LAB_LEARNERS;
    struct place         place;
    struct watcher       study, session;
    struct live_session *live;
    int64_t              session_id, before;

    place_open(&place, task, representation_count);
    session_id       = lab_enroll(&place.lab, "s-1", 0);
    costs[COST_LOAD] = look(&place);
    live             = roster_session(&place.follower.roster, session_id);
    assert_non_null(live);
    assert_int_equal(live->state.model_count, model_count);
    assert_true(live_condition_is_ready(live->condition));
    costs[COST_NOTHING] = look(&place);
    lab_respond(&place.lab, session_id, 0);
    costs[COST_ONE] = look(&place);
    assert_int_equal(live->state.update_count, model_count);
    for (int t = 1; t <= 10; t++) lab_respond(&place.lab, session_id, t);
    costs[COST_TEN] = look(&place);
    assert_int_equal(live->state.update_count, 11 * model_count);
    watch(&place, &study, "study", place.lab.study_id);
    watch(&place, &session, "session", session_id);
    assert_int_equal(live->state.update_count, 11 * model_count);
    lab_respond(&place.lab, session_id, 11);
    before = store_statement_count(place.follower.store);
    (void)look(&place);
    broadcast_changed(&place.follower.broadcast);
    costs[COST_WATCHED] = store_statement_count(place.follower.store) - before;
    json_free(watcher_until(&session, "trial"));
    json_free(watcher_until(&study, "sessions"));
    assert_int_equal(live->state.update_count, 12 * model_count);
    watcher_close(&session);
    watcher_close(&study);
    place_close(&place);
}

static void a_response_costs_no_statement_of_its_own_however_many_models_there_are(void **state)
{
    static const enum task_kind TASKS[] = {TASK_CATEGORY, TASK_REWARD};

    (void)state;
    for (int i = 0; i < 2; i++) {
        int64_t two[COST_COUNT], eight[COST_COUNT];

        count_costs(TASKS[i], 1, two);
        count_costs(TASKS[i], 4, eight);
        for (int c = 0; c < COST_COUNT; c++) assert_int_equal(two[c], eight[c]);
        assert_int_equal(two[COST_NOTHING], 6); /* a view, four cursors, and the view's end */
        assert_int_equal(two[COST_ONE], two[COST_NOTHING]);
        assert_int_equal(two[COST_TEN], two[COST_NOTHING]);
        assert_int_equal(two[COST_WATCHED], two[COST_NOTHING] + 1); /* a study's counts, once an event */
    }
}

/* --- leaving memory and coming back --- */

enum { PEOPLE = 3 };

static void store_all_fits(struct place *place)
{
    for (int i = 0; i < 10 && !ended_fits_is_idle(&place->follower.ended); i++)
        assert_true(ended_fits_step(&place->follower.ended));
    assert_true(ended_fits_is_idle(&place->follower.ended));
}

static void end(struct place *place, int64_t session_id)
{
    lab_end(&place->lab, session_id, SESSION_FINISHED);
    (void)look(place);
}

static void assert_in_memory(const struct place *place, int session_count, int condition_count)
{
    assert_int_equal(place->follower.roster.sessions.count, session_count);
    assert_int_equal(place->follower.roster.conditions.count, condition_count);
}

/* The document's text; the caller frees. The topic lingers as if it were read. */
static char *ask_text(struct place *place, int64_t session_id, const struct brute *brute)
{
    struct watcher   watcher;
    struct json_doc *doc;
    struct text      text;

    watcher_open(&watcher, place->hub, "session", session_id);
    answer(place);
    doc = watcher_until(&watcher, "snapshot");
    watcher_close(&watcher);
    assert_live(json_root(doc), brute);
    text_init(&text);
    json_copy(json_root(doc), &text);
    json_free(doc);
    return text_take(&text);
}

/* As long as it takes for topics without readers to go. */
static void let_topics_go(struct place *place, int64_t session_id)
{
    char topic[HUB_TOPIC_BYTES];

    (void)snprintf(topic, sizeof topic, "session/%lld", (long long)session_id);
    for (int i = 0; i < 10 && hub_is_read(place->hub, topic); i++) hub_heartbeat(place->hub);
    assert_false(hub_is_read(place->hub, topic));
}

/* Two people of condition 0 and one of condition 1, who have answered everything. */
static void enroll_people(struct place *place, int64_t ids[PEOPLE])
{
    for (int i = 0; i < PEOPLE; i++) {
        ids[i] = lab_enroll(&place->lab, (const char *[]){"a", "b", "c"}[i], i / 2);
        for (int t = 0; t < LAB_TRIALS; t++) lab_respond(&place->lab, ids[i], t);
    }
    (void)look(place);
}

static void ended_sessions_and_their_conditions_leave_memory_though_nobody_ever_watched(void **state)
{
    struct place place;
    int64_t      ids[PEOPLE];

    (void)state;
    place_open(&place, TASK_REWARD, LAB_REPRESENTATIONS);
    enroll_people(&place, ids);
    follower_forget_ended(&place.follower);
    assert_in_memory(&place, 3, 2);
    end(&place, ids[0]);
    follower_forget_ended(&place.follower);
    assert_in_memory(&place, 3, 2); /* its fits are not stored */
    store_all_fits(&place);
    follower_forget_ended(&place.follower);
    assert_in_memory(&place, 2, 2); /* the second one is of the same condition */
    end(&place, ids[2]);
    store_all_fits(&place);
    follower_forget_ended(&place.follower);
    assert_in_memory(&place, 1, 1);
    assert_null(roster_condition(&place.follower.roster, place.lab.condition_ids[1]));
    end(&place, ids[1]);
    store_all_fits(&place);
    follower_forget_ended(&place.follower);
    assert_in_memory(&place, 0, 0);
    place_close(&place);
}

static void a_session_that_left_memory_comes_back_with_the_same_numbers_while_it_is_watched(void **state)
{
    struct place   place;
    struct watcher watcher;
    struct brute   brute;
    int64_t        ids[PEOPLE];
    char          *before, *after;

    (void)state;
    place_open(&place, TASK_CATEGORY, LAB_REPRESENTATIONS);
    enroll_people(&place, ids);
    brute_session(&place.lab, 1, ids[2], &brute);
    for (int i = 0; i < PEOPLE; i++) end(&place, ids[i]);
    store_all_fits(&place);
    before = ask_text(&place, ids[2], &brute);
    follower_forget_ended(&place.follower);
    assert_in_memory(&place, 1, 1); /* asked for just now */
    let_topics_go(&place, ids[2]);
    follower_forget_ended(&place.follower);
    assert_in_memory(&place, 0, 0);
    after = ask_text(&place, ids[2], &brute);
    assert_string_equal(before, after);
    let_topics_go(&place, ids[2]);
    watch(&place, &watcher, "session", ids[2]);
    for (int i = 0; i < 10; i++) {
        hub_heartbeat(place.hub);
        follower_forget_ended(&place.follower);
        assert_in_memory(&place, 1, 1);
    }
    watcher_close(&watcher);
    let_topics_go(&place, ids[2]);
    follower_forget_ended(&place.follower);
    assert_in_memory(&place, 0, 0);
    free(before);
    free(after);
    place_close(&place);
}

/* --- what a study is told --- */

static void lags(const struct place *place, struct lag_summary *out)
{
    lag_histogram_summary(&place->meters.dashboard, clock_monotonic_us(&CLOCK_SYSTEM), out);
}

static void an_event_of_a_study_is_as_late_as_the_oldest_response_that_is_news_in_it(void **state)
{
    static const int64_t MINUTE_MS = INT64_C(60) * 1000;
    struct place         place;
    struct watcher       study;
    struct lag_summary   summary;
    int64_t              ids[2], now_ms = clock_wall_ms(&CLOCK_SYSTEM);

    (void)state;
    place_open(&place, TASK_CATEGORY, 1);
    ids[0] = lab_enroll(&place.lab, "a", 0);
    lab_respond(&place.lab, ids[0], 0); /* long ago */
    watch(&place, &study, "study", place.lab.study_id);
    ids[1] = lab_enroll(&place.lab, "b", 1);
    (void)look(&place);
    broadcast_changed(&place.follower.broadcast);
    json_free(watcher_until(&study, "sessions"));
    lags(&place, &summary);
    assert_int_equal(summary.count, 0); /* people have come; what was stored before is no news */
    lab_respond_at(&place.lab, ids[0], PHASE_MAIN, 1, now_ms - 2 * MINUTE_MS);
    lab_respond_at(&place.lab, ids[1], PHASE_MAIN, 0, now_ms - 10 * MINUTE_MS);
    lab_respond_at(&place.lab, ids[1], PHASE_MAIN, 1, now_ms - MINUTE_MS);
    (void)look(&place);
    broadcast_changed(&place.follower.broadcast);
    json_free(watcher_until(&study, "sessions"));
    lags(&place, &summary);
    assert_int_equal(summary.count, 1);
    assert_true(summary.p50_ms > 8.0 * (double)MINUTE_MS && summary.p50_ms < 15.0 * (double)MINUTE_MS);
    lab_end(&place.lab, ids[1], SESSION_LEFT);
    (void)look(&place);
    broadcast_changed(&place.follower.broadcast);
    json_free(watcher_until(&study, "sessions"));
    lags(&place, &summary);
    assert_int_equal(summary.count, 1); /* told once */
    watcher_close(&study);
    place_close(&place);
}

/* --- who asked for deletion --- */

static void erase(struct place *place, int64_t session_id)
{
    struct err err = {0};

    MUST(store_session_erase(place->lab.store, session_id, LAB_STARTED_AT_MS, &err));
}

static void an_erased_session_leaves_memory_and_those_who_watch_are_told(void **state)
{
    struct place     place;
    struct watcher   study, session;
    struct json_doc *news;
    char            *deleted;
    char             name[HUB_EVENT_NAME_BYTES];
    int64_t          gone_id, other_id;

    (void)state;
    place_open(&place, TASK_CATEGORY, 1);
    gone_id  = lab_enroll(&place.lab, "s-gone", 0);
    other_id = lab_enroll(&place.lab, "s-other", 1);
    lab_respond(&place.lab, gone_id, 0);
    (void)look(&place);
    watch(&place, &study, "study", place.lab.study_id);
    watch(&place, &session, "session", gone_id);
    lab_respond(&place.lab, gone_id, 1); /* not taken in before it goes: nobody is told of it */
    lab_respond(&place.lab, other_id, 0);
    erase(&place, gone_id);
    (void)look(&place);
    assert_null(roster_session(&place.follower.roster, gone_id));
    assert_non_null(roster_session(&place.follower.roster, other_id));
    assert_null(roster_condition(&place.follower.roster, place.lab.condition_ids[0])); /* nobody else was in it */

    json_free(watcher_until(&session, "deleted"));
    assert_null(watcher_next(&session, name));
    news    = watcher_until(&study, "sessions");
    deleted = json_of(json_root(news), "deleted");
    assert_string_equal(deleted, "[\"s-gone\"]");
    assert_int_equal((int)number_at(json_root(news), "session_counts.active"), 1);
    free(deleted);
    json_free(news);
    broadcast_changed(&place.follower.broadcast); /* the other's response */
    news = watcher_until(&study, "sessions");
    assert_string_equal(text_at(json_root(news), "sessions.0.session_id"), "s-other");
    json_free(news);
    answer(&place);
    assert_null(roster_session(&place.follower.roster, gone_id));
    watcher_close(&session);
    watcher_close(&study);
    place_close(&place);
}

static void fits_of_a_session_that_is_erased_meanwhile_are_not_kept(void **state)
{
    struct place    place;
    struct arena    arena;
    struct fit_row *rows;
    struct err      err = {0};
    int64_t         id;
    int             count = 0;

    (void)state;
    place_open(&place, TASK_CATEGORY, 1);
    arena_init(&arena);
    id = lab_enroll(&place.lab, "s-gone", 0);
    lab_respond(&place.lab, id, 0);
    lab_end(&place.lab, id, SESSION_LEFT);
    (void)look(&place); /* its condition is noted: fits are due */
    assert_false(ended_fits_is_idle(&place.follower.ended));
    erase(&place, id);
    assert_true(ended_fits_step(&place.follower.ended));
    assert_true(ended_fits_is_idle(&place.follower.ended));
    MUST(store_fits_of_session(place.lab.store, id, &arena, &rows, &count, &err));
    assert_int_equal(count, 0);
    (void)look(&place);
    arena_close(&arena);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_costs_no_statement_of_its_own_however_many_models_there_are),
        cmocka_unit_test(ended_sessions_and_their_conditions_leave_memory_though_nobody_ever_watched),
        cmocka_unit_test(a_session_that_left_memory_comes_back_with_the_same_numbers_while_it_is_watched),
        cmocka_unit_test(an_erased_session_leaves_memory_and_those_who_watch_are_told),
        cmocka_unit_test(fits_of_a_session_that_is_erased_meanwhile_are_not_kept),
        cmocka_unit_test(an_event_of_a_study_is_as_late_as_the_oldest_response_that_is_news_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
