/* Trials as CSV: the papers' columns first, each with the value that the design says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/export.h"
#include "../support/world.h"
#include "base/csv.h"

#define OURS                                                                                                                     \
    "session,session_state,is_pilot,rt_ms,onset_ms,frame_ms,is_visible,is_fullscreen,input,previous_reply_ms,received_at_ms,is_" \
    "tie,"                                                                                                                       \
    "program_version,is_imported\r\n"
#define CATEGORY_HEADER                                                                                                          \
    "image,choice,true_category_name,true_category_binary,correct,cond_file,participant,include,bonus_payment,dimension,"        \
    "trial," OURS
#define REWARD_HEADER                                                                                                            \
    "left_image,right_image,dimension,left_reward,right_reward,max_reward,min_reward,choice,reward_received,cond_file,trial,"    \
    "bonus_payment,include,participant,regret,chance_regret,correct," OURS

/* The whole export; the caller frees it. */
static char *export_of(struct world *world, const char *slug, int64_t *row_count)
{
    char      *data   = NULL;
    size_t     length = 0;
    FILE      *out    = open_memstream(&data, &length);
    struct err err    = {0};

    assert_non_null(out);
    MUST(export_csv("trials", world->store, world_study(world, slug), out, row_count, &err));
    assert_int_equal(fclose(out), 0);
    return data;
}

static void a_study_without_trials_is_a_header(void **state)
{
    struct world world;
    int64_t      row_count;
    char        *csv;

    (void)state;
    world_open(&world);
    (void)world_enroll(&world, "dinosaurs", "ann");
    csv = export_of(&world, "dinosaurs", &row_count);
    assert_string_equal(csv, CATEGORY_HEADER);
    assert_true(row_count == 0);
    free(csv);
    csv = export_of(&world, "points", &row_count);
    assert_string_equal(csv, REWARD_HEADER);
    free(csv);
    world_close(&world);
}

static void category_trials_have_the_papers_columns(void **state)
{
    struct world       world;
    struct session_row a, b;
    struct completion  completion;
    struct text        expected;
    struct err         err = {0};
    int64_t            row_count;
    char              *csv;

    (void)state;
    world_open(&world);
    a = world_enroll(&world, "dinosaurs", "a");
    b = world_enroll(&world, "dinosaurs", "b");
    world_play(&world, &b, world_study(&world, "dinosaurs"), "1"); /* wrong: image_03 is folty; stored before all of a's */
    world_play(&world, &a, world_study(&world, "dinosaurs"), "110");
    world_fill_questionnaire(&world, &a, false);
    MUST(finish_session(world.store, world.catalog, NULL, a.session_id, WORLD_NOW_MS, &world.arena, &completion, &err));
    csv = export_of(&world, "dinosaurs", &row_count);
    assert_true(row_count == 4);
    text_init(&expected);
    text_add(&expected, CATEGORY_HEADER);
    text_printf(&expected,
                "image_00,1,Julty,1,1,1,1,0,0.04,1,0,%s,finished,0,500.25,10000.5,,1,1,keyboard,,1700000002000,0,0.1.0,0\r\n",
                a.public_id);
    text_printf(
        &expected,
        "image_01,1,Folty,0,0,1,1,0,0.04,1,1,%s,finished,0,501.25,20001,16.7,1,0,keyboard,12.5,1700000002001,0,0.1.0,0\r\n",
        a.public_id);
    text_printf(
        &expected,
        "image_02,0,Julty,1,0,1,1,0,0.04,1,2,%s,finished,0,502.25,30001.5,16.7,1,1,keyboard,12.5,1700000002002,0,0.1.0,0\r\n",
        a.public_id);
    text_printf(&expected,
                "image_03,1,Folty,0,0,2,2,,0.00,2,0,%s,active,0,500.25,10000.5,,1,1,keyboard,,1700000002000,0,0.1.0,0\r\n",
                b.public_id);
    assert_string_equal(csv, expected.data);
    text_close(&expected);
    free(csv);
    world_close(&world);
}

