/* What every sampled condition must be, over many seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "candidates.h"
#include "task/condition.h"
#include "task/condition_pool.h"

static void sample(const struct condition_settings *settings, const struct material *material, struct condition *out)
{
    struct err err = {0};

    if (!condition_sample(settings, material->candidates, material->count, out, &err)) fail_msg("%s", err.message);
}

static int list_rows(const struct planned_trial *trials, int trial_count, int *rows)
{
    int count = 0;

    for (int t = 0; t < trial_count; t++) {
        rows[count++] = trials[t].left_stimulus;
        if (trials[t].right_stimulus >= 0) rows[count++] = trials[t].right_stimulus;
    }
    return count;
}

static void assert_images_are_as_the_papers_drew_them(const struct material *material, const struct condition *condition)
{
    int rows[3 * TRIALS_CATEGORY];
    int in_bin[CONDITION_BIN_COUNT + 1] = {0};
    int main_count                      = list_rows(condition->trials, condition->trial_count, rows);
    int count = main_count + list_rows(condition->practice, condition->practice_count, rows + main_count);

    assert_int_equal(main_count, 120);
    for (int i = 0; i < count; i++) {
        assert_in_range(rows[i], 0, material->count - 1);
        for (int j = 0; j < i; j++)
            assert_int_not_equal(material->candidates[rows[i]].object, material->candidates[rows[j]].object);
        if (i < main_count) in_bin[bin_of(material->candidates[rows[i]].loading)]++;
    }
    for (int bin = 0; bin < CONDITION_BIN_COUNT; bin++) assert_int_equal(in_bin[bin], 24);
}

static void every_category_condition_has_24_images_a_bin_and_60_above_the_median(void **state)
{
    struct material *material = rich_material();

    (void)state;
    for (uint64_t seed = 0; seed < SEED_COUNT; seed++) {
        struct condition_settings settings = settings_of(TASK_CATEGORY, seed);
        struct condition          condition;
        int                       high_count = 0;
        double                    low_end = -1.0, high_start = 3.0;

        sample(&settings, material, &condition);
        assert_int_equal(condition.practice_count, 0);
        assert_null(condition.practice);
        assert_images_are_as_the_papers_drew_them(material, &condition);
        for (int t = 0; t < condition.trial_count; t++) {
            double loading = material->candidates[condition.trials[t].left_stimulus].loading;

            assert_int_equal(condition.trials[t].right_stimulus, -1);
            if (condition.trials[t].category == settings.high_dinosaur) {
                high_count++;
                if (loading < high_start) high_start = loading;
            } else if (loading > low_end) {
                low_end = loading;
            }
        }
        assert_int_equal(high_count, 60);
        assert_true(low_end < high_start);
        condition_close(&condition);
    }
    test_free(material);
}

static void assert_practice_is_apart(const struct condition *condition)
{
    bool is_used[POINTS_MAX + 1] = {false};

    assert_int_equal(condition->practice_count, PRACTICE);
    for (int t = 0; t < condition->trial_count; t++) {
        is_used[condition->trials[t].left_points]  = true;
        is_used[condition->trials[t].right_points] = true;
    }
    for (int t = 0; t < PRACTICE; t++) {
        const int points[] = {condition->practice[t].left_points, condition->practice[t].right_points};

        for (int i = 0; i < CHOICE_COUNT; i++) {
            assert_in_range(points[i], 0, POINTS_MAX);
            assert_false(is_used[points[i]]);
            is_used[points[i]] = true;
        }
    }
}

static void every_reward_condition_scales_points_from_0_to_100_and_practises_with_others(void **state)
{
    struct material *material = rich_material();

    (void)state;
    for (uint64_t seed = 0; seed < SEED_COUNT; seed++) {
        struct condition_settings settings = settings_of(TASK_REWARD, seed);
        struct condition          condition;
        int                       rows[2 * TRIALS_REWARD];
        int                       points_min = 101, points_max = -1;
        double                    loading_min = 3.0, loading_max = -1.0;

        sample(&settings, material, &condition);
        assert_images_are_as_the_papers_drew_them(material, &condition);
        for (int i = 0; i < list_rows(condition.trials, condition.trial_count, rows); i++) {
            double loading = material->candidates[rows[i]].loading;

            if (loading < loading_min) loading_min = loading;
            if (loading > loading_max) loading_max = loading;
        }
        for (int i = 0; i < 2 * TRIALS_REWARD; i++) {
            const struct planned_trial *trial  = &condition.trials[i / 2];
            int                         points = i % 2 == 0 ? trial->left_points : trial->right_points;
            double exact = 100.0 * (material->candidates[rows[i]].loading - loading_min) / (loading_max - loading_min);

            assert_true((double)points >= exact - 0.5 - 1e-9 && (double)points <= exact + 0.5 + 1e-9);
            if (points < points_min) points_min = points;
            if (points > points_max) points_max = points;
        }
        assert_int_equal(points_min, 0);
        assert_int_equal(points_max, POINTS_MAX);
        assert_int_equal(condition.points_min, points_min);
        assert_int_equal(condition.points_max, points_max);
        assert_practice_is_apart(&condition);
        condition_close(&condition);
    }
    test_free(material);
}

static void the_same_seed_gives_the_same_condition_and_another_seed_another(void **state)
{
    struct material *material = rich_material();

    (void)state;
    for (int task = 0; task < TASK_KIND_COUNT; task++)
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct condition_settings settings = settings_of((enum task_kind)task, 2 * seed);
            struct condition          one, same, other;
            size_t                    bytes = (size_t)settings.trial_count * sizeof *one.trials;

            sample(&settings, material, &one);
            sample(&settings, material, &same);
            settings.seed += 2;
            sample(&settings, material, &other);
            assert_memory_equal(one.trials, same.trials, bytes);
            assert_memory_not_equal(one.trials, other.trials, bytes);
            if (settings.practice_count > 0) {
                assert_memory_equal(one.practice, same.practice, PRACTICE * sizeof *one.practice);
                assert_memory_not_equal(one.practice, other.practice, PRACTICE * sizeof *one.practice);
            }
            condition_close(&one);
            condition_close(&same);
            condition_close(&other);
        }
    test_free(material);
}

static void high_and_low_swap_when_the_other_dinosaur_likes_high_loadings(void **state)
{
    struct material          *material = rich_material();
    struct condition_settings settings = settings_of(TASK_CATEGORY, 5);
    struct condition          one, swapped;

    (void)state;
    settings.high_dinosaur = DINOSAUR_FOLTY;
    sample(&settings, material, &one);
    settings.high_dinosaur = DINOSAUR_JULTY;
    sample(&settings, material, &swapped);
    for (int t = 0; t < TRIALS_CATEGORY; t++) {
        assert_int_equal(one.trials[t].left_stimulus, swapped.trials[t].left_stimulus);
        assert_int_not_equal(one.trials[t].category, swapped.trials[t].category);
    }
    condition_close(&one);
    condition_close(&swapped);
    test_free(material);
}

static void objects_and_sides_are_drawn_evenly(void **state)
{
    struct material *material           = test_calloc(1, sizeof *material);
    int              shown[240]         = {0};
    int              higher_right_count = 0, decided_count = 0;

    (void)state;
    add_full_bins(material, 48, 0);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct condition_settings settings = settings_of(TASK_REWARD, seed);
        struct condition          condition;

        sample(&settings, material, &condition);
        for (int t = 0; t < TRIALS_REWARD; t++) {
            const struct planned_trial *trial = &condition.trials[t];

            shown[trial->left_stimulus]++;
            shown[trial->right_stimulus]++;
            if (trial->left_points != trial->right_points) decided_count++;
            if (trial->left_points < trial->right_points) higher_right_count++;
        }
        condition_close(&condition);
    }
    /* each of 48 objects a bin is drawn with probability 1/2: sd 15.8 over 1000 conditions; 6 sd around the mean */
    for (int i = 0; i < 240; i++) assert_in_range(shown[i], 500 - 95, 500 + 95);
    assert_true(abs(2 * higher_right_count - decided_count) < 6 * 245); /* sd sqrt(60000) = 245 */
    test_free(material);
}

