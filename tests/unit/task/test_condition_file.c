/* Conditions written out as JSON: what is read, and which sentence says what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "task/condition_file.h"

static const char *const IMAGES[] = {"cat_face", "car", "hammer", "apple", "robot", "bee", NULL};

static int row_of(void *argument, const char *name)
{
    const char *const *images = argument;

    for (int row = 0; images[row] != NULL; row++)
        if (strcmp(images[row], name) == 0) return row;
    return -1;
}

static bool read_file(const char *json, enum task_kind task, struct condition_file *out, struct err *err)
{
    return condition_file_read(span_of(json), task, row_of, (void *)(uintptr_t)IMAGES, out, err);
}

static void a_category_condition_is_read_with_its_answers(void **state)
{
    struct condition_file file;
    struct err            err = {0};

    (void)state;
    if (!read_file("{\"conditions\": [{\"condition_number\": 4, \"dimension\": 2, \"high_dinosaur\": \"julty\", \"trials\": ["
                   "{\"image\": \"robot\", \"category\": \"julty\"}, {\"image\": \"cat_face\", \"category\": \"folty\"}]},"
                   "{\"condition_number\": 1, \"dimension\": 0, \"trials\": ["
                   "{\"image\": \"cat_face\", \"category\": \"julty\"}, {\"image\": \"robot\", \"category\": \"folty\"}]}]}",
                   TASK_CATEGORY, &file, &err))
        fail_msg("%s", err.message);
    assert_int_equal(file.count, 2);
    assert_int_equal(file.conditions[0].condition_number, 4);
    assert_int_equal(file.conditions[0].dimension, 2);
    assert_int_equal(file.conditions[0].high_dinosaur, DINOSAUR_JULTY);
    assert_int_equal(file.conditions[0].condition.trial_count, 2);
    assert_int_equal(file.conditions[0].condition.practice_count, 0);
    assert_int_equal(file.conditions[0].condition.trials[0].left_stimulus, 4);
    assert_int_equal(file.conditions[0].condition.trials[0].right_stimulus, -1);
    assert_int_equal(file.conditions[0].condition.trials[0].category, DINOSAUR_JULTY);
    assert_int_equal(file.conditions[0].condition.trials[1].left_stimulus, 0);
    assert_int_equal(file.conditions[0].condition.trials[1].category, DINOSAUR_FOLTY);
    assert_int_equal(file.conditions[1].condition_number, 1);
    assert_int_equal(file.conditions[1].high_dinosaur, DINOSAUR_FOLTY); /* not said: Julty got the low half */
    condition_file_close(&file);
    condition_file_close(&file);
}

static void a_reward_condition_is_read_with_practice_and_its_range_of_points(void **state)
{
    struct condition_file   file;
    const struct condition *condition;
    struct err              err = {0};

    (void)state;
    if (!read_file(
            "{\"conditions\": [{\"condition_number\": 1, \"dimension\": 0, \"practice\": ["
            "{\"left_image\": \"apple\", \"right_image\": \"bee\", \"left_points\": 3, \"right_points\": 99}], \"trials\": ["
            "{\"left_image\": \"car\", \"right_image\": \"robot\", \"left_points\": 100, \"right_points\": 7},"
            "{\"left_image\": \"hammer\", \"right_image\": \"cat_face\", \"left_points\": 12, \"right_points\": 12}]}]}",
            TASK_REWARD, &file, &err))
        fail_msg("%s", err.message);
    condition = &file.conditions[0].condition;
    assert_int_equal(condition->trial_count, 2);
    assert_int_equal(condition->practice_count, 1);
    assert_int_equal(condition->practice[0].left_stimulus, 3);
    assert_int_equal(condition->practice[0].right_stimulus, 5);
    assert_int_equal(condition->practice[0].left_points, 3);
    assert_int_equal(condition->practice[0].right_points, 99);
    assert_int_equal(condition->trials[0].left_stimulus, 1);
    assert_int_equal(condition->trials[0].right_stimulus, 4);
    assert_int_equal(condition->trials[0].left_points, 100);
    assert_int_equal(condition->trials[0].right_points, 7);
    assert_int_equal(condition->points_min, 7);
    assert_int_equal(condition->points_max, 100);
    condition_file_close(&file);
}

#define CATEGORY_TRIAL(image, category) "{\"image\": \"" image "\", \"category\": \"" category "\"}"
#define REWARD_TRIAL(left, right, left_points, right_points)                                                                     \
    "{\"left_image\": \"" left "\", \"right_image\": \"" right "\", \"left_points\": " left_points                               \
    ", \"right_points\": " right_points "}"
#define CONDITION(number, members) "{\"condition_number\": " number ", \"dimension\": 0, " members "}"
#define CONDITIONS(conditions)     "{\"conditions\": [" conditions "]}"

struct refusal {
    enum task_kind task;
    const char    *json;
    const char    *sentence;
};

