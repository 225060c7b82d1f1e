/* Value tables and fits: first come stays, cursors, what is still wanted, throwing away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_derived.h"

struct derived_world {
    struct world               world;
    struct arena               arena;
    const struct study        *study;
    struct condition_row      *conditions;
    struct representation_row *representations;
};

static void derived_open(struct derived_world *derived)
{
    struct err err = {0};
    int        count;

    world_open(&derived->world);
    arena_init(&derived->arena);
    derived->study = world_study(&derived->world, "dinosaurs");
    MUST(store_conditions(derived->world.store, derived->study->study_id, &derived->arena, &derived->conditions, &count, &err));
    MUST(store_study_representations(derived->world.store, derived->study->study_id, &derived->arena, &derived->representations,
                                     &count, &err));
}

static void derived_close(struct derived_world *derived)
{
    arena_close(&derived->arena);
    world_close(&derived->world);
}

static struct value_table_row table_of(const struct derived_world *derived, int condition, int representation,
                                       const double *pairs)
{
    struct value_table_row row = {.revision          = 3,
                                  .condition_id      = derived->conditions[condition].condition_id,
                                  .representation_id = derived->representations[representation].representation_id,
                                  .learner           = "made_up",
                                  .trial_count       = 3,
                                  .value_pairs       = pairs,
                                  .status            = "converged",
                                  .compute_ms        = 1.5,
                                  .computed_at_ms    = WORLD_NOW_MS};
    char                   key[32];

    secret_sha256_of(key, (size_t)snprintf(key, sizeof key, "%d %d", condition, representation), &row.content_key);
    return row;
}

static const double PAIRS[]       = {0.5, 0.5, 0.1, 0.9, 1.0 / 3.0, 2.0 / 3.0};
static const double OTHER_PAIRS[] = {9.0, 9.0, 9.0, 9.0, 9.0, 9.0};

static void a_table_comes_back_bit_for_bit_and_the_first_one_stays(void **state)
{
    struct derived_world   derived;
    struct value_table_row row, found;
    struct err             err = {0};
    bool                   is_found;

    (void)state;
    derived_open(&derived);
    row = table_of(&derived, 0, 0, PAIRS);
    MUST(store_value_table_insert(derived.world.store, &row, &err));
    row.value_pairs = OTHER_PAIRS;
    MUST(store_value_table_insert(derived.world.store, &row, &err));
    MUST(store_value_table_get(derived.world.store, row.condition_id, row.representation_id, "made_up", &derived.arena, &found,
                               &is_found, &err));
    assert_true(is_found);
    assert_memory_equal(found.value_pairs, PAIRS, sizeof PAIRS);
    MUST(store_value_table_by_content(derived.world.store, &row.content_key, &derived.arena, &found, &is_found, &err));
    assert_true(is_found && found.condition_id == row.condition_id && found.revision == 3);
    MUST(store_value_table_get(derived.world.store, row.condition_id, row.representation_id, "other", &derived.arena, &found,
                               &is_found, &err));
    assert_false(is_found);
    derived_close(&derived);
}

static void the_cursor_of_tables_follows_their_storing(void **state)
{
    struct derived_world     derived;
    struct value_table_name *names;
    struct err               err = {0};
    int64_t                  newest;
    int                      count;

    (void)state;
    derived_open(&derived);
    MUST(store_value_table_newest_id(derived.world.store, &newest, &err));
    assert_true(newest == 0);
    for (int i = 3; i >= 0; i--) {
        struct value_table_row row = table_of(&derived, i / 2, i % 2, PAIRS);

        MUST(store_value_table_insert(derived.world.store, &row, &err));
    }
    MUST(store_value_tables_after(derived.world.store, 0, 3, &derived.arena, &names, &count, &err));
    assert_int_equal(count, 3);
    for (int i = 0; i < 3; i++) {
        assert_true(names[i].condition_id == derived.conditions[(3 - i) / 2].condition_id);
        assert_true(names[i].study_id == derived.study->study_id);
    }
    MUST(store_value_tables_after(derived.world.store, names[2].value_table_id, 3, &derived.arena, &names, &count, &err));
    assert_int_equal(count, 1);
    MUST(store_value_table_newest_id(derived.world.store, &newest, &err));
    assert_true(newest == names[0].value_table_id);
    MUST(store_value_table_count(derived.world.store, derived.study->study_id, &count, &err));
    assert_int_equal(count, 4);
    derived_close(&derived);
}

static void what_is_being_played_comes_first(void **state)
{
    struct derived_world    derived;
    struct table_condition *conditions;
    struct session_row      a, b;
    struct err              err = {0};
    int                     count;

    (void)state;
    derived_open(&derived);
    MUST(store_table_conditions(derived.world.store, derived.study->study_id, &derived.arena, &conditions, &count, &err));
    assert_true(count >= 2);
    assert_true(conditions[0].condition_id == derived.conditions[0].condition_id && !conditions[0].is_played);
    a = world_enroll(&derived.world, "dinosaurs", "a"); /* condition 1 */
    b = world_enroll(&derived.world, "dinosaurs", "b"); /* condition 2 */
    MUST(store_session_end(derived.world.store, a.session_id, SESSION_LEFT, WORLD_NOW_MS, &err));
    MUST(store_table_conditions(derived.world.store, derived.study->study_id, &derived.arena, &conditions, &count, &err));
    assert_true(conditions[0].condition_id == b.condition_id && conditions[0].is_played);
    assert_memory_equal(conditions[0].sha256.bytes, derived.conditions[1].sha256.bytes, SECRET_HASH_BYTES);
    assert_true(conditions[1].condition_id == a.condition_id && !conditions[1].is_played);
    derived_close(&derived);
}