static void a_set_that_just_suffices_works_for_both_tasks(void **state)
{
    struct material *material = test_calloc(1, sizeof *material);

    (void)state;
    add_full_bins(material, 24, 0);
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct condition_settings settings = settings_of(TASK_CATEGORY, seed);
        struct condition          condition;

        sample(&settings, material, &condition);
        assert_images_are_as_the_papers_drew_them(material, &condition);
        condition_close(&condition);
    }
    for (int i = 0; i < 2 * PRACTICE; i++) material_add(material, 1000 + i, i % 2 == 0 ? -1.0 : 5.0);
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct condition_settings settings = settings_of(TASK_REWARD, seed);
        struct condition          condition;

        sample(&settings, material, &condition);
        assert_images_are_as_the_papers_drew_them(material, &condition);
        assert_practice_is_apart(&condition);
        condition_close(&condition);
    }
    test_free(material);
}

/* Bins in a chain: 24 objects in bin 1 only through pictures that also lie in bin 2, and so on; only one assignment is left for
 * most, and a draw that fills bin after bin at random hardly ever finds it. */
static void objects_in_several_bins_are_assigned_so_that_every_bin_is_filled(void **state)
{
    struct material *material = test_calloc(1, sizeof *material);

    (void)state;
    for (int bin = 0; bin < CONDITION_BIN_COUNT; bin++)
        for (int i = 0; i < 24; i++) {
            material_add(material, 24 * bin + i, 0.4 * bin + 0.01 + 0.01 * i);
            for (int further = bin + 1; further < CONDITION_BIN_COUNT; further++)
                material_add(material, 24 * bin + i, 0.4 * further + 0.011 + 0.01 * i);
        }
    for (uint64_t seed = 0; seed < 50; seed++)
        for (int task = 0; task < TASK_KIND_COUNT; task++) {
            struct condition_settings settings = settings_of((enum task_kind)task, seed);
            struct condition          condition;

            settings.practice_count = 0;
            sample(&settings, material, &condition);
            assert_images_are_as_the_papers_drew_them(material, &condition);
            condition_close(&condition);
        }
    test_free(material);
}

