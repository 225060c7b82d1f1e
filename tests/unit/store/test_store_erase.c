/* Erasure: nothing of the session is left but its tombstone, nothing of others goes, no number comes again, no byte stays in the files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/db.h"
#include "store/lane.h"
#include "store/store_derived.h"
#include "store/store_erase.h"

#define SECRET_WORDS "heliotrope umbrellas"

/* Another connection to the same file, for counting what is in it. */
static int64_t count_of(struct world *world, const char *sql)
{
    struct err  err = {0};
    struct db  *db  = db_open(world->database, DB_MODE_READ, &err);
    struct stmt stmt;
    int64_t     count;
    bool        has_row;

    if (db == NULL) fail_msg("%s", err.message);
    stmt = db_stmt(db, sql);
    MUST(db_step(&stmt, &has_row, &err));
    count = db_i64(&stmt, 0);
    db_close(db);
    return count;
}

/* Everything a session can leave, with words that can be found again. */
static struct session_row full_session(struct world *world, const char *token, bool is_finished)
{
    struct session_row       session       = world_enroll(world, "dinosaurs", token);
    struct event_row         event         = {.session_id = session.session_id, .kind = "image_failed", .detail = SECRET_WORDS};
    struct questionnaire_row questionnaire = {
        .session_id = session.session_id, .gender = "woman", .age = 30, .strategy = SECRET_WORDS, .is_included = true};
    struct fit_row fit = {.session_id = session.session_id, .representation_id = 1, .learner = "bayes_ridge", .trial_count = 3};
    struct err     err = {0};
    bool           is_new;

    world_play(world, &session, world_study(world, "dinosaurs"), "101");
    MUST(store_event_insert(world->store, &event, &is_new, &err));
    MUST(store_questionnaire_put(world->store, &questionnaire, &err));
    MUST(store_fit_put(world->store, &fit, &err));
    if (is_finished) MUST(store_session_end(world->store, session.session_id, SESSION_FINISHED, WORLD_NOW_MS + 9, &err));
    return session;
}

static void add_identity(struct world *world, const struct session_row *session)
{
    struct err err = {0};
    struct db *db  = db_open(world->database, DB_MODE_WRITE, &err);

    assert_int_equal(session->session_id, 1); /* as in the statements */
    if (db == NULL) fail_msg("%s", err.message);
    MUST(db_execute(db,
                    "INSERT INTO identity SELECT participant_id, study_id, 'prolific', zeroblob(32), x'0102' FROM session WHERE"
                    " session_id = 1; INSERT INTO refusal VALUES (1, zeroblob(32), 'failed_comprehension', 5);"
                    "INSERT INTO document VALUES (zeroblob(32), 'text', 5);"
                    "INSERT INTO acceptance VALUES (1, 'data_protection', zeroblob(32), 5)",
                    &err));
    db_close(db);
}