static const struct refusal REFUSALS[] = {
    {TASK_CATEGORY, "", "the JSON text is empty"},
    {TASK_CATEGORY, "[]", "must be a JSON object"},
    {TASK_CATEGORY, "{}", "field 'conditions' is missing"},
    {TASK_CATEGORY, "{\"conditions\": {}}", "field 'conditions' must be an array of 1 to 10000"},
    {TASK_CATEGORY, CONDITIONS(""), "field 'conditions' must be an array of 1 to 10000"},
    {TASK_CATEGORY, CONDITIONS("7"), "conditions[0] must be a JSON object"},
    {TASK_CATEGORY, CONDITIONS(CONDITION("0", "\"trials\": []")), "field 'conditions[0].condition_number' must be an integer"},
    {TASK_CATEGORY, CONDITIONS(CONDITION("3", "\"trials\": []")),
     "condition 3: field 'trials' must be an array of 1 to 1000 trials"},
    {TASK_CATEGORY, CONDITIONS(CONDITION("3", "\"trials\": [" CATEGORY_TRIAL("car", "julty") ", 5]")),
     "condition 3: trials[1] must be a JSON object"},
    {TASK_CATEGORY, CONDITIONS(CONDITION("3", "\"trials\": [" CATEGORY_TRIAL("car", "rex") "]")),
     "condition 3: field 'trials[0].category' must be one of 'folty', 'julty'"},
    {TASK_CATEGORY,
     CONDITIONS(CONDITION("3", "\"trials\": [" CATEGORY_TRIAL("car", "julty") "," CATEGORY_TRIAL("cart", "julty") "]")),
     "condition 3: trials[1]: no image of the stimulus set is named 'cart'"},
    {TASK_CATEGORY,
     CONDITIONS(CONDITION("3", "\"trials\": [" CATEGORY_TRIAL("car", "julty") "," CATEGORY_TRIAL("car", "folty") "]")),
     "condition 3: trials[1]: shows an image that trials[0] shows already (row 1"},
    {TASK_CATEGORY,
     CONDITIONS(
         CONDITION("3", "\"practice\": [" CATEGORY_TRIAL("bee", "julty") "], \"trials\": [" CATEGORY_TRIAL("car", "julty") "]")),
     "condition 3: field 'practice' is for reward learning only"},
    {TASK_CATEGORY, CONDITIONS(CONDITION("3", "\"high_dinosaur\": \"rex\", \"trials\": [" CATEGORY_TRIAL("car", "julty") "]")),
     "field 'conditions[0].high_dinosaur' must be one of"},
    {TASK_CATEGORY, CONDITIONS(CONDITION("3", "\"trials\": [" REWARD_TRIAL("car", "bee", "1", "2") "]")),
     "condition 3: field 'trials[0].left_image' is not known here"},
    {TASK_CATEGORY,
     CONDITIONS(CONDITION("3", "\"trials\": [" CATEGORY_TRIAL("car", "julty") "]") "," CONDITION(
         "3", "\"trials\": [" CATEGORY_TRIAL("bee", "julty") "]")),
     "condition 3 is there twice: conditions[0] and conditions[1]"},
    {TASK_CATEGORY,
     CONDITIONS(CONDITION("1", "\"trials\": [" CATEGORY_TRIAL("car", "julty") "]") "," CONDITION(
         "2", "\"trials\": [" CATEGORY_TRIAL("bee", "julty") "," CATEGORY_TRIAL("car", "julty") "]")),
     "condition 2 has 2 trials, but condition 1 has 1"},
    {TASK_REWARD, CONDITIONS(CONDITION("2", "\"trials\": [" REWARD_TRIAL("car", "bee", "1", "101") "]")),
     "condition 2: field 'trials[0].right_points' must be an integer from 0 to 100"},
    {TASK_REWARD, CONDITIONS(CONDITION("2", "\"trials\": [" REWARD_TRIAL("car", "bee", "1.5", "10") "]")),
     "condition 2: field 'trials[0].left_points' must be an integer from 0 to 100"},
    {TASK_REWARD, CONDITIONS(CONDITION("2", "\"trials\": [" REWARD_TRIAL("car", "car", "1", "10") "]")),
     "condition 2: trials[0]: shows an image that trials[0] shows already (row 1"},
    {TASK_REWARD,
     CONDITIONS(CONDITION("2", "\"practice\": [" REWARD_TRIAL("hammer", "apple", "1", "10") "," REWARD_TRIAL(
                                   "bee", "robot", "1", "10") "], \"trials\": [" REWARD_TRIAL("car", "bee", "1", "10") "]")),
     "condition 2: trials[0]: shows an image that practice[1] shows already (row 5"},
    {TASK_REWARD, CONDITIONS(CONDITION("2", "\"practice\": [" REWARD_TRIAL("who", "apple", "1", "10") "], \"trials\": []")),
     "condition 2: practice[0]: no image of the stimulus set is named 'who'"},
    {TASK_REWARD,
     CONDITIONS(CONDITION("2", "\"high_dinosaur\": \"julty\", \"trials\": [" REWARD_TRIAL("car", "bee", "1", "9") "]")),
     "condition 2: field 'high_dinosaur' is for category learning only"},
};

static void what_is_wrong_is_said_with_condition_trial_and_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
        struct condition_file file = {.count = 9};
        struct err            err  = {0};

        if (read_file(REFUSALS[i].json, REFUSALS[i].task, &file, &err)) fail_msg("accepted: %s", REFUSALS[i].json);
        assert_int_equal(err.kind, ERR_INVALID);
        if (strstr(err.message, REFUSALS[i].sentence) == NULL)
            fail_msg("'%s' does not say '%s'", err.message, REFUSALS[i].sentence);
        assert_int_equal(file.count, 0);
        assert_null(file.conditions);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_category_condition_is_read_with_its_answers),
        cmocka_unit_test(a_reward_condition_is_read_with_practice_and_its_range_of_points),
        cmocka_unit_test(what_is_wrong_is_said_with_condition_trial_and_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
