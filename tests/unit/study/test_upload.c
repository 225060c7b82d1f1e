/* Uploads: a file in pieces, each where the last one ended; what is whole, what is not, and what is old. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "study/upload.h"

struct upload_world {
    struct scratch     scratch;
    struct data_folder folder;
};

static void world_make(struct upload_world *world)
{
    struct err err;

    scratch_make(&world->scratch);
    MUST(data_folder_open(world->scratch.path, &world->folder, &err));
}

static bool add(struct upload_world *world, const char *id, int64_t offset, const char *piece, struct err *err)
{
    struct upload upload;
    int           file;

    if (!upload_open(&world->folder, id, offset, &upload, &file, err)) return false;
    assert_int_equal(pwrite(file, piece, strlen(piece), offset), strlen(piece));
    assert_int_equal(close(file), 0);
    return true;
}

static void pieces_follow_each_other_until_it_is_whole(void **state)
{
    struct upload_world world;
    struct upload       upload, seen;
    struct text         bytes;
    struct err          err;

    (void)state;
    world_make(&world);
    MUST(upload_create(&world.folder, "my \"first\" matrix.npy", 10, &upload, &err));
    assert_int_equal(strlen(upload.id), UPLOAD_ID_BYTES - 1);
    assert_int_equal(upload.received, 0);
    MUST(add(&world, upload.id, 0, "0123", &err));
    MUST_REFUSE(add(&world, upload.id, 0, "0123", &err), ERR_CONFLICT,
                "4 of 10 bytes are received; the next piece begins there, not at 0");
    MUST_REFUSE(add(&world, upload.id, 5, "5", &err), ERR_CONFLICT, "not at 5");
    MUST_REFUSE(upload_whole(&world.folder, upload.id, &seen, &err), ERR_CONFLICT,
                "of 'my \"first\" matrix.npy' only 4 of 10 bytes are uploaded");
    MUST(add(&world, upload.id, 4, "456789", &err));
    MUST(upload_whole(&world.folder, upload.id, &seen, &err));
    assert_string_equal(seen.name, "my \"first\" matrix.npy");
    assert_int_equal(seen.byte_count, 10);
    scratch_read(seen.path, &bytes);
    assert_string_equal(bytes.data, "0123456789");
    text_close(&bytes);
    upload_delete(&world.folder, upload.id);
    MUST_REFUSE(upload_find(&world.folder, upload.id, &seen, &err), ERR_NOT_FOUND, "there is no upload");
    upload_delete(&world.folder, upload.id);
    scratch_remove(&world.scratch);
}

static void an_id_is_never_a_path(void **state)
{
    static const char *const IDS[] = {"",
                                      ".",
                                      "..",
                                      "../dinolab.db",
                                      "0123456789abcdef0123456789abcdeF",
                                      "0123456789abcdef0123456789abcdef/",
                                      "0123456789abcdef0123456789abcdef"};
    struct upload_world      world;
    struct upload            upload;
    struct err               err;

    (void)state;
    world_make(&world);
    for (size_t i = 0; i < sizeof IDS / sizeof IDS[0]; i++)
        MUST_REFUSE(upload_find(&world.folder, IDS[i], &upload, &err), ERR_NOT_FOUND, "there is no upload");
    scratch_remove(&world.scratch);
}

static void limits_are_said_before_a_byte_is_sent(void **state)
{
    struct upload_world world;
    struct upload       upload, refused;
    struct err          err;
    char                name[UPLOAD_NAME_BYTES + 1];

    (void)state;
    world_make(&world);
    MUST_REFUSE(upload_create(&world.folder, "big", UPLOAD_BYTES_MAX + 1, &upload, &err), ERR_TOO_LARGE, "8 GiB");
    MUST_REFUSE(upload_create(&world.folder, "none", 0, &upload, &err), ERR_TOO_LARGE, "byte_count must be from 1");
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    MUST_REFUSE(upload_create(&world.folder, name, 1, &upload, &err), ERR_INVALID, "name must have 1 to 255 bytes");
    for (int i = 0; i < UPLOAD_COUNT_MAX; i++) MUST(upload_create(&world.folder, "one of many", 1, &upload, &err));
    MUST_REFUSE(upload_create(&world.folder, "one too many", 1, &refused, &err), ERR_TOO_MANY, "200 uploads");
    upload_delete(&world.folder, upload.id);
    MUST(upload_create(&world.folder, "in its place", 1, &upload, &err));
    scratch_remove(&world.scratch);
}

static void what_nobody_went_on_with_is_removed(void **state)
{
    struct upload_world world;
    struct upload       upload, half, found;
    struct err          err;
    char                about[PATH_BYTES + 8];
    int                 count;

    (void)state;
    world_make(&world);
    scratch_write_text(&world.scratch, "uploads/note", "not an upload");
    MUST(upload_create(&world.folder, "old", 10, &upload, &err));
    MUST(upload_create(&world.folder, "without its name", 10, &half, &err));
    (void)snprintf(about, sizeof about, "%s.about", half.path);
    assert_int_equal(unlink(about), 0);
    MUST_REFUSE(upload_find(&world.folder, half.id, &found, &err), ERR_NOT_FOUND, "there is no upload");
    MUST(upload_expire(&world.folder, 1000, &count, &err)); /* 1970: nothing is that old */
    assert_int_equal(count, 0);
    MUST(upload_find(&world.folder, upload.id, &found, &err));
    MUST(upload_expire(&world.folder, INT64_C(1) << 50, &count, &err));
    assert_int_equal(count, 2);
    MUST_REFUSE(upload_find(&world.folder, upload.id, &found, &err), ERR_NOT_FOUND, "there is no upload");
    scratch_file(&world.scratch, "uploads/note", about);
    assert_int_equal(access(about, F_OK), 0);
    scratch_remove(&world.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_follow_each_other_until_it_is_whole),
        cmocka_unit_test(an_id_is_never_a_path),
        cmocka_unit_test(limits_are_said_before_a_byte_is_sent),
        cmocka_unit_test(what_nobody_went_on_with_is_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