static void only_a_tombstone_is_left(void **state)
{
    static const char *const TABLES[] = {
        "SELECT count(*) FROM trial WHERE session_id = 1",
        "SELECT count(*) FROM event WHERE session_id = 1",
        "SELECT count(*) FROM comprehension_attempt WHERE session_id = 1",
        "SELECT count(*) FROM questionnaire WHERE session_id = 1",
        "SELECT count(*) FROM acceptance WHERE session_id = 1",
        "SELECT count(*) FROM fit WHERE session_id = 1",
        "SELECT count(*) FROM session WHERE session_id = 1",
        "SELECT count(*) FROM participant WHERE participant_number = 1",
        "SELECT count(*) FROM identity",
        "SELECT count(*) FROM refusal",
    };
    struct world         world;
    struct session_row   ann, ben;
    struct tombstone_row stone, *stones;
    struct arena         arena;
    struct err           err = {0};
    bool                 is_found;
    int                  count;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    ann = full_session(&world, "ann", true);
    ben = full_session(&world, "ben", true);
    add_identity(&world, &ann);
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) assert_true(count_of(&world, TABLES[i]) > 0);

    MUST(store_session_erase(world.store, ann.session_id, WORLD_NOW_MS + 20, &err));
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) assert_int_equal(count_of(&world, TABLES[i]), 0);
    MUST(store_tombstone_by_public_id(world.store, ann.public_id, &stone, &is_found, &err));
    assert_true(is_found && stone.session_id == ann.session_id && stone.study_id == ann.study_id);
    assert_true(stone.participant_number == 1 && !stone.is_pilot && stone.deleted_at_ms == WORLD_NOW_MS + 20);
    assert_true(stone.change_number > world_session(&world, ben.session_id).change_number);
    MUST(store_tombstones_after(world.store, stone.change_number - 1, 10, &arena, &stones, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(stones[0].public_id, ann.public_id);
    MUST(store_tombstones_after(world.store, stone.change_number, 10, &arena, &stones, &count, &err));
    assert_int_equal(count, 0);

    assert_int_equal(count_of(&world, "SELECT count(*) FROM trial"), 3); /* ben's */
    assert_int_equal(count_of(&world, "SELECT count(*) FROM questionnaire"), 1);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM event"), 1);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM fit"), 1);
    MUST_REFUSE(store_session_erase(world.store, ann.session_id, WORLD_NOW_MS, &err), ERR_NOT_FOUND, "there is no session 1");
    arena_close(&arena);
    world_close(&world);
}

static void numbers_of_an_erased_session_never_come_again(void **state)
{
    struct world         world;
    struct session_row   ann, ben, next;
    struct tombstone_row stone;
    struct err           err = {0};
    bool                 is_found;

    (void)state;
    world_open(&world);
    ann = world_enroll(&world, "dinosaurs", "ann");
    ben = world_enroll(&world, "dinosaurs", "ben");
    MUST(store_session_erase(world.store, ben.session_id, WORLD_NOW_MS, &err)); /* the newest of all */
    MUST(store_tombstone_by_public_id(world.store, ben.public_id, &stone, &is_found, &err));
    next = world_enroll(&world, "dinosaurs", "cia");
    assert_int_equal(next.participant_number, 3);
    assert_int_equal(next.session_id, ben.session_id + 1);
    assert_true(next.change_number > stone.change_number);
    MUST(store_session_erase(world.store, next.session_id, WORLD_NOW_MS, &err));
    MUST(store_tombstone_by_public_id(world.store, next.public_id, &stone, &is_found, &err));
    MUST(store_session_touch(world.store, ann.session_id, WORLD_NOW_MS + 1, &err));
    assert_true(world_session(&world, ann.session_id).change_number > stone.change_number);
    assert_int_equal(world_enroll(&world, "points", "dan").participant_number, 1); /* within the study */
    world_close(&world);
}

static void a_fit_that_comes_too_late_is_not_stored(void **state)
{
    struct world       world;
    struct session_row ann;
    struct fit_row     fit = {.representation_id = 1, .learner = "bayes_ridge", .trial_count = 3};
    struct err         err = {0};

    (void)state;
    world_open(&world);
    ann            = full_session(&world, "ann", true);
    fit.session_id = ann.session_id;
    MUST(store_session_erase(world.store, ann.session_id, WORLD_NOW_MS, &err));
    MUST(store_fit_put(world.store, &fit, &err));
    assert_int_equal(count_of(&world, "SELECT count(*) FROM fit"), 0);
    world_close(&world);
}

/* --- bytes --- */

static bool file_has(const char *path, const char *words)
{
    struct text text;
    bool        is_there;

    if (access(path, F_OK) != 0) return false;
    scratch_read(path, &text);
    is_there = text.length > 0 && memmem(text.data, text.length, words, strlen(words)) != NULL;
    text_close(&text);
    return is_there;
}

static bool files_have(struct world *world, const char *words)
{
    char log[PATH_BYTES + 8];

    (void)snprintf(log, sizeof log, "%s-wal", world->database);
    return file_has(world->database, words) || file_has(log, words);
}