static void a_conditions_tables_and_a_studys_times_are_told_by_model(void **state)
{
    struct derived_world   derived;
    struct table_model    *models;
    struct table_time     *times;
    struct value_table_row row;
    struct err             err = {0};
    int                    count;

    (void)state;
    derived_open(&derived);
    for (int condition = 0; condition < 2; condition++) {
        row            = table_of(&derived, condition, 1, PAIRS);
        row.compute_ms = 2.5 + condition;
        MUST(store_value_table_insert(derived.world.store, &row, &err));
    }
    MUST(store_table_models(derived.world.store, derived.conditions[0].condition_id, &derived.arena, &models, &count, &err));
    assert_int_equal(count, 1);
    assert_true(models[0].representation_id == derived.representations[1].representation_id);
    assert_string_equal(models[0].learner, row.learner);
    MUST(store_table_times(derived.world.store, derived.study->study_id, &derived.arena, &times, &count, &err));
    assert_int_equal(count, 1);
    assert_true(times[0].model.representation_id == row.representation_id && times[0].table_count == 2);
    assert_true(times[0].time_sum_ms == 6.0);
    derived_close(&derived);
}

static void fits_are_replaced_and_thrown_away_with_outdated_tables(void **state)
{
    struct derived_world   derived;
    struct value_table_row row;
    struct session_row     session;
    struct fit_row         fit = {.learner = "made_up", .trial_count = 3, .log_evidence = -2.0, .posterior_prob = 1.0}, *fits;
    struct err             err = {0};
    int64_t                discarded, *ids;
    int                    count;

    (void)state;
    derived_open(&derived);
    session = world_enroll(&derived.world, "dinosaurs", "a");
    row     = table_of(&derived, 0, 0, PAIRS);
    MUST(store_value_table_insert(derived.world.store, &row, &err));
    world_play(&derived.world, &session, derived.study, "101");
    MUST(store_sessions_without_fit(derived.world.store, session.condition_id, 9, &derived.arena, &ids, &count, &err));
    assert_int_equal(count, 0); /* still active */
    MUST(store_session_end(derived.world.store, session.session_id, SESSION_FINISHED, WORLD_NOW_MS, &err));
    MUST(store_sessions_without_fit(derived.world.store, session.condition_id, 9, &derived.arena, &ids, &count, &err));
    assert_true(count == 1 && ids[0] == session.session_id);
    fit.session_id        = session.session_id;
    fit.representation_id = row.representation_id;
    MUST(store_fit_put(derived.world.store, &fit, &err));
    fit.log_evidence = -1.25;
    MUST(store_fit_put(derived.world.store, &fit, &err));
    MUST(store_fits_of_session(derived.world.store, session.session_id, &derived.arena, &fits, &count, &err));
    assert_true(count == 1 && fits[0].log_evidence == -1.25);
    MUST(store_value_tables_discard_outdated(derived.world.store, 3, &discarded, &err));
    assert_true(discarded == 0);
    MUST(store_fits_of_session(derived.world.store, session.session_id, &derived.arena, &fits, &count, &err));
    assert_int_equal(count, 1);
    MUST(store_value_tables_discard_outdated(derived.world.store, 4, &discarded, &err));
    assert_true(discarded == 1);
    MUST(store_fits_of_session(derived.world.store, session.session_id, &derived.arena, &fits, &count, &err));
    assert_int_equal(count, 0);
    MUST(store_value_table_insert(derived.world.store, &row, &err));
    MUST(store_derived_delete_all(derived.world.store, &err));
    MUST(store_value_table_count(derived.world.store, derived.study->study_id, &count, &err));
    assert_int_equal(count, 0);
    derived_close(&derived);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_comes_back_bit_for_bit_and_the_first_one_stays),
        cmocka_unit_test(the_cursor_of_tables_follows_their_storing),
        cmocka_unit_test(what_is_being_played_comes_first),
        cmocka_unit_test(a_conditions_tables_and_a_studys_times_are_told_by_model),
        cmocka_unit_test(fits_are_replaced_and_thrown_away_with_outdated_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
