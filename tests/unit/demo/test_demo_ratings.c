/* The parser of ratings.csv, and the file itself: is there enough of everything for the tasks' sampling? */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "demo/demo_file.h"
#include "demo/demo_ratings.h"

enum { BIN_COUNT = 5, OBJECTS_PER_BIN_MIN = 40, RATINGS_MAX_BYTES = 1024 * 1024 };

static const char RATINGS_PATH[] = "deploy/demo/ratings.csv"; /* tests run at the top of the repository */

#define HEADER "id,object,codepoint,artificial,food,animal\n"

static void good_lines_become_stimuli_in_their_order(void **state)
{
    static const char CSV[] =
        "# a comment, with commas\n" HEADER "cat_face,cat,1f431,0,0.05,1.97\r\n\nhot_pepper,pepper,1f336-fe0f,0,1.121,2";
    struct demo_ratings ratings;
    struct err          err;

    (void)state;
    assert_true(demo_ratings_parse("r.csv", span_of(CSV), &ratings, &err));
    assert_int_equal(ratings.stimulus_count, 2);
    assert_string_equal(ratings.stimuli[0].id, "cat_face");
    assert_string_equal(ratings.stimuli[0].object, "cat");
    assert_string_equal(ratings.stimuli[0].codepoint, "1f431");
    assert_true(ratings.stimuli[0].ratings[0] == 0 && ratings.stimuli[0].ratings[1] == 0.05);
    assert_string_equal(ratings.stimuli[1].codepoint, "1f336-fe0f");
    assert_true(ratings.stimuli[1].ratings[1] == 1.121 && ratings.stimuli[1].ratings[2] == 2);
    demo_ratings_close(&ratings);
    demo_ratings_close(&ratings);
}

