/* Where pictures come from: ids and objects by place, what is passed over, and zip files that mean harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/stat.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "../support/zips.h"
#include "study/picture_source.h"

enum { BOMB_BYTES = 40 * 1000 * 1000, BOMB_COUNT = 7 };

static const char *const PATHS[] = {"all/cat/cat_02.jpg", "all/cat/cat_01.JPEG", "all/car/car.png",  "alone.webp",
                                    "all/cat/notes.txt",  "all/cat/.hidden.jpg", ".git/picture.jpg", "all/deep/down/bee/b.jpg"};
enum { PATH_COUNT = sizeof PATHS / sizeof PATHS[0] };

static void write_folder(const struct scratch *scratch)
{
    static const char *const FOLDERS[] = {"top",      "top/all",      "top/all/cat",       "top/all/car",
                                          "top/.git", "top/all/deep", "top/all/deep/down", "top/all/deep/down/bee"};
    char                     path[PATH_BYTES];

    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
        scratch_file(scratch, FOLDERS[i], path);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < PATH_COUNT; i++) {
        char name[128];

        (void)snprintf(name, sizeof name, "top/%s", PATHS[i]);
        scratch_write_text(scratch, name, PATHS[i]);
    }
}

static void write_zip(const char *path)
{
    struct zip_entry entries[PATH_COUNT];

    for (size_t i = 0; i < PATH_COUNT; i++) entries[i] = (struct zip_entry){PATHS[i], PATHS[i], strlen(PATHS[i]), false};
    zips_write(path, entries, PATH_COUNT);
}

/* The entries, in order, and that each gives the bytes of its own file. */
static void assert_entries(const char *path)
{
    static const struct {
        const char *name;
        const char *object;
        const char *content;
    } WANTED[]                    = {{"alone", "alone", "alone.webp"},
                                     {"bee/b", "bee", "all/deep/down/bee/b.jpg"},
                                     {"car/car", "car", "all/car/car.png"},
                                     {"cat/cat_01", "cat", "all/cat/cat_01.JPEG"},
                                     {"cat/cat_02", "cat", "all/cat/cat_02.jpg"}};
    struct err             err    = {0};
    struct picture_source *source = picture_source_open(path, 2, &err);

    if (source == NULL) fail_msg("%s", err.message);
    assert_int_equal(picture_source_count(source), 5);
    for (int i = 0; i < 5; i++) {
        struct text text;

        text_init(&text);
        assert_string_equal(picture_source_entry(source, i)->name, WANTED[i].name);
        assert_string_equal(picture_source_entry(source, i)->object, WANTED[i].object);
        MUST(picture_source_read(source, i, i % 2, &text, &err));
        assert_int_equal(text.length, strlen(WANTED[i].content));
        assert_memory_equal(text.data, WANTED[i].content, text.length);
        text_close(&text);
    }
    picture_source_close(source);
}

static void a_folder_and_its_zip_give_the_same_entries(void **state)
{
    struct scratch scratch;
    char           path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    write_folder(&scratch);
    scratch_file(&scratch, "top", path);
    assert_entries(path);
    scratch_file(&scratch, "made.zip", path);
    write_zip(path);
    assert_entries(path);
    scratch_remove(&scratch);
}

static void a_zip_with_a_name_that_leads_out_is_refused_whole(void **state)
{
    static const char *const NAMES[] = {"../evil.jpg", "cat/../../evil.jpg", "/etc/evil.jpg", "cat\\..\\evil.jpg", "C:evil.jpg",
                                        "cat/..",      "../notes.txt"};
    struct scratch           scratch;
    struct err               err;
    char                     path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "evil.zip", path);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const struct zip_entry entries[2] = {{"cat/good.jpg", "x", 1, true}, {NAMES[i], "x", 1, true}};

        zips_write(path, entries, 2);
        MUST_REFUSE(picture_source_open(path, 1, &err) != NULL, ERR_INVALID, "which leads out of its folder");
    }
    scratch_remove(&scratch);
}

