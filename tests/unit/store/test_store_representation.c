/* What is known of representations, which one a study comes from, and what they are like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_derived.h"
#include "store/store_representation.h"

struct place {
    struct world               world;
    struct arena               arena;
    const struct study        *study;
    struct representation_row *representations;
};

static void place_open(struct place *place)
{
    struct err err = {0};
    int        count;

    world_open(&place->world);
    arena_init(&place->arena);
    MUST(study_catalog_by_slug(place->world.catalog, place->world.store, "dinosaurs", &place->study, &err));
    MUST(store_study_representations(place->world.store, place->study->study_id, &place->arena, &place->representations, &count,
                                     &err));
    assert_int_equal(count, 2);
}

static void place_close(struct place *place)
{
    arena_close(&place->arena);
    world_close(&place->world);
}

static void nothing_is_known_until_it_is_said_and_what_is_not_said_stays(void **state)
{
    struct place                 place;
    struct representation_facts *facts, given = {.size_class = "base", .parameter_count = 86567656, .aligned_by = "glocal"};
    struct err                   err = {0};
    int                          count;

    (void)state;
    place_open(&place);
    MUST(store_study_representation_facts(place.world.store, place.study->study_id, &place.arena, &facts, &count, &err));
    assert_int_equal(count, 2);
    assert_true(facts[1].size_class == NULL && facts[1].loss == NULL && facts[1].parameter_count == 0 &&
                facts[1].training_image_count == 0 && facts[1].baseline_id == 0 && facts[1].aligned_by == NULL &&
                facts[1].baseline_name == NULL);
    given.baseline_id = place.representations[0].representation_id;
    MUST(store_representation_set_facts(place.world.store, place.representations[1].representation_id, &given, &err));
    given = (struct representation_facts){.loss = "contrastive", .size_class = "large", .training_image_count = 400000000};
    MUST(store_representation_set_facts(place.world.store, place.representations[1].representation_id, &given, &err));
    MUST(store_study_representation_facts(place.world.store, place.study->study_id, &place.arena, &facts, &count, &err));
    assert_true(facts[0].size_class == NULL);
    assert_string_equal(facts[1].size_class, "large");
    assert_string_equal(facts[1].loss, "contrastive");
    assert_true(facts[1].parameter_count == 86567656 && facts[1].training_image_count == 400000000);
    assert_string_equal(facts[1].aligned_by, "glocal");
    assert_string_equal(facts[1].baseline_name, place.representations[0].name);
    place_close(&place);
}

static void a_study_says_what_its_conditions_come_from_or_does_not(void **state)
{
    struct place          place;
    struct generative_row generative;
    struct err            err = {0};

    (void)state;
    place_open(&place);
    MUST(store_study_generative(place.world.store, place.study->study_id, &generative, &err));
    assert_true(generative.representation_id == 0);
    MUST(store_study_set_generative(place.world.store, place.study->study_id, place.representations[1].representation_id, &err));
    MUST(store_study_generative(place.world.store, place.study->study_id, &generative, &err));
    assert_true(generative.representation_id == place.representations[1].representation_id);
    assert_memory_equal(generative.matrix_sha256.bytes, place.representations[1].matrix_sha256.bytes, SECRET_HASH_BYTES);
    place_close(&place);
}

static void metrics_are_found_by_all_they_were_computed_from(void **state)
{
    struct secret_hash hashes[3], keys[6];

    (void)state;
    for (int i = 0; i < 3; i++) secret_sha256_of(&i, sizeof i, &hashes[i]);
    store_metric_key(&hashes[0], &hashes[1], &hashes[2], 1, &keys[0]);
    store_metric_key(&hashes[0], &hashes[1], NULL, 1, &keys[1]);
    store_metric_key(&hashes[0], &hashes[1], &hashes[2], 2, &keys[2]);
    store_metric_key(&hashes[1], &hashes[0], &hashes[2], 1, &keys[3]);
    store_metric_key(&hashes[0], &hashes[2], &hashes[1], 1, &keys[4]);
    store_metric_key(&hashes[2], &hashes[1], &hashes[2], 1, &keys[5]);
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < i; j++) assert_memory_not_equal(keys[i].bytes, keys[j].bytes, SECRET_HASH_BYTES);
}

static void metrics_come_back_bit_for_bit_and_older_revisions_go(void **state)
{
    struct place      place;
    struct metric_row row = {.revision            = 3,
                             .class_separation    = {.value = 1.0 / 3.0},
                             .cka                 = {.reason = "there is none"},
                             .intrinsic_dimension = {.value = 0.0},
                             .compute_ms          = 12.5,
                             .computed_at_ms      = WORLD_NOW_MS};
    struct metric_row found;
    struct err        err = {0};
    bool              is_found;

    (void)state;
    place_open(&place);
    secret_sha256_of("a", 1, &row.content_key);
    secret_sha256_of("m", 1, &row.matrix_sha256);
    MUST(store_metric_put(place.world.store, &row, &err));
    MUST(store_metric_get(place.world.store, &row.content_key, &place.arena, &found, &is_found, &err));
    assert_true(is_found && found.class_separation.value == 1.0 / 3.0 && found.class_separation.reason == NULL);
    assert_string_equal(found.cka.reason, "there is none");
    assert_true(found.intrinsic_dimension.value == 0.0 && found.intrinsic_dimension.reason == NULL);
    assert_memory_equal(found.matrix_sha256.bytes, row.matrix_sha256.bytes, SECRET_HASH_BYTES);
    row.cka = (struct stored_metric){.value = 0.5};
    MUST(store_metric_put(place.world.store, &row, &err)); /* replaces */
    MUST(store_metric_get(place.world.store, &row.content_key, &place.arena, &found, &is_found, &err));
    assert_true(is_found && found.cka.value == 0.5 && found.cka.reason == NULL);
    secret_sha256_of("b", 1, &row.content_key);
    row.revision = 4;
    MUST(store_metric_put(place.world.store, &row, &err));
    MUST(store_metric_get(place.world.store, &found.content_key, &place.arena, &found, &is_found, &err));
    assert_false(is_found);
    MUST(store_derived_delete_all(place.world.store, &err));
    MUST(store_metric_get(place.world.store, &row.content_key, &place.arena, &found, &is_found, &err));
    assert_false(is_found);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_until_it_is_said_and_what_is_not_said_stays),
        cmocka_unit_test(a_study_says_what_its_conditions_come_from_or_does_not),
        cmocka_unit_test(metrics_are_found_by_all_they_were_computed_from),
        cmocka_unit_test(metrics_come_back_bit_for_bit_and_older_revisions_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
