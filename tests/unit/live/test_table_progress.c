/* How far the tables are, and the estimate of the time left, on numbers made up here. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "live/table_progress.h"

static struct table_progress *progress_new(int thread_count)
{
    struct err             err;
    struct table_progress *progress = table_progress_new(&err);

    assert_non_null(progress);
    table_progress_set_thread_count(progress, thread_count);
    return progress;
}

static void a_study_nobody_has_looked_at_is_unknown(void **state)
{
    struct table_progress *progress = progress_new(1);
    struct table_counts    counts;

    (void)state;
    assert_false(table_progress_of_study(progress, 1, &counts));
    table_progress_of_all(progress, &counts);
    assert_true(counts.planned == 0 && counts.ready == 0 && counts.failed == 0 && counts.is_left_known && counts.left_s == 0.0);
    table_progress_free(progress);
}

/* Ten conditions; model 0 took 100 ms a table, model 1, of the same learner with three times the features, was not timed yet, model 2's
 * learner never. */
static void the_time_left_comes_from_the_tables_that_were_timed(void **state)
{
    struct model_progress  models[3] = {{1, 0, 100, 4, 0, 4, 400.0}, {2, 0, 300, 0, 0, 0, 0.0}, {2, 1, 300, 10, 0, 0, 0.0}};
    struct table_progress *progress  = progress_new(2);
    struct table_counts    counts;
    struct err             err;

    (void)state;
    MUST(table_progress_set_study(progress, 1, 10, models, 3, &err));
    assert_true(table_progress_of_study(progress, 1, &counts));
    assert_true(counts.planned == 30 && counts.ready == 14 && counts.failed == 0 && counts.is_left_known);
    assert_true(fabs(counts.left_s - 1.8) < 1e-12);
    table_progress_add_ready(progress, 1, 1, 200.0);
    assert_true(table_progress_of_study(progress, 1, &counts));
    assert_true(counts.ready == 15 && fabs(counts.left_s - 1.2) < 1e-12);
    models[2].ready = 9;
    MUST(table_progress_set_study(progress, 1, 10, models, 3, &err));
    assert_true(table_progress_of_study(progress, 1, &counts));
    assert_false(counts.is_left_known); /* nothing says how long the second learner takes */
    table_progress_free(progress);
}

static void a_study_waits_for_those_before_it(void **state)
{
    struct model_progress  model    = {1, 0, 100, 1, 0, 1, 1000.0};
    struct table_progress *progress = progress_new(1);
    struct table_counts    counts;
    struct err             err;

    (void)state;
    MUST(table_progress_set_study(progress, 7, 5, &model, 1, &err));
    MUST(table_progress_set_study(progress, 3, 2, &model, 1, &err));
    assert_true(table_progress_of_study(progress, 7, &counts) && counts.left_s == 4.0);
    assert_true(table_progress_of_study(progress, 3, &counts) && counts.left_s == 5.0);
    table_progress_of_all(progress, &counts);
    assert_true(counts.planned == 7 && counts.ready == 2 && counts.left_s == 5.0);
    table_progress_add_ready(progress, 3, 0, 1000.0);
    assert_true(table_progress_of_study(progress, 3, &counts) && counts.is_left_known && counts.left_s == 0.0);
    table_progress_free(progress);
}

static void what_failed_is_counted_until_it_is_tried_again(void **state)
{
    struct model_progress  models[2] = {{1, 0, 100, 3, 0, 3, 30.0}, {2, 0, 100, 1, 0, 1, 10.0}};
    struct table_progress *progress  = progress_new(1);
    struct table_counts    counts;
    struct err             err;

    (void)state;
    MUST(table_progress_set_study(progress, 1, 4, models, 2, &err));
    table_progress_add_failed(progress, 1, 0);
    table_progress_fail_representation(progress, 2);
    table_progress_fail_representation(progress, 2); /* another thread found out at the same time */
    assert_true(table_progress_of_study(progress, 1, &counts));
    assert_true(counts.ready == 4 && counts.failed == 4 && !counts.is_left_known);
    table_progress_forget_failed(progress);
    assert_true(table_progress_of_study(progress, 1, &counts));
    assert_true(counts.failed == 0 && counts.is_left_known && fabs(counts.left_s - 0.04) < 1e-12);
    table_progress_free(progress);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_nobody_has_looked_at_is_unknown),
        cmocka_unit_test(the_time_left_comes_from_the_tables_that_were_timed),
        cmocka_unit_test(a_study_waits_for_those_before_it),
        cmocka_unit_test(what_failed_is_counted_until_it_is_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
