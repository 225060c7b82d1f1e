/* Copies of the database expire by their age; nothing else in the folder does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "store/backup_expiry.h"

enum { DAY_S = 24 * 60 * 60 };

#define NOW_S INT64_C(1800000000)

/* A file as if last written so long ago. */
static void write_aged(const struct scratch *scratch, const char *name, int64_t age_s)
{
    char                  path[PATH_BYTES];
    const struct timespec times[2] = {{.tv_sec = NOW_S - age_s}, {.tv_sec = NOW_S - age_s}};

    scratch_write_text(scratch, name, "bytes");
    scratch_file(scratch, name, path);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static bool is_there(const struct scratch *scratch, const char *name)
{
    char path[PATH_BYTES];

    scratch_file(scratch, name, path);
    return access(path, F_OK) == 0;
}

static int expire(const struct scratch *scratch, int days)
{
    char       path[PATH_BYTES];
    struct err err = {0};
    int        removed_count;

    scratch_file(scratch, "dinolab.db", path);
    MUST(backup_expiry_run(path, days, NOW_S * 1000, &removed_count, &err));
    return removed_count;
}

static void copies_that_are_too_old_go_and_younger_ones_stay(void **state)
{
    struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    write_aged(&scratch, "dinolab.db.before-0002", 31 * DAY_S);
    write_aged(&scratch, "dinolab.db.before-0003", 30 * DAY_S + 1);
    write_aged(&scratch, "dinolab.db.before-0004.partial", 40 * DAY_S);
    write_aged(&scratch, "dinolab.db.before-0005", 30 * DAY_S - 1);
    assert_int_equal(expire(&scratch, 30), 3);
    assert_false(is_there(&scratch, "dinolab.db.before-0002") || is_there(&scratch, "dinolab.db.before-0003"));
    assert_false(is_there(&scratch, "dinolab.db.before-0004.partial"));
    assert_true(is_there(&scratch, "dinolab.db.before-0005"));
    assert_int_equal(expire(&scratch, 30), 0);
    assert_int_equal(expire(&scratch, 29), 1);
    scratch_remove(&scratch);
}

static void zero_days_keep_them_for_ever(void **state)
{
    struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    write_aged(&scratch, "dinolab.db.before-0002", 10000 * INT64_C(86400));
    assert_int_equal(expire(&scratch, 0), 0);
    assert_true(is_there(&scratch, "dinolab.db.before-0002"));
    scratch_remove(&scratch);
}

static void nothing_else_is_touched(void **state)
{
    static const char *const NAMES[] = {
        "dinolab.db",           "dinolab.db-wal",          "dinolab.db.before-12",        "dinolab.db.before-0002.mine",
        "dinolab.db.before-no", "other.db.before-0002",    "dinolab.db.before-00021",     "dinolab.key",
        "before-0002",          "dinolab.db.before-0002x", "copy-dinolab.db.before-0002",
    };
    struct scratch scratch;
    char           folder[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) write_aged(&scratch, NAMES[i], 900 * DAY_S);
    scratch_file(&scratch, "dinolab.db.before-0009", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(expire(&scratch, 1), 0);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) assert_true(is_there(&scratch, NAMES[i]));
    assert_true(is_there(&scratch, "dinolab.db.before-0009"));
    scratch_remove(&scratch);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    struct err err = {0};
    int        removed_count;

    (void)state;
    MUST_REFUSE(backup_expiry_run("/nowhere/dinolab.db", 30, NOW_S * 1000, &removed_count, &err), ERR_STORAGE, "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_that_are_too_old_go_and_younger_ones_stay),
        cmocka_unit_test(zero_days_keep_them_for_ever),
        cmocka_unit_test(nothing_else_is_touched),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
