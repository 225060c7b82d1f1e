/* Pictures along a dimension: each in its bin, and what is shown of a bin goes all through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "study/dimension_view.h"

enum { BINS = 5, PER_BIN = WORLD_STIMULUS_COUNT / BINS };

/* Where the pictures of a bin stand among its values, from 0 (lowest): the world's values are equal steps through 0 to 2. */
struct listed {
    int  places[PER_BIN];
    int  count;
    int  chosen;
    bool is_right; /* every value lies in its bin */
};

static void list_bin(const char **at, int bin, struct listed *out)
{
    const char *end = strstr(*at, "]");

    *out = (struct listed){.is_right = true};
    assert_non_null(end);
    for (const char *value = *at; (value = strstr(value, "\"value\":")) != NULL && value < end; value++) {
        const int step = (int)(strtod(value + strlen("\"value\":"), NULL) * WORLD_STIMULUS_COUNT / 2);

        out->is_right = out->is_right && step / PER_BIN == bin;
        assert_true(out->count < PER_BIN);
        out->places[out->count++] = step % PER_BIN;
    }
    for (const char *chosen = *at; (chosen = strstr(chosen, "\"is_chosen\":true")) != NULL && chosen < end; chosen++)
        out->chosen++;
    *at = end + 1;
}

static void view_of(struct world *world, const struct dimension_view *view, struct listed bins[BINS])
{
    struct text text;
    struct err  err = {0};
    const char *at;

    text_init(&text);
    MUST(dimension_view_json(world->store, &world->folder, view, &text, &err));
    at = strstr(text.data, "\"stimuli\"");
    for (int i = 0; i < BINS; i++) list_bin(&at, i, &bins[i]);
    text_close(&text);
}

static void what_is_shown_goes_through_the_whole_bin(void **state)
{
    struct world          world;
    struct listed         bins[BINS];
    struct dimension_view view = {.set = "pictures", .representation = "task", .limit = PER_BIN};

    (void)state;
    world_open(&world);
    view_of(&world, &view, bins);
    for (int i = 0; i < BINS; i++) {
        assert_int_equal(bins[i].count, PER_BIN);
        assert_true(bins[i].is_right);
        for (int k = 0; k < PER_BIN; k++) assert_int_equal(bins[i].places[k], PER_BIN - 1 - k);
    }
    view.limit = PER_BIN / 2;
    view_of(&world, &view, bins);
    for (int i = 0; i < BINS; i++) {
        assert_int_equal(bins[i].count, PER_BIN / 2);
        for (int k = 0; k < bins[i].count; k++) assert_int_equal(bins[i].places[k], PER_BIN - 2 - 2 * k);
    }
    world_close(&world);
}

static void a_conditions_choice_is_all_there_over_the_limit(void **state)
{
    struct world          world;
    struct listed         bins[BINS];
    struct dimension_view view = {
        .set = "pictures", .representation = "task", .limit = 1, .study = "points", .condition_number = 1};
    int chosen = 0;

    (void)state;
    world_open(&world);
    view_of(&world, &view, bins);
    for (int i = 0; i < BINS; i++) {
        chosen += bins[i].chosen;
        assert_int_equal(bins[i].count, bins[i].chosen > 1 ? bins[i].chosen : 1);
    }
    assert_int_equal(chosen, 8);
    world_close(&world);
}

static void what_is_not_there_is_told(void **state)
{
    struct world                world;
    struct text                 text;
    struct err                  err;
    const struct dimension_view wrong[] = {
        {.set = "none", .representation = "task", .limit = 1},
        {.set = "pictures", .representation = "none", .limit = 1},
        {.set = "pictures", .representation = "words", .dimension = 2, .limit = 1},
        {.set = "pictures", .representation = "words", .limit = 1, .study = "points", .condition_number = 9},
        {.set = "pictures", .representation = "words", .limit = 1, .study = "none", .condition_number = 1}};
    const char *const says[] = {"none", "none", "has 2 dimensions, counted from 0", "there is no condition 9", "study 'none'"};

    (void)state;
    world_open(&world);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        text_init(&text);
        MUST_REFUSE(dimension_view_json(world.store, &world.folder, &wrong[i], &text, &err), ERR_NOT_FOUND, says[i]);
        assert_int_equal(text.length, 0);
        text_close(&text);
    }
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_goes_through_the_whole_bin),
        cmocka_unit_test(a_conditions_choice_is_all_there_over_the_limit),
        cmocka_unit_test(what_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
