/* The key file: made once, kept from others, missed when it is gone; and ids that only it opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../support/recruited.h"

static void key_path(const struct world *world, char path[PATH_BYTES])
{
    data_folder_key(&world->folder, path);
}

static void put_key(const struct world *world, const char *text)
{
    char  path[PATH_BYTES];
    FILE *file;

    key_path(world, path);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Ann with all of Prolific's ids, sealed with `key`. */
static struct session_row enroll_ann(struct world *world, const struct secret_key *key)
{
    struct enrolment enrolment = recruited_enrolment(world, "study", "a", ARRIVAL_PROLIFIC_PID, "ann", WORLD_NOW_MS);

    enrolment.key = key;
    (void)snprintf(enrolment.arrival.ids[ARRIVAL_PROLIFIC_SESSION], ARRIVAL_ID_BYTES, "s-\"1\"");
    return recruited_ask(world, &enrolment).session;
}

static void the_key_is_made_once_and_for_nobody_elses_eyes(void **state)
{
    struct world      world;
    struct secret_key first, again, read;
    struct stat       what;
    struct err        err = {0};
    char              path[PATH_BYTES];

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    key_path(&world, path);
    MUST_REFUSE(identity_key_read(&world.folder, &read, &err), ERR_NOT_FOUND, path);
    MUST(identity_key_open(&world.folder, world.store, &first, &err));
    assert_int_equal(stat(path, &what), 0);
    assert_int_equal(what.st_mode & 07777, 0600);
    assert_int_equal(what.st_size, 65);
    MUST(identity_key_open(&world.folder, world.store, &again, &err));
    MUST(identity_key_read(&world.folder, &read, &err));
    assert_memory_equal(first.bytes, again.bytes, sizeof first.bytes);
    assert_memory_equal(first.bytes, read.bytes, sizeof first.bytes);
    assert_int_equal(unlink(path), 0); /* nothing was sealed: a new one is made */
    MUST(identity_key_open(&world.folder, world.store, &again, &err));
    assert_memory_not_equal(first.bytes, again.bytes, sizeof first.bytes);
    world_close(&world);
}

static void a_broken_key_file_is_refused_and_never_written_over(void **state)
{
    static const char *const BROKEN[] = {
        "",
        "\n",
        "00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a697",
        "00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a69780\n",
        "00112233445566778899AABBCCDDEEFF0123456789abcdef0f1e2d3c4b5a6978\n",
        "00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978\n\n",
        " 0112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978\n",
    };
    struct world      world;
    struct secret_key key;
    struct text       text;
    struct err        err = {0};
    char              path[PATH_BYTES], large[400];

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    key_path(&world, path);
    for (size_t i = 0; i < sizeof BROKEN / sizeof BROKEN[0]; i++) {
        put_key(&world, BROKEN[i]);
        MUST_REFUSE(identity_key_open(&world.folder, world.store, &key, &err), ERR_INVALID,
                    "is not a key: 64 hex digits are expected");
        scratch_read(path, &text);
        assert_string_equal(text.data == NULL ? "" : text.data, BROKEN[i]);
        text_close(&text);
    }
    memset(large, 'a', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    put_key(&world, large);
    MUST_REFUSE(identity_key_open(&world.folder, world.store, &key, &err), ERR_TOO_LARGE, "larger than 256 bytes");
    put_key(&world, "00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978"); /* an editor took the last line's end */
    MUST(identity_key_open(&world.folder, world.store, &key, &err));
    assert_int_equal(key.bytes[1], 0x11);
    world_close(&world);
}

static void where_ids_are_sealed_a_missing_or_another_key_is_refused(void **state)
{
    struct world      world;
    struct secret_key key, other;
    struct err        err = {0};
    char              path[PATH_BYTES], kept[PATH_BYTES + 8];

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    key_path(&world, path);
    (void)snprintf(kept, sizeof kept, "%s.kept", path);
    MUST(identity_key_open(&world.folder, world.store, &key, &err));
    (void)enroll_ann(&world, &key);
    assert_int_equal(rename(path, kept), 0);
    MUST_REFUSE(identity_key_open(&world.folder, world.store, &other, &err), ERR_NOT_FOUND,
                "is missing, and participants' ids are sealed with it; put it back from where it is kept");
    assert_int_equal(access(path, F_OK), -1);
    put_key(&world, "00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978\n");
    MUST_REFUSE(identity_key_open(&world.folder, world.store, &other, &err), ERR_INVALID,
                "is not the one with which participants' ids are sealed");
    assert_int_equal(rename(kept, path), 0);
    MUST(identity_key_open(&world.folder, world.store, &other, &err));
    assert_memory_equal(key.bytes, other.bytes, sizeof key.bytes);
    world_close(&world);
}

/* Who was refused is known by a hash of the key alone. */
static void where_somebody_was_refused_a_missing_key_is_refused_too(void **state)
{
    struct world      world;
    struct secret_key key;
    struct enrolment  enrolment;
    struct err        err = {0};
    char              path[PATH_BYTES];

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    key_path(&world, path);
    MUST(identity_key_open(&world.folder, world.store, &key, &err));
    enrolment     = recruited_enrolment(&world, "study", "a", ARRIVAL_PROLIFIC_PID, "ann", WORLD_NOW_MS);
    enrolment.key = &key;
    enrolment.age = 17;
    assert_int_equal(recruited_ask(&world, &enrolment).refusal, REFUSAL_SCREENED_OUT);
    assert_int_equal(unlink(path), 0);
    MUST_REFUSE(identity_key_open(&world.folder, world.store, &key, &err), ERR_NOT_FOUND, "is missing");
    world_close(&world);
}

static void ids_are_found_again_with_their_key_and_not_with_another(void **state)
{
    struct world       world;
    struct secret_key  other = {{9}};
    struct session_row session, plain;
    struct arrival     arrival;
    struct err         err = {0};
    bool               is_found;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    session = enroll_ann(&world, recruited_key());
    MUST(identity_find(world.store, recruited_key(), session.participant_id, &arrival, &is_found, &err));
    assert_true(is_found);
    assert_string_equal(arrival.ids[ARRIVAL_PROLIFIC_PID], "ann");
    assert_string_equal(arrival.ids[ARRIVAL_PROLIFIC_SESSION], "s-\"1\"");
    assert_string_equal(arrival.ids[ARRIVAL_WORKER], "");
    MUST_REFUSE(identity_find(world.store, &other, session.participant_id, &arrival, &is_found, &err), ERR_STORAGE,
                "was not sealed with this key");
    world_create(&world, WORLD_CATEGORY);
    plain = world_enroll(&world, "dinosaurs", "b");
    MUST(identity_find(world.store, recruited_key(), plain.participant_id, &arrival, &is_found, &err));
    assert_false(is_found);
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++) assert_string_equal(arrival.ids[i], "");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_made_once_and_for_nobody_elses_eyes),
        cmocka_unit_test(a_broken_key_file_is_refused_and_never_written_over),
        cmocka_unit_test(where_ids_are_sealed_a_missing_or_another_key_is_refused),
        cmocka_unit_test(where_somebody_was_refused_a_missing_key_is_refused_too),
        cmocka_unit_test(ids_are_found_again_with_their_key_and_not_with_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