static void a_tie_at_the_median_is_avoided_when_another_draw_has_none(void **state)
{
    struct material *material = test_calloc(1, sizeof *material);

    (void)state;
    add_full_bins(material, 24, 0);
    /* 18 objects each of two values in the middle bin: the split is untied only when 12 of each are drawn, in 27 % of the draws */
    for (int i = 0; i < material->count; i++)
        if (bin_of(material->candidates[i].loading) == 2) material->candidates[i].loading = i < 90 ? 1.0 : 1.05;
    for (int i = 0; i < 12; i++) material_add(material, 500 + i, 1.05);
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct condition_settings settings = settings_of(TASK_CATEGORY, seed);
        struct condition          condition;
        int                       high_count = 0;

        sample(&settings, material, &condition);
        for (int t = 0; t < TRIALS_CATEGORY; t++) high_count += condition.trials[t].category == settings.high_dinosaur;
        assert_int_equal(high_count, 60);
        condition_close(&condition);
    }
    test_free(material);
}

static void bins_are_open_below_and_closed_above(void **state)
{
    (void)state;
    assert_int_equal(condition_pool_bin(0.0), CONDITION_BIN_COUNT);
    assert_int_equal(condition_pool_bin(-0.1), CONDITION_BIN_COUNT);
    assert_int_equal(condition_pool_bin(1e-300), 0);
    assert_int_equal(condition_pool_bin(0.4), 0);
    assert_int_equal(condition_pool_bin(0.8), 1);
    assert_int_equal(condition_pool_bin(1.2), 2);
    assert_int_equal(condition_pool_bin(1.2000000000000002), 3);
    assert_int_equal(condition_pool_bin(1.6), 3);
    assert_int_equal(condition_pool_bin(2.0), 4);
    assert_int_equal(condition_pool_bin(2.0000000000000004), CONDITION_BIN_COUNT);
}

static void objects_of_each_bin_are_counted_once(void **state)
{
    static const struct candidate CANDIDATES[] = {{1, 0.1}, {1, 0.2}, {2, 0.3}, {1, 0.5}, {3, 0.0},
                                                  {3, 2.1}, {2, 0.4}, {4, 2.0}, {1, 0.15}};
    static const int              EXPECTED[]   = {2, 1, 0, 0, 1};
    int                           counts[CONDITION_BIN_COUNT];

    (void)state;
    condition_bin_objects(CANDIDATES, (int)(sizeof CANDIDATES / sizeof CANDIDATES[0]), counts);
    for (int bin = 0; bin < CONDITION_BIN_COUNT; bin++) assert_int_equal(counts[bin], EXPECTED[bin]);
}

static void closing_twice_is_harmless(void **state)
{
    struct material          *material = rich_material();
    struct condition_settings settings = settings_of(TASK_REWARD, 9);
    struct condition          condition;

    (void)state;
    sample(&settings, material, &condition);
    condition_close(&condition);
    condition_close(&condition);
    assert_null(condition.trials);
    test_free(material);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_category_condition_has_24_images_a_bin_and_60_above_the_median),
        cmocka_unit_test(every_reward_condition_scales_points_from_0_to_100_and_practises_with_others),
        cmocka_unit_test(the_same_seed_gives_the_same_condition_and_another_seed_another),
        cmocka_unit_test(high_and_low_swap_when_the_other_dinosaur_likes_high_loadings),
        cmocka_unit_test(objects_and_sides_are_drawn_evenly),
        cmocka_unit_test(a_set_that_just_suffices_works_for_both_tasks),
        cmocka_unit_test(objects_in_several_bins_are_assigned_so_that_every_bin_is_filled),
        cmocka_unit_test(a_tie_at_the_median_is_avoided_when_another_draw_has_none),
        cmocka_unit_test(bins_are_open_below_and_closed_above),
        cmocka_unit_test(objects_of_each_bin_are_counted_once),
        cmocka_unit_test(closing_twice_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