static void a_bad_line_is_refused_with_its_number_and_its_fault(void **state)
{
    static const struct {
        const char *csv;
        const char *said;
    } BAD[] = {
        {"", "holds no stimulus"},
        {"# only a comment\n", "holds no stimulus"},
        {HEADER, "holds no stimulus"},
        {"id,object\n", "line 1: the header must be"},
        {HEADER "cat,cat,1f408,0,0\n", "line 2: needs exactly 6 columns"},
        {HEADER "cat,cat,1f408,0,0,2,1\n", "line 2: needs exactly 6 columns"},
        {HEADER "Cat,cat,1f408,0,0,2\n", "line 2: 'Cat' is no name"},
        {HEADER "cat,,1f408,0,0,2\n", "line 2: '' is no name"},
        {HEADER "cat,cat,../1f408,0,0,2\n", "line 2: '../1f408' is no picture name"},
        {HEADER "cat,cat,1F408,0,0,2\n", "'1F408' is no picture name"},
        {HEADER "cat,cat,1f408-,0,0,2\n", "'1f408-' is no picture name"},
        {HEADER "cat,cat,1f408,0,0,2.01\n", "line 2: 'animal' must be a number from 0 to 2, not '2.01'"},
        {HEADER "cat,cat,1f408,-0.1,0,2\n", "'artificial' must be"},
        {HEADER "cat,cat,1f408,0,nan,2\n", "'food' must be"},
        {HEADER "cat,cat,1f408,0,,2\n", "'food' must be"},
        {HEADER "#\ncat,cat,1f408,0,0,2\ncat,cat,1f431,0,0,2\n", "line 4: the id 'cat' occurs twice"},
        {HEADER "cat,cat,1f408,0,0,2\nlynx,lynx,1f408,0,0,2\n", "line 3: the picture '1f408' occurs twice"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct demo_ratings ratings = {0};
        struct err          err     = {0};

        assert_false(demo_ratings_parse("r.csv", span_of(BAD[i].csv), &ratings, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        if (strstr(err.message, BAD[i].said) == NULL) fail_msg("'%s' does not say '%s'", err.message, BAD[i].said);
        assert_null(ratings.stimuli);
    }
}

static void an_endless_line_and_a_nul_byte_are_refused(void **state)
{
    struct demo_ratings ratings = {0};
    struct err          err;
    struct text         csv;

    (void)state;
    text_init(&csv);
    text_add(&csv, HEADER);
    for (int i = 0; i < 600; i++) text_add(&csv, "x");
    assert_false(demo_ratings_parse("r.csv", (struct span){csv.data, csv.length}, &ratings, &err));
    assert_non_null(strstr(err.message, "line 2: longer than"));
    text_reset(&csv);
    text_append(&csv, HEADER "cat\0,cat", strlen(HEADER) + 8);
    assert_false(demo_ratings_parse("r.csv", (struct span){csv.data, csv.length}, &ratings, &err));
    assert_non_null(strstr(err.message, "line 2:"));
    text_close(&csv);
}

static struct demo_ratings read_authored_ratings(void)
{
    struct demo_ratings ratings = {0};
    struct err          err     = {0};
    struct text         csv;

    text_init(&csv);
    if (!demo_file_read(RATINGS_PATH, RATINGS_MAX_BYTES, &csv, &err) ||
        !demo_ratings_parse(RATINGS_PATH, (struct span){csv.data, csv.length}, &ratings, &err))
        fail_msg("%s", err.message);
    text_close(&csv);
    return ratings;
}

/* From 1; 0 for a rating of exactly 0. Bins are open below and closed above; ratings are decimal thousandths. */
static int bin_of(double rating)
{
    return (int)((lround(rating * 1000) + 399) / 400);
}

static bool is_object_counted_before(const struct demo_ratings *ratings, int index, int dimension, int bin)
{
    for (int i = 0; i < index; i++)
        if (bin_of(ratings->stimuli[i].ratings[dimension]) == bin &&
            strcmp(ratings->stimuli[i].object, ratings->stimuli[index].object) == 0)
            return true;
    return false;
}

static void every_bin_of_every_dimension_holds_at_least_forty_objects(void **state)
{
    struct demo_ratings ratings = read_authored_ratings();

    (void)state;
    assert_true(ratings.stimulus_count >= 420);
    for (int dimension = 0; dimension < DEMO_DIMENSION_COUNT; dimension++)
        for (int bin = 1; bin <= BIN_COUNT; bin++) {
            int count = 0;

            for (int i = 0; i < ratings.stimulus_count; i++)
                count += bin_of(ratings.stimuli[i].ratings[dimension]) == bin &&
                         !is_object_counted_before(&ratings, i, dimension, bin);
            if (count < OBJECTS_PER_BIN_MIN) fail_msg("%s, bin %d: %d objects", demo_dimension_name(dimension), bin, count);
        }
    demo_ratings_close(&ratings);
}

/* The median of 24 images from each bin lies in the middle bin, so different values there keep both halves at 60. */
static void no_two_pictures_tie_in_a_middle_bin(void **state)
{
    struct demo_ratings ratings = read_authored_ratings();

    (void)state;
    for (int dimension = 0; dimension < DEMO_DIMENSION_COUNT; dimension++)
        for (int i = 0; i < ratings.stimulus_count; i++)
            for (int j = 0; j < i; j++) {
                double rating = ratings.stimuli[i].ratings[dimension];

                if (bin_of(rating) == 3 && rating == ratings.stimuli[j].ratings[dimension])
                    fail_msg("%s: %s and %s tie", demo_dimension_name(dimension), ratings.stimuli[i].id, ratings.stimuli[j].id);
            }
    demo_ratings_close(&ratings);
}

static void the_authored_file_says_what_it_is(void **state)
{
    struct err  err;
    struct text csv;

    (void)state;
    text_init(&csv);
    assert_true(demo_file_read(RATINGS_PATH, RATINGS_MAX_BYTES, &csv, &err));
    assert_non_null(strstr(csv.data, "# They are not human similarity judgements"));
    assert_false(demo_file_read(RATINGS_PATH, 100, &csv, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
    assert_false(demo_file_read("deploy/demo/nothing.csv", 100, &csv, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    text_close(&csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines_become_stimuli_in_their_order),
        cmocka_unit_test(a_bad_line_is_refused_with_its_number_and_its_fault),
        cmocka_unit_test(an_endless_line_and_a_nul_byte_are_refused),
        cmocka_unit_test(every_bin_of_every_dimension_holds_at_least_forty_objects),
        cmocka_unit_test(no_two_pictures_tie_in_a_middle_bin),
        cmocka_unit_test(the_authored_file_says_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
