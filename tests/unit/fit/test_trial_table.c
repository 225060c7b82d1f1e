/* Trials of both tasks from CSV files: order, alike sequences, and sentences with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fit/trial_table.h"
#include "table_text.h"

static bool read_table(const struct table_place *place, enum learner_task task, struct trial_table *table, struct err *err)
{
    struct stimulus_list stimuli;
    bool ok = stimulus_list_read(&stimuli, place->stimuli, err) && trial_table_read(table, place->table, task, &stimuli, err);

    stimulus_list_close(&stimuli);
    return ok;
}

static const char REWARD[] = "participant,trial,left_image,right_image,left_reward,right_reward,choice,rt_ms\n"
                             "10,0,a,b,1,2.5,1,300\n"
                             "10,2,\"c,1\",d,-3,4e1,0,NA\n"
                             "9,0,a,b,1,2.5,0,\n"
                             "9,1,\"c,1\",d,-3,40,1,250\n"
                             "x,5,a,b,1,2.5,0,1\n";

static void reward_trials_are_read_in_order(void **state)
{
    struct table_place place;
    struct trial_table table;
    struct err         err;

    (void)state;
    table_place_make(&place);
    table_place_write(&place, REWARD);
    MUST(read_table(&place, LEARNER_TASK_REWARD, &table, &err));
    assert_int_equal(table.participant_count, 3);
    assert_int_equal(table.trial_count, 5);
    assert_int_equal(table.image_count, 2);
    assert_string_equal(table.labels[0], "9"); /* by value, not as text */
    assert_string_equal(table.labels[1], "10");
    assert_string_equal(table.labels[2], "x");
    assert_int_equal(trial_table_count_of(&table, 0), 2);
    assert_int_equal(table.numbers[3], 2); /* a number may be left out */
    assert_int_equal(table.images[2], 2);
    assert_int_equal(table.images[3], 3);
    assert_true(table.targets[2] == -3.0 && table.targets[3] == 40.0);
    assert_int_equal(table.choices[0], 0);
    assert_int_equal(table.choices[1], 1);
    assert_int_equal(table.participants[4], 2);
    /* 9 and 10 saw the same though the numbers differ; x saw only the first of it */
    assert_int_equal(table.alike[0], 0);
    assert_int_equal(table.alike[1], 0);
    assert_int_equal(table.alike[2], 2);
    trial_table_close(&table);
    scratch_remove(&place.scratch);
}

static void neither_order_of_rows_nor_of_columns_matters(void **state)
{
    struct table_place place;
    struct trial_table table;
    struct err         err;

    (void)state;
    table_place_make(&place);
    table_place_write(&place, "choice,right_reward,left_reward,right_image,note,left_image,trial,participant\r\n"
                              "1.0,40,-3,d,later,\"c,1\",1.0,9\r\n"
                              "0,2.5,1,b,,a,0,x\r\n"
                              "0,2.5,1,b,,a,0,9\r\n");
    MUST(read_table(&place, LEARNER_TASK_REWARD, &table, &err));
    assert_int_equal(table.participant_count, 2);
    assert_int_equal(table.first[1], 2);
    assert_int_equal(table.numbers[0], 0);
    assert_int_equal(table.numbers[1], 1);
    assert_int_equal(table.images[2], 2);
    assert_int_equal(table.images[3], 3);
    assert_true(table.targets[0] == 1.0 && table.targets[1] == 2.5);
    assert_int_equal(table.choices[1], 1);
    trial_table_close(&table);
    scratch_remove(&place.scratch);
}

static void categories_have_names_or_numbers(void **state)
{
    static const double EXPECTED[] = {1.0, 0.0, 1.0, 0.0, 1.0};
    struct table_place  place;
    struct trial_table  table;
    struct err          err;

    (void)state;
    table_place_make(&place);
    table_place_write(&place, "participant,trial,image,category,choice\n"
                              "p,0,a,julty,1\np,1,b,Folty,1\np,2,\"c,1\",JULTY,0\np,3,d,0,0\np,4,a,1,1\n");
    MUST(read_table(&place, LEARNER_TASK_CATEGORY, &table, &err));
    assert_int_equal(table.image_count, 1);
    assert_int_equal(table.trial_count, 5);
    for (int t = 0; t < 5; t++) assert_true(table.targets[t] == EXPECTED[t]);
    trial_table_close(&table);
    scratch_remove(&place.scratch);
}

#define REWARD_HEADER   "participant,trial,left_image,right_image,left_reward,right_reward,choice\n"
#define CATEGORY_HEADER "participant,trial,image,category,choice\n"

