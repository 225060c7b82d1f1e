/* Sets that are being filled are seen by nobody and are taken away in pieces; pictures are known by their original; whose choice is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_picture.h"

enum { STIMULI = 25 };

static struct secret_hash hash_of(const char *text)
{
    struct secret_hash hash;

    secret_sha256_of(text, strlen(text), &hash);
    return hash;
}

static void add_media(struct world *world, const struct secret_hash *sha256)
{
    struct media_row media = {.sha256 = *sha256, .media_type = "image/webp", .byte_count = 10};
    struct err       err   = {0};

    MUST(store_media_insert(world->store, &media, &err));
}

/* The one picture that all stimuli here show. */
static struct picture_row add_picture(struct world *world)
{
    struct picture_row picture = {.original_sha256  = hash_of("original"),
                                  .original_bytes   = 1000,
                                  .original_type    = "image/png",
                                  .width            = 40,
                                  .height           = 30,
                                  .picture_sha256   = hash_of("picture"),
                                  .thumbnail_sha256 = hash_of("thumbnail"),
                                  .added_at_ms      = WORLD_NOW_MS};
    struct err         err     = {0};

    add_media(world, &picture.picture_sha256);
    add_media(world, &picture.thumbnail_sha256);
    MUST(store_picture_insert(world->store, &picture, &err));
    return picture;
}

static int64_t fill_set(struct world *world, const char *name, const struct picture_row *picture)
{
    struct stimulus_set_row set = {.created_at_ms = WORLD_NOW_MS};
    struct err              err = {0};
    int64_t                 id;

    (void)snprintf(set.name, sizeof set.name, "%s", name);
    MUST(store_stimulus_set_insert(world->store, &set, &id, &err));
    for (int i = 0; i < STIMULI; i++) {
        char                text[24];
        struct stimulus_row stimulus = {.row_index = i, .name = text, .object = "cat", .media_sha256 = picture->picture_sha256};

        (void)snprintf(text, sizeof text, "cat_%02d", i);
        MUST(store_stimulus_insert(world->store, id, &stimulus, &err));
        MUST(store_stimulus_picture_insert(world->store, id, i, &picture->original_sha256, &err));
    }
    return id;
}

static int set_count(struct world *world)
{
    struct stimulus_set_overview *sets;
    struct err                    err = {0};
    int                           count;

    MUST(store_stimulus_sets(world->store, &world->arena, &sets, &count, &err));
    return count;
}

static void a_set_is_listed_once_it_has_its_name(void **state)
{
    struct world                  world;
    struct stimulus_set_overview *sets;
    struct picture_row            picture;
    struct secret_hash           *thumbnails, sha256 = hash_of("set");
    struct err                    err = {0};
    int64_t                       id;
    int                           count;

    (void)state;
    world_open_empty(&world);
    picture = add_picture(&world);
    id      = fill_set(&world, "importing/", &picture);
    assert_int_equal(set_count(&world), 0);
    MUST(store_stimulus_set_name(world.store, id, "cats", &sha256, &err));
    MUST(store_stimulus_sets(world.store, &world.arena, &sets, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(sets[0].name, "cats");
    assert_int_equal(sets[0].stimulus_count, STIMULI);
    assert_int_equal(sets[0].object_count, 1);
    MUST(store_thumbnails(world.store, id, &world.arena, &thumbnails, &count, &err));
    assert_int_equal(count, STIMULI);
    for (int i = 0; i < count; i++)
        assert_memory_equal(&thumbnails[i], &picture.thumbnail_sha256, sizeof picture.thumbnail_sha256);
    id = fill_set(&world, "importing/", &picture);
    MUST_REFUSE(store_stimulus_set_name(world.store, id, "cats", &sha256, &err), ERR_CONFLICT, "");
    world_close(&world);
}

static void what_an_import_left_is_taken_away_in_pieces(void **state)
{
    struct world       world;
    struct picture_row picture, *pictures;
    struct err         err     = {0};
    int                calls   = 0, count;
    bool               is_gone = false;

    (void)state;
    world_open_empty(&world);
    picture = add_picture(&world);
    (void)fill_set(&world, "importing/", &picture);
    (void)fill_set(&world, "kept", &picture);
    for (; !is_gone; calls++) {
        assert_in_range(calls, 0, STIMULI);
        MUST(store_stimulus_set_discard(world.store, "importing/", 10, &is_gone, &err));
    }
    assert_int_equal(calls, 3); /* 10, 10, 5 */
    MUST(store_stimulus_set_discard(world.store, "importing/", 10, &is_gone, &err));
    assert_true(is_gone);
    assert_int_equal(set_count(&world), 1);
    MUST(store_pictures(world.store, &world.arena, &pictures, &count, &err)); /* are known for the next time */
    assert_int_equal(count, 1);
    (void)fill_set(&world, "importing/", &picture); /* nothing is in its way */
    world_close(&world);
}

static void a_picture_is_stored_once_and_only_with_its_media(void **state)
{
    struct world       world;
    struct picture_row picture, *pictures;
    struct err         err = {0};
    int                count;

    (void)state;
    world_open_empty(&world);
    picture       = add_picture(&world);
    picture.width = 99;
    MUST(store_picture_insert(world.store, &picture, &err));
    MUST(store_pictures(world.store, &world.arena, &pictures, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(pictures[0].width, 40);
    assert_string_equal(pictures[0].original_type, "image/png");
    picture.original_sha256 = hash_of("another");
    picture.picture_sha256  = hash_of("nowhere");
    err                     = (struct err){0};
    assert_false(store_picture_insert(world.store, &picture, &err));
    world_close(&world);
}

static void a_conditions_choice_is_told_on_the_set_of_its_study_only(void **state)
{
    struct world            world;
    struct stimulus_set_row set;
    struct err              err = {0};
    int                    *rows, count;

    (void)state;
    world_open(&world);
    MUST(store_stimulus_set_by_name(world.store, "pictures", &set, &err));
    MUST(store_condition_stimuli(world.store, set.stimulus_set_id, "dinosaurs", 2, &world.arena, &rows, &count, &err));
    assert_int_equal(count, 3);
    for (int i = 0; i < 3; i++) assert_int_equal(rows[i], 3 + i);
    MUST(store_condition_stimuli(world.store, set.stimulus_set_id, "points", 1, &world.arena, &rows, &count, &err));
    assert_int_equal(count, 8); /* left and right of four pairs; those of practice are not among them */
    assert_int_equal(rows[0], 4);
    assert_int_equal(rows[7], 11);
    MUST(store_condition_stimuli(world.store, set.stimulus_set_id + 1, "points", 1, &world.arena, &rows, &count, &err));
    assert_int_equal(count, 0);
    MUST(store_condition_stimuli(world.store, set.stimulus_set_id, "points", 2, &world.arena, &rows, &count, &err));
    assert_int_equal(count, 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_is_listed_once_it_has_its_name),
        cmocka_unit_test(what_an_import_left_is_taken_away_in_pieces),
        cmocka_unit_test(a_picture_is_stored_once_and_only_with_its_media),
        cmocka_unit_test(a_conditions_choice_is_told_on_the_set_of_its_study_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
