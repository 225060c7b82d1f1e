/* The data folder: its places, its lock, and files that are there whole or not at all. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"

static int entry_count(const char *path)
{
    DIR *folder = opendir(path);
    int  count  = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL) count++;
    (void)closedir(folder);
    return count - 2; /* . and .. */
}

static void a_folder_is_made_for_its_owner_alone_and_opened_again(void **state)
{
    struct scratch     scratch;
    struct data_folder folder;
    struct stat        what;
    struct err         err = {0};
    char               path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "data", path);
    for (int i = 0; i < 2; i++) MUST(data_folder_open(path, &folder, &err));
    assert_int_equal(stat(path, &what), 0);
    assert_int_equal(what.st_mode & 0777, 0700);
    scratch_file(&scratch, "data/media", path);
    assert_int_equal(stat(path, &what), 0);
    assert_true(S_ISDIR(what.st_mode));
    scratch_remove(&scratch);
}

static void a_folder_that_cannot_be_is_refused_with_its_path(void **state)
{
    struct scratch     scratch;
    struct data_folder folder;
    struct err         err = {0};
    char               path[PATH_BYTES], long_path[2 * PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    MUST_REFUSE(data_folder_open("", &folder, &err), ERR_INVALID, "must have 1 to 895 characters");
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    MUST_REFUSE(data_folder_open(long_path, &folder, &err), ERR_INVALID, "must have 1 to 895 characters");
    scratch_file(&scratch, "no/such/parent", path);
    MUST_REFUSE(data_folder_open(path, &folder, &err), ERR_STORAGE, "No such file or directory");
    scratch_write_text(&scratch, "file", "");
    scratch_file(&scratch, "file", path);
    MUST_REFUSE(data_folder_open(path, &folder, &err), ERR_STORAGE, "Not a directory");
    scratch_remove(&scratch);
}

static void places_follow_from_the_content_alone(void **state)
{
    struct data_folder folder = {.path = "/data"};
    struct secret_hash hash;
    char               path[PATH_BYTES];

    (void)state;
    secret_sha256_of("abc", 3, &hash);
    data_folder_database(&folder, path);
    assert_string_equal(path, "/data/dinolab.db");
    data_folder_media(&folder, &hash, path);
    assert_string_equal(path, "/data/media/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    data_folder_matrix(&folder, &hash, path);
    assert_string_equal(path, "/data/representations/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.npy");
}

static void only_one_program_works_on_a_folder(void **state)
{
    struct scratch     scratch;
    struct data_folder folder;
    struct err         err = {0};
    int                lock;

    (void)state;
    scratch_make(&scratch);
    MUST(data_folder_open(scratch.path, &folder, &err));
    lock = data_folder_lock(&folder, &err);
    assert_true(lock >= 0);
    MUST_REFUSE(data_folder_lock(&folder, &err) >= 0, ERR_BUSY, "another dinolab is working on the data folder");
    assert_non_null(strstr(err.message, scratch.path));
    assert_int_equal(close(lock), 0);
    lock = data_folder_lock(&folder, &err);
    assert_true(lock >= 0);
    assert_int_equal(close(lock), 0);
    scratch_remove(&scratch);
}

static void a_file_is_replaced_whole_and_leaves_nothing_beside_it(void **state)
{
    struct scratch scratch;
    struct text    text;
    struct err     err = {0};
    char           path[PATH_BYTES], folder[PATH_BYTES];
    static char    large[300 * 1000];

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "ab", folder);
    scratch_file(&scratch, "ab/file", path);
    memset(large, 'l', sizeof large);
    MUST(data_folder_write(path, "small", 5, &err)); /* the folder is made */
    MUST(data_folder_write(path, large, sizeof large, &err));
    scratch_read(path, &text);
    assert_int_equal(text.length, sizeof large);
    assert_memory_equal(text.data, large, sizeof large);
    text_close(&text);
    assert_int_equal(entry_count(folder), 1);
    scratch_remove(&scratch);
}

/* The target's name is taken by a folder: the last step fails, the first ones must leave no trace. */
static void a_failed_write_leaves_what_was_there(void **state)
{
    struct scratch scratch;
    struct err     err = {0};
    char           path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "taken", path);
    assert_int_equal(mkdir(path, 0700), 0);
    MUST_REFUSE(data_folder_write(path, "x", 1, &err), ERR_STORAGE, "Is a directory");
    assert_int_equal(entry_count(scratch.path), 1);
    scratch_file(&scratch, "no/such/file", path);
    MUST_REFUSE(data_folder_write(path, "x", 1, &err), ERR_STORAGE, "No such file or directory");
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_made_for_its_owner_alone_and_opened_again),
        cmocka_unit_test(a_folder_that_cannot_be_is_refused_with_its_path),
        cmocka_unit_test(places_follow_from_the_content_alone),
        cmocka_unit_test(only_one_program_works_on_a_folder),
        cmocka_unit_test(a_file_is_replaced_whole_and_leaves_nothing_beside_it),
        cmocka_unit_test(a_failed_write_leaves_what_was_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