static void reward_trials_have_the_papers_columns_and_practice_is_left_out(void **state)
{
    struct world       world;
    struct session_row session;
    struct text        expected;
    int64_t            row_count;
    char              *csv;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "points", "a");
    world_play(&world, &session, world_study(&world, "points"), "1011");
    world_fill_questionnaire(&world, &session, true);
    csv = export_of(&world, "points", &row_count);
    assert_true(row_count == 4);
    text_init(&expected);
    text_add(&expected, REWARD_HEADER);
    text_printf(&expected,
                "image_04,image_05,3,0,100,100,0,1,100,1,0,2.22,1,1,0,50.0,1,%s,active,0,500.25,10000.5,,1,1,keyboard,,"
                "1700000002000,0,0.1.0,0\r\n",
                session.public_id);
    text_printf(&expected,
                "image_06,image_07,3,40,40,40,40,0,40,1,1,2.22,1,1,0,0.0,1,%s,active,0,501.25,20001,16.7,1,0,keyboard,12.5,"
                "1700000002001,1,0.1.0,0\r\n",
                session.public_id);
    text_printf(&expected,
                "image_08,image_09,3,70,30,70,30,1,30,1,2,2.22,1,1,40,20.0,0,%s,active,0,502.25,30001.5,16.7,1,1,keyboard,12.5,"
                "1700000002002,0,0.1.0,0\r\n",
                session.public_id);
    text_printf(&expected,
                "image_10,image_11,3,20,60,60,20,1,60,1,3,2.22,1,1,0,20.0,1,%s,active,0,503.25,40002,16.7,1,0,keyboard,12.5,"
                "1700000002003,0,0.1.0,0\r\n",
                session.public_id);
    assert_string_equal(csv, expected.data);
    text_close(&expected);
    free(csv);
    world_close(&world);
}

/* Times have to be the stored ones, whatever the number of their digits. */
static void times_are_written_so_that_they_read_back_to_the_same_bits(void **state)
{
    struct world       world;
    struct session_row session;
    struct response    given = world_response(PHASE_MAIN, 0, 1);
    struct receipt     receipt;
    struct csv_reader  reader;
    struct arena       arena;
    struct err         err = {0};
    int64_t            row_count;
    double             back;
    bool               has_row;
    char              *csv;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    session = world_enroll(&world, "dinosaurs", "a");
    world_pass(&world, &session, TASK_CATEGORY);
    given.rt_ms    = 1234.1000000014901;
    given.onset_ms = 86399999.10000001;
    given.frame_ms = 50.0 / 3.0;
    MUST(record_trial(world.store, world.catalog, session.session_id, &given, &receipt, &err));
    csv = export_of(&world, "dinosaurs", &row_count);
    MUST(csv_begin(&reader, "export", span_of(csv), &arena, &err));
    MUST(csv_next(&reader, &has_row, &err));
    assert_true(has_row);
    assert_true(text_to_f64(reader.fields[csv_column(&reader, "rt_ms")], &back) && back == given.rt_ms);
    assert_true(text_to_f64(reader.fields[csv_column(&reader, "onset_ms")], &back) && back == given.onset_ms);
    assert_true(text_to_f64(reader.fields[csv_column(&reader, "frame_ms")], &back) && back == given.frame_ms);
    free(csv);
    arena_close(&arena);
    world_close(&world);
}

static void a_file_that_cannot_be_written_is_an_error(void **state)
{
    struct world       world;
    struct session_row session;
    FILE              *full = fopen("/dev/full", "w");
    struct err         err  = {0};
    int64_t            row_count;

    (void)state;
    if (full == NULL) skip();
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "a");
    world_play(&world, &session, world_study(&world, "dinosaurs"), "110");
    MUST_REFUSE(export_csv("trials", world.store, world_study(&world, "dinosaurs"), full, &row_count, &err), ERR_STORAGE,
                "write the export: No space left on device");
    (void)fclose(full);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_without_trials_is_a_header),
        cmocka_unit_test(category_trials_have_the_papers_columns),
        cmocka_unit_test(reward_trials_have_the_papers_columns_and_practice_is_left_out),
        cmocka_unit_test(times_are_written_so_that_they_read_back_to_the_same_bits),
        cmocka_unit_test(a_file_that_cannot_be_written_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
