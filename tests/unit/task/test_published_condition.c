/* Condition files in the form of the 2024 experiments: read, held against loadings, written as our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/must.h"
#include "task/published_condition.h"

/* By row; "many" stands for an object with several images of which none is the file. */
static const struct published_stimulus STIMULI[] = {{"ant", 0.1}, {"bee", 0.4}, {"hot_dog", 1.2}, {"car", 1.9}};

static int row_of(void *argument, const char *object, const char *file)
{
    (void)argument;
    if (strcmp(object, "many") == 0) return PUBLISHED_NOT_ONE;
    for (int i = 0; i < 4; i++)
        if (strcmp(STIMULI[i].name, object) == 0 && strncmp(file, object, strlen(object)) == 0) return i;
    return PUBLISHED_NOT_THERE;
}

static bool read(enum task_kind task, int number, const char *text, struct explicit_condition *out, struct err *err)
{
    return published_condition_read(span_of(text), task, number, row_of, NULL, out, err);
}

#define SHOWN(object, category)                                                                                                  \
    "{\"stimulus\":\"stimuli\\/" object "\\/" object "_08n.jpg\",\"true_category\":\"" category "\",\"true_keyboard\":\"f\"}"

#define PAIRS(points)                                                                                                            \
    "{\"arm_0_image\":{\"0\":\"stimuli/ant/ant_1.jpg\",\"1\":\"stimuli/bee/bee_1.jpg\"},"                                        \
    "\"arm_1_image\":{\"0\":\"stimuli/car/car_1.jpg\",\"1\":\"stimuli/hot_dog/hot_dog_1.jpg\"},"                                 \
    "\"arm_0_reward\":{\"0\":0,\"1\":17},\"arm_1_reward\":{\"0\":100,\"1\":" points                                              \
    "},\"reward_dimension\":{\"0\":2,\"1\":2},\"max_reward\":{\"0\":100,\"1\":61}}"

static void a_list_of_pictures_and_categories_is_a_condition(void **state)
{
    struct explicit_condition condition;
    struct text               text;
    struct err                err = {0};

    (void)state;
    MUST(read(TASK_CATEGORY, 5,
              "[" SHOWN("car", "Folty") "," SHOWN("ant", "Julty") "," SHOWN("bee", "Julty") "," SHOWN("hot_dog", "Folty") "]",
              &condition, &err));
    assert_int_equal(condition.condition_number, 5);
    assert_int_equal(condition.dimension, 1);
    assert_int_equal(condition.high_dinosaur, DINOSAUR_FOLTY);
    assert_int_equal(condition.condition.trial_count, 4);
    assert_int_equal(condition.condition.trials[3].left_stimulus, 2);
    MUST(published_condition_check(TASK_CATEGORY, &condition, STIMULI, &err));
    text_init(&text);
    published_condition_write(TASK_CATEGORY, &condition, STIMULI, &text);
    assert_non_null(strstr(text.data,
                           "{\"condition_number\":5,\"dimension\":1,\"high_dinosaur\":\"folty\",\"trials\":[{\"image\":"
                           "\"car\",\"category\":\"folty\"},{\"image\":\"ant\",\"category\":\"julty\"}"));
    text_close(&text);
    condition.condition.trials[1].category = DINOSAUR_FOLTY;
    MUST_REFUSE(published_condition_check(TASK_CATEGORY, &condition, STIMULI, &err), ERR_INVALID,
                "trial 1, image 'ant': the file says folty, but 0.1 on dimension 2 is in the low half, which is for julty");
    condition.condition.trial_count = 3;
    MUST_REFUSE(published_condition_check(TASK_CATEGORY, &condition, STIMULI, &err), ERR_INVALID, "into two halves");
    condition_close(&condition.condition);
}

static void columns_of_pairs_are_a_condition(void **state)
{
    struct explicit_condition condition;
    struct text               text;
    struct err                err = {0};

    (void)state;
    MUST(read(TASK_REWARD, 3, PAIRS("61"), &condition, &err));
    assert_int_equal(condition.dimension, 2);
    assert_int_equal(condition.condition.trial_count, 2);
    MUST(published_condition_check(TASK_REWARD, &condition, STIMULI, &err));
    text_init(&text);
    published_condition_write(TASK_REWARD, &condition, STIMULI, &text);
    assert_non_null(
        strstr(text.data, "{\"left_image\":\"bee\",\"right_image\":\"hot_dog\",\"left_points\":17,\"right_points\":61}"));
    text_close(&text);
    condition_close(&condition.condition);
    MUST(read(TASK_REWARD, 3, PAIRS("62"), &condition, &err));
    MUST_REFUSE(published_condition_check(TASK_REWARD, &condition, STIMULI, &err), ERR_INVALID,
                "trial 1, image 'hot_dog': the file says 62 points, but 1.2 on dimension 3 is worth 61");
    condition_close(&condition.condition);
}

static void what_is_no_condition_is_refused(void **state)
{
    static const struct {
        enum task_kind task;
        const char    *text;
        const char    *sentence;
    } REFUSED[] = {
        {TASK_CATEGORY, "{}", "a condition of category learning is a list of trials"},
        {TASK_CATEGORY, "[]", "there are not 1 to 1000 trials"},
        {TASK_CATEGORY, "[7]", "trial 0 is not an object"},
        {TASK_CATEGORY, "[{}]", "trial 0: the image is missing"},
        {TASK_CATEGORY, "[{\"stimulus\":\"ant.jpg\"}]", "trial 0: 'ant.jpg' is not stimuli/<object>/<file>"},
        {TASK_CATEGORY, "[{\"stimulus\":\"stimuli/ant/\"}]", "is not stimuli/<object>/<file>"},
        {TASK_CATEGORY, "[" SHOWN("cow", "Julty") "]", "trial 0: the stimulus set has no image 'stimuli/cow/cow_08n.jpg'"},
        {TASK_CATEGORY, "[" SHOWN("many", "Julty") "]", "trial 0: the stimulus set has several images of 'many'"},
        {TASK_CATEGORY, "[" SHOWN("ant", "Jolly") "]", "trial 0: true_category is Julty or Folty"},
        {TASK_REWARD, "[]", "a condition of reward learning is an object of columns"},
        {TASK_REWARD, "{}", "there are not 1 to 1000 trials"},
        {TASK_REWARD, PAIRS("101"), "trial 1: arm_1_reward is a whole number from 0 to 100"},
        {TASK_REWARD, PAIRS("\"x\""), "trial 1: arm_1_reward is a whole number from 0 to 100"},
        {TASK_REWARD, "{\"arm_0_image\":{\"0\":\"a/ant/ant.jpg\"}}", "trial 0: the image is missing"},
    };
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        struct explicit_condition condition = {0};

        MUST_REFUSE(read(REFUSED[i].task, 1, REFUSED[i].text, &condition, &err), ERR_INVALID, REFUSED[i].sentence);
        condition_close(&condition.condition);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_pictures_and_categories_is_a_condition),
        cmocka_unit_test(columns_of_pairs_are_a_condition),
        cmocka_unit_test(what_is_no_condition_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
