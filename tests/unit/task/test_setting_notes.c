/* What is said of settings is complete, and what they ask of the sampler is done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/must.h"
#include "candidates.h"
#include "task/category.h"
#include "task/condition.h"
#include "task/setting_notes.h"

static void assert_all_noted(const char *prefix, const struct json_field *fields, size_t count, int *noted)
{
    for (size_t i = 0; i < count; i++) {
        char path[80];

        (void)snprintf(path, sizeof path, "%s%s", prefix, fields[i].name);
        if (setting_note(path) == NULL) fail_msg("nothing is said of %s", path);
        (*noted)++;
    }
}

static void every_setting_has_a_note_and_every_note_a_setting(void **state)
{
    int noted = 0, count = 0;

    (void)state;
    assert_all_noted("", STUDY_SETTING_FIELDS, STUDY_SETTING_FIELD_COUNT, &noted);
    assert_all_noted("recruitment.", RECRUITMENT_FIELDS, RECRUITMENT_FIELD_COUNT, &noted);
    assert_all_noted("blind.", BLIND_FIELDS, BLIND_FIELD_COUNT, &noted);
    while (SETTING_NOTES[count].path != NULL) count++;
    assert_int_equal(count, noted);
    assert_null(setting_note("colour"));
}

static void assert_no_longer_run(const struct condition *condition, int longest)
{
    int run = 0, julty_count = 0;

    for (int t = 0; t < condition->trial_count; t++) {
        run = t > 0 && condition->trials[t].category == condition->trials[t - 1].category ? run + 1 : 1;
        assert_in_range(run, 1, longest);
        julty_count += condition->trials[t].category == DINOSAUR_JULTY;
    }
    assert_int_equal(2 * julty_count, condition->trial_count);
}

static void no_run_is_longer_than_asked_for(void **state)
{
    struct material *material = rich_material();

    (void)state;
    for (int longest = 1; longest <= 4; longest++)
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct condition_settings settings = settings_of(TASK_CATEGORY, seed);
            struct condition          condition;
            struct err                err = {0};

            settings.longest_run = longest;
            MUST(condition_sample(&settings, material->candidates, material->count, &condition, &err));
            assert_no_longer_run(&condition, longest);
            condition_close(&condition);
        }
    test_free(material);
}

static void bins_are_as_many_and_as_wide_as_asked_for(void **state)
{
    const struct condition_bins bins   = {4, 1.0};
    const struct candidate      some[] = {{0, 0.25}, {1, 0.26}, {1, 0.5}, {2, 1.0}, {3, 1.01}, {4, 0.0}};
    int                         counts[CONDITION_BIN_MAX];

    (void)state;
    condition_objects_of_bins(&bins, some, (int)(sizeof some / sizeof some[0]), counts);
    assert_true(counts[0] == 1 && counts[1] == 1 && counts[2] == 0 && counts[3] == 1);
    assert_int_equal(condition_bin_of(&bins, 1.01), 4);
    assert_int_equal(condition_needed_per_bin(&(struct condition_settings){.task = TASK_REWARD, .trial_count = 60, .bins = bins}),
                     30);
}

static void a_blind_study_ends_with_the_first_rule_that_is_met(void **state)
{
    struct study_settings *settings = test_calloc(1, sizeof *settings);
    struct err             err      = {0};

    (void)state;
    MUST(study_settings_read(TASK_CATEGORY,
                             span_of("{\"blind\": {\"is_blind\": true, \"stop_finished_sessions\": 5,"
                                     " \"stop_at\": \"2027-01-01T00:00:00Z\"}}"),
                             settings, &err));
    assert_true(study_settings_hides(settings, 4, INT64_C(1798761599999)));
    assert_false(study_settings_hides(settings, 5, INT64_C(1798761599999)));
    assert_false(study_settings_hides(settings, 0, INT64_C(1798761600000)));
    settings->blind.is_blind = false;
    assert_false(study_settings_hides(settings, 0, 0));
    test_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_has_a_note_and_every_note_a_setting),
        cmocka_unit_test(no_run_is_longer_than_asked_for),
        cmocka_unit_test(bins_are_as_many_and_as_wide_as_asked_for),
        cmocka_unit_test(a_blind_study_ends_with_the_first_rule_that_is_met),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