static const struct {
    enum learner_task task;
    const char       *text;
    const char       *sentence;
} REFUSED[] = {
    {LEARNER_TASK_REWARD, "", "is empty"},
    {LEARNER_TASK_REWARD, REWARD_HEADER, "has no trials"},
    {LEARNER_TASK_REWARD, "participant,trial,left_image\n1,2,a\n", "the header has no column 'right_image'"},
    {LEARNER_TASK_REWARD, "participant,participant\n", "line 1: the header has the column 'participant' twice"},
    {LEARNER_TASK_CATEGORY, REWARD_HEADER, "the header has no column 'image'"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,2\n", "line 2: 6 fields where the header has 7"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,2,1\np,1,a,z,1,2,1\n", "line 3: the image 'z' is not in"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,2,1\n\np,1,a,b,x,2,1\n", "line 4: left_reward is a number, not 'x'"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,inf,1\n", "line 2: right_reward is a number, not 'inf'"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,nan,1\n", "line 2: right_reward is a number, not 'nan'"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,2,2\n", "line 2: choice is a whole number from 0 to 1, not '2'"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,2,0.5\n", "line 2: choice is a whole number from 0 to 1, not '0.5'"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,2,\n", "line 2: choice is a whole number from 0 to 1, not ''"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,,a,b,1,2,1\n", "line 2: trial is a whole number"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,-1,a,b,1,2,1\n", "line 2: trial is a whole number"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,1e300,a,b,1,2,1\n", "line 2: trial is a whole number"},
    {LEARNER_TASK_REWARD, REWARD_HEADER ",0,a,b,1,2,1\n", "line 2: the participant is empty"},
    {LEARNER_TASK_REWARD, REWARD_HEADER "p,0,a,b,1,2,1\nq,0,a,b,1,2,1\np,0,a,b,1,2,1\n",
     "line 4: trial 0 of participant 'p' comes twice: it is in line 2 already"},
    {LEARNER_TASK_CATEGORY, CATEGORY_HEADER "p,0,a,dino,1\n", "line 2: category is julty or folty (or 1 or 0), not 'dino'"},
    {LEARNER_TASK_CATEGORY, CATEGORY_HEADER "p,0,a,2,1\n", "line 2: category is julty or folty (or 1 or 0), not '2'"},
    {LEARNER_TASK_CATEGORY, CATEGORY_HEADER "p,0,,1,1\n", "line 2: the image '' is not in"},
};

static void what_is_wrong_is_refused_with_file_line_and_reason(void **state)
{
    struct table_place place;
    struct trial_table table;
    struct err         err;

    (void)state;
    table_place_make(&place);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        table_place_write(&place, REFUSED[i].text);
        MUST_REFUSE(read_table(&place, REFUSED[i].task, &table, &err), ERR_INVALID, REFUSED[i].sentence);
        assert_non_null(strstr(err.message, place.table));
        trial_table_close(&table);
    }
    assert_int_equal(remove(place.table), 0);
    MUST_REFUSE(read_table(&place, LEARNER_TASK_REWARD, &table, &err), ERR_NOT_FOUND, place.table);
    trial_table_close(&table);
    scratch_remove(&place.scratch);
}

/* Thousands of rows in several orders: the same table, whichever way the memory grew. */
static void long_tables_are_read_whole(void **state)
{
    enum { PEOPLE = 300, TRIALS = 20 };
    struct table_place place;
    struct trial_table table;
    struct text        text;
    struct err         err;

    (void)state;
    table_place_make(&place);
    for (int order = 0; order < 2; order++) {
        text_init(&text);
        text_add(&text, CATEGORY_HEADER);
        for (int i = 0; i < PEOPLE * TRIALS; i++) {
            const int row = order == 0 ? i : i * 7 % (PEOPLE * TRIALS); /* 7 divides neither: every row once */

            text_printf(&text, "p%d,%d,%c,%d,%d\n", row / TRIALS, row % TRIALS, "abd"[row % 3], row % 2, row % 5 == 0);
        }
        scratch_write(&place.scratch, "table.csv", text.data, text.length);
        text_close(&text);
        MUST(read_table(&place, LEARNER_TASK_CATEGORY, &table, &err));
        assert_int_equal(table.participant_count, PEOPLE);
        for (int t = 0; t < PEOPLE * TRIALS; t++) {
            assert_int_equal(table.numbers[t], t % TRIALS);
            assert_int_equal(table.images[t], "\0\1\3"[t % 3]);
            assert_int_equal(table.choices[t], t % 5 == 0);
        }
        for (int p = 0; p < PEOPLE; p++)
            assert_int_equal(table.alike[p], p % 3); /* 20 trials: images repeat after three people */
        trial_table_close(&table);
    }
    scratch_remove(&place.scratch);
}

/* Read by both tasks' readers: what one refuses the other may take. */
static bool read_spoiled(const char *path, struct err *err)
{
    struct stimulus_list stimuli;
    struct trial_table   table;
    char                 stimuli_path[PATH_BYTES];
    bool                 ok;

    (void)snprintf(stimuli_path, sizeof stimuli_path, "%.*sstimuli.csv", (int)(strrchr(path, '/') - path) + 1, path);
    if (!stimulus_list_read(&stimuli, stimuli_path, err)) fail_msg("%s", err->message);
    ok = trial_table_read(&table, path, LEARNER_TASK_REWARD, &stimuli, err);
    if (ok) assert_in_range(table.trial_count, 1, SPOIL_BYTES_MAX);
    trial_table_close(&table);
    stimulus_list_close(&stimuli);
    return ok;
}

static void spoiled_tables_are_read_or_refused(void **state)
{
    struct table_place place;
    int                read_count;

    (void)state;
    table_place_make(&place);
    read_count = table_place_spoil(&place, REWARD, read_spoiled);
    assert_in_range(read_count, 1, SPOIL_ROUNDS - 1);
    scratch_remove(&place.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reward_trials_are_read_in_order),  cmocka_unit_test(neither_order_of_rows_nor_of_columns_matters),
        cmocka_unit_test(categories_have_names_or_numbers), cmocka_unit_test(what_is_wrong_is_refused_with_file_line_and_reason),
        cmocka_unit_test(long_tables_are_read_whole),       cmocka_unit_test(spoiled_tables_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
