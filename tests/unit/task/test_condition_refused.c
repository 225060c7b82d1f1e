/* What the sampler says when the material or the settings do not allow a condition. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "candidates.h"
#include "task/condition.h"

static void assert_refused(const struct condition_settings *settings, const struct material *material, const char *sentence_part)
{
    struct condition condition = {.trial_count = 99};
    struct err       err       = {0};

    assert_false(condition_sample(settings, material->candidates, material->count, &condition, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    if (strstr(err.message, sentence_part) == NULL) fail_msg("'%s' does not say '%s'", err.message, sentence_part);
    assert_null(condition.trials);
    assert_int_equal(condition.trial_count, 0);
    condition_close(&condition);
}

static void a_bin_that_cannot_be_filled_is_named_with_its_numbers(void **state)
{
    struct material          *material = test_calloc(1, sizeof *material);
    struct condition_settings settings = settings_of(TASK_CATEGORY, 1);

    (void)state;
    add_full_bins(material, 24, 0);
    material->candidates[3].loading = 0.2; /* from bin 4 to bin 1 */
    assert_refused(&settings, material, "bin 4, loadings above 1.2 up to 1.6, has pictures of 23 different objects and needs 24");
    material->candidates[3].loading = 1.3;
    material->candidates[8].object  = material->candidates[3].object;
    assert_refused(&settings, material, "bin 4, loadings above 1.2 up to 1.6, has pictures of 23 different objects and needs 24");
    test_free(material);
}

static void bins_that_need_the_same_objects_are_refused_with_a_sentence(void **state)
{
    struct material          *material = test_calloc(1, sizeof *material);
    struct condition_settings settings = settings_of(TASK_CATEGORY, 1);

    (void)state;
    add_full_bins(material, 24, 0);
    /* two objects fewer: object 1 of bin 2 is that of bin 1, and another of bin 2 belongs to both as well */
    material->candidates[1].object = material->candidates[0].object;
    assert_refused(&settings, material, "needs 24 different objects and gets 23: it has pictures of 24, but the other bins need");
    test_free(material);
}

static void counts_that_do_not_divide_or_do_not_fit_are_refused(void **state)
{
    struct material          *material = rich_material();
    struct condition_settings settings = settings_of(TASK_CATEGORY, 1);

    (void)state;
    settings.trial_count = 0;
    assert_refused(&settings, material, "at least one trial, not 0");
    settings.trial_count = -5;
    assert_refused(&settings, material, "at least one trial, not -5");
    settings.trial_count = 121;
    assert_refused(&settings, material, "121 trials have 121 images");
    settings.trial_count = 115; /* five bins divide it, two halves do not */
    assert_refused(&settings, material, "115 trials have 115 images");
    settings.trial_count = 2000000000;
    assert_refused(&settings, material, "need 2000000000 different images");
    settings             = settings_of(TASK_REWARD, 1);
    settings.trial_count = 58;
    assert_refused(&settings, material, "58 trials have 116 images");
    settings.trial_count = 2000000000;
    assert_refused(&settings, material, "need 4000000000 different images");
    settings                = settings_of(TASK_REWARD, 1);
    settings.practice_count = -1;
    assert_refused(&settings, material, "-1 practice pairs");
    settings.practice_count = 2000000000;
    assert_refused(&settings, material, "2000000000 practice pairs");
    settings                = settings_of(TASK_CATEGORY, 1);
    settings.practice_count = 3;
    assert_refused(&settings, material, "category learning has no practice");
    test_free(material);
}

static void practice_without_objects_or_points_left_is_refused(void **state)
{
    struct material          *material = test_calloc(1, sizeof *material);
    struct condition_settings settings = settings_of(TASK_REWARD, 1);

    (void)state;
    add_full_bins(material, 24, 0);
    for (int i = 0; i < 5; i++) material_add(material, 1000 + i, -1.0);
    assert_refused(&settings, material, "practice needs 6 objects that are not in the main trials, but only 5 of 125 are left");

    settings.trial_count = 100; /* 200 images, evenly spread from 0.01 to 2: every value from 0 to 100 is somebody's */
    memset(material, 0, sizeof *material);
    for (int i = 1; i <= 200; i++) material_add(material, i, 0.01 * i - 0.0001);
    for (int i = 0; i < 6; i++) material_add(material, 1000 + i, -1.0);
    assert_refused(&settings, material, "practice needs 6 different points that are not in the main trials, but only 0 are left");
    test_free(material);
}

static void a_median_that_is_always_tied_and_a_loading_that_is_no_number_are_refused(void **state)
{
    struct material          *material = test_calloc(1, sizeof *material);
    struct condition_settings settings = settings_of(TASK_CATEGORY, 1);

    (void)state;
    add_full_bins(material, 24, 0);
    for (int i = 0; i < material->count; i++)
        if (bin_of(material->candidates[i].loading) == 2) material->candidates[i].loading = 1.0;
    assert_refused(&settings, material, "cannot be split at their median loading: the two middle loadings are equal (1)");
    material->candidates[17].loading = (double)NAN;
    assert_refused(&settings, material, "the loading of the stimulus in row 17 is not a finite number");
    test_free(material);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bin_that_cannot_be_filled_is_named_with_its_numbers),
        cmocka_unit_test(bins_that_need_the_same_objects_are_refused_with_a_sentence),
        cmocka_unit_test(counts_that_do_not_divide_or_do_not_fit_are_refused),
        cmocka_unit_test(practice_without_objects_or_points_left_is_refused),
        cmocka_unit_test(a_median_that_is_always_tied_and_a_loading_that_is_no_number_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
