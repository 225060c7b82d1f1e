/* Stimulus sets, pictures, representations: what is found, and by whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"

static struct secret_hash picture(int number)
{
    struct secret_hash hash;
    char               name[24];

    (void)snprintf(name, sizeof name, "image_%02d", number);
    secret_sha256_of(name, strlen(name), &hash);
    return hash;
}

static void a_picture_is_served_to_sessions_whose_condition_shows_it(void **state)
{
    struct world       world;
    struct session_row session;
    struct media_row   media;
    struct secret_hash hash;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "points", "ann"); /* pictures 0 to 11, left and right, practice and main */
    for (int i = 0; i < 12; i++) {
        hash = picture(i);
        MUST(store_media_of_session(world.store, session.session_id, &hash, &media, &err));
        assert_string_equal(media.media_type, "image/png");
        assert_int_equal(media.byte_count, 100 + i);
    }
    hash = picture(12);
    MUST_REFUSE(store_media_of_session(world.store, session.session_id, &hash, &media, &err), ERR_NOT_FOUND,
                "there is no such picture here");
    MUST(store_media(world.store, &hash, &media, &err));
    secret_sha256_of("other", 5, &hash);
    MUST_REFUSE(store_media(world.store, &hash, &media, &err), ERR_NOT_FOUND, "there is no such picture here");
    MUST_REFUSE(store_media_of_session(world.store, 999, &hash, &media, &err), ERR_NOT_FOUND, "there is no such picture here");
    world_close(&world);
}

static void material_is_read_in_its_own_order(void **state)
{
    struct world               world;
    struct stimulus_set_row    set;
    struct stimulus_row       *stimuli;
    struct representation_row *representations;
    struct arena               arena;
    struct err                 err = {0};
    int                        count;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    MUST(store_stimulus_set_by_name(world.store, "pictures", &set, &err));
    MUST(store_stimuli(world.store, set.stimulus_set_id, &arena, &stimuli, &count, &err));
    assert_int_equal(count, WORLD_STIMULUS_COUNT);
    for (int i = 0; i < count; i++) assert_int_equal(stimuli[i].row_index, i);
    assert_string_equal(stimuli[39].name, "image_39");
    assert_string_equal(stimuli[39].object, "object_39");
    MUST(store_study_representations(world.store, world_study(&world, "dinosaurs")->study_id, &arena, &representations, &count,
                                     &err));
    assert_int_equal(count, 2);
    assert_string_equal(representations[0].name, "task");
    assert_string_equal(representations[1].name, "words");
    assert_int_equal(representations[0].feature_count, WORLD_DIMENSION_COUNT);
    arena_close(&arena);
    world_close(&world);
}

static void what_is_not_there_is_named_and_names_come_once(void **state)
{
    struct world              world;
    struct stimulus_set_row   set;
    struct representation_row representation;
    struct arena              arena;
    struct err                err = {0};
    int64_t                   id;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    MUST_REFUSE(store_stimulus_set_by_name(world.store, "none", &set, &err), ERR_NOT_FOUND, "there is no stimulus set 'none'");
    MUST(store_stimulus_set_by_name(world.store, "pictures", &set, &err));
    MUST_REFUSE(store_representation_by_name(world.store, set.stimulus_set_id, "none", &arena, &representation, &err),
                ERR_NOT_FOUND, "the stimulus set has no representation 'none'");
    MUST_REFUSE(store_stimulus_set_insert(world.store, &set, &id, &err), ERR_CONFLICT,
                "the stimulus set 'pictures' exists already");
    MUST(store_representation_by_name(world.store, set.stimulus_set_id, "task", &arena, &representation, &err));
    MUST_REFUSE(store_representation_insert(world.store, &representation, &id, &err), ERR_CONFLICT,
                "the representation 'task' exists already");
    arena_close(&arena);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_served_to_sessions_whose_condition_shows_it),
        cmocka_unit_test(material_is_read_in_its_own_order),
        cmocka_unit_test(what_is_not_there_is_named_and_names_come_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