static void no_byte_is_left_once_the_log_is_empty(void **state)
{
    struct world       world;
    struct session_row ann;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    ann = full_session(&world, "ann", true);
    (void)full_session(&world, "ben", false);
    assert_true(store_wants_truncation(world.store)); /* it was just opened: whoever wrote before may have been killed */
    MUST(store_truncate_log(world.store, 1000, &err));
    assert_false(store_wants_truncation(world.store));
    MUST(store_session_erase(world.store, ann.session_id, WORLD_NOW_MS, &err));
    assert_true(store_wants_truncation(world.store));
    assert_true(files_have(&world, SECRET_WORDS));
    MUST(store_truncate_log(world.store, 1000, &err));
    assert_false(store_wants_truncation(world.store));
    assert_true(files_have(&world, SECRET_WORDS)); /* ben's are where they belong */
    MUST(store_session_erase(world.store, ann.session_id + 1, WORLD_NOW_MS, &err));
    MUST(store_truncate_log(world.store, 1000, &err));
    assert_false(files_have(&world, SECRET_WORDS));
    world_close(&world);
}

static void who_still_reads_delays_it(void **state)
{
    struct world       world;
    struct session_row ann;
    struct store      *reader;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    ann    = full_session(&world, "ann", true);
    reader = store_open(world.database, STORE_READ, &err);
    if (reader == NULL) fail_msg("%s", err.message);
    MUST(store_snapshot_begin(reader, &err));
    MUST(store_session_by_id(reader, ann.session_id, &ann, &err)); /* the view begins with the first read */
    MUST(store_session_erase(world.store, ann.session_id, WORLD_NOW_MS, &err));
    MUST(store_truncate_log(world.store, 0, &err));
    assert_true(store_wants_truncation(world.store));
    MUST(store_session_by_id(reader, ann.session_id, &ann, &err)); /* its view is whole */
    store_snapshot_end(reader);
    MUST(store_truncate_log(world.store, 1000, &err));
    assert_false(store_wants_truncation(world.store));
    assert_false(files_have(&world, SECRET_WORDS));
    store_close(reader);
    world_close(&world);
}

struct erase_job {
    struct job job;
    int64_t    session_id;
};

static bool erase_run(struct job *job, struct store *store, struct err *err)
{
    return store_session_erase(store, ((struct erase_job *)job)->session_id, WORLD_NOW_MS, err);
}

/* The lane does it by itself, also when somebody reads at first. */
static void the_writers_lane_empties_the_log(void **state)
{
    struct world         world;
    struct session_row   ann;
    struct store        *reader;
    struct lane         *lane;
    struct lane_settings settings = {.kind = LANE_WRITER, .queue_max = 4};
    struct erase_job     job      = {.job = {.run = erase_run}};
    struct err           err      = {0};
    int                  tries    = 0;

    (void)state;
    world_open(&world);
    ann                    = full_session(&world, "ann", true);
    settings.database_path = world.database;
    job.session_id         = ann.session_id;
    lane                   = lane_start(&settings, &err);
    reader                 = store_open(world.database, STORE_READ, &err);
    if (lane == NULL || reader == NULL) fail_msg("%s", err.message);
    MUST(store_snapshot_begin(reader, &err));
    MUST(store_session_by_id(reader, ann.session_id, &ann, &err));
    MUST(lane_run(lane, &job.job, &err)); /* told although the log cannot be emptied yet */
    assert_true(files_have(&world, SECRET_WORDS));
    store_snapshot_end(reader);
    while (files_have(&world, SECRET_WORDS) && ++tries < 1000) (void)usleep(10 * 1000);
    assert_false(files_have(&world, SECRET_WORDS));
    lane_stop(lane);
    lane_free(lane);
    store_close(reader);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_tombstone_is_left),
        cmocka_unit_test(numbers_of_an_erased_session_never_come_again),
        cmocka_unit_test(a_fit_that_comes_too_late_is_not_stored),
        cmocka_unit_test(no_byte_is_left_once_the_log_is_empty),
        cmocka_unit_test(who_still_reads_delays_it),
        cmocka_unit_test(the_writers_lane_empties_the_log),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