static void dots_in_a_name_do_not_lead_out(void **state)
{
    const struct zip_entry entries[2] = {{"cat/two..dots.jpg", "x", 1, true}, {"..cat/a.b.jpg", "x", 1, true}};
    struct scratch         scratch;
    struct err             err = {0};
    struct picture_source *source;
    char                   path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "good.zip", path);
    zips_write(path, entries, 2);
    source = picture_source_open(path, 1, &err);
    if (source == NULL) fail_msg("%s", err.message);
    assert_int_equal(picture_source_count(source), 1); /* the other is hidden by its first dot */
    assert_string_equal(picture_source_entry(source, 0)->name, "cat/two..dots");
    picture_source_close(source);
    scratch_remove(&scratch);
}

static void a_zip_that_unpacks_to_far_more_than_pictures_do_is_refused(void **state)
{
    struct zip_entry entries[BOMB_COUNT];
    char             names[BOMB_COUNT][16];
    struct scratch   scratch;
    struct err       err;
    char             path[PATH_BYTES];
    char            *zeros = calloc(BOMB_BYTES, 1);

    (void)state;
    assert_non_null(zeros);
    scratch_make(&scratch);
    scratch_file(&scratch, "bomb.zip", path);
    for (int i = 0; i < BOMB_COUNT; i++) {
        (void)snprintf(names[i], sizeof names[i], "cat/%d.png", i);
        entries[i] = (struct zip_entry){names[i], zeros, BOMB_BYTES, false};
    }
    zips_write(path, entries, BOMB_COUNT);
    MUST_REFUSE(picture_source_open(path, 1, &err) != NULL, ERR_INVALID, "pictures do not do that");
    free(zeros);
    scratch_remove(&scratch);
}

static void without_pictures_there_is_no_source(void **state)
{
    const struct zip_entry entries[2] = {{"cat/notes.txt", "x", 1, true}, {"__MACOSX/cat/._a.jpg", "x", 1, true}};
    struct scratch         scratch;
    struct err             err;
    char                   path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    MUST_REFUSE(picture_source_open(scratch.path, 1, &err) != NULL, ERR_INVALID, "has no JPEG, PNG or WebP pictures");
    scratch_file(&scratch, "made.zip", path);
    MUST_REFUSE(picture_source_open(path, 1, &err) != NULL, ERR_NOT_FOUND, "there is no folder or zip file");
    zips_write(path, entries, 2);
    MUST_REFUSE(picture_source_open(path, 1, &err) != NULL, ERR_INVALID, "has no JPEG, PNG or WebP pictures");
    scratch_remove(&scratch);
}

static int backwards_without_cars(void *argument, const struct picture_entry *entry)
{
    const char *left_out = argument;

    return strcmp(entry->object, left_out) == 0 ? -1 : 'z' - entry->object[0];
}

static void entries_are_arranged_and_left_out(void **state)
{
    struct scratch         scratch;
    struct err             err = {0};
    struct picture_source *source;
    char                   path[PATH_BYTES], car[] = "car";

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "made.zip", path);
    write_zip(path);
    source = picture_source_open(path, 1, &err);
    if (source == NULL) fail_msg("%s", err.message);
    picture_source_arrange(source, backwards_without_cars, car);
    assert_int_equal(picture_source_count(source), 4);
    assert_string_equal(picture_source_entry(source, 0)->name, "cat/cat_01");
    assert_string_equal(picture_source_entry(source, 1)->name, "cat/cat_02");
    assert_string_equal(picture_source_entry(source, 2)->name, "bee/b");
    assert_string_equal(picture_source_entry(source, 3)->name, "alone");
    picture_source_close(source);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_and_its_zip_give_the_same_entries),
        cmocka_unit_test(a_zip_with_a_name_that_leads_out_is_refused_whole),
        cmocka_unit_test(dots_in_a_name_do_not_lead_out),
        cmocka_unit_test(a_zip_that_unpacks_to_far_more_than_pictures_do_is_refused),
        cmocka_unit_test(without_pictures_there_is_no_source),
        cmocka_unit_test(entries_are_arranged_and_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
