/* jsPsych's CSV: its clock, its index, and what comes before the first trial. What jsPsych itself would write is compared over HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/export.h"
#include "../support/world.h"
#include "base/csv.h"

static char *export_of(struct world *world, const char *slug, int64_t *row_count)
{
    char      *data   = NULL;
    size_t     length = 0;
    FILE      *out    = open_memstream(&data, &length);
    struct err err    = {0};

    assert_non_null(out);
    MUST(export_csv("jspsych", world->store, world_study(world, slug), out, row_count, &err));
    assert_int_equal(fclose(out), 0);
    return data;
}

static void answer_at(struct world *world, const struct session_row *session, enum phase phase, int trial_index,
                      int64_t received_at_ms)
{
    struct response response = world_response(phase, trial_index, 1);
    struct receipt  receipt;
    struct err      err = {0};

    response.received_at_ms = received_at_ms;
    MUST(record_trial(world->store, world->catalog, session->session_id, &response, &receipt, &err));
}

static void expect_row(struct csv_reader *reader, const char *participant, const char *trial_index, const char *time_elapsed)
{
    struct err err = {0};
    bool       has_row;

    MUST(csv_next(reader, &has_row, &err));
    assert_true(has_row);
    assert_string_equal(reader->fields[csv_column(reader, "participant")], participant);
    assert_string_equal(reader->fields[csv_column(reader, "trial_index")], trial_index);
    assert_string_equal(reader->fields[csv_column(reader, "time_elapsed")], time_elapsed);
}

static void time_and_index_go_on_through_both_phases_though_the_clock_is_set_back(void **state)
{
    struct world       world;
    struct session_row ann, ben;
    struct csv_reader  reader;
    struct arena       arena;
    struct err         err = {0};
    int64_t            row_count;
    char              *csv;

    (void)state;
    world_open(&world);
    ann = world_enroll(&world, "points", "ann");
    world_pass(&world, &ann, TASK_REWARD);
    answer_at(&world, &ann, PHASE_PRACTICE, 0, WORLD_NOW_MS + 20);
    answer_at(&world, &ann, PHASE_PRACTICE, 1, WORLD_NOW_MS + 4000);
    answer_at(&world, &ann, PHASE_MAIN, 0, WORLD_NOW_MS + 3000);
    answer_at(&world, &ann, PHASE_MAIN, 1, WORLD_NOW_MS - 60000);
    answer_at(&world, &ann, PHASE_MAIN, 2, WORLD_NOW_MS + 9000);
    csv = export_of(&world, "points", &row_count);
    assert_true(row_count == 5);
    arena_init(&arena);
    MUST(csv_begin(&reader, "export", span_of(csv), &arena, &err));
    expect_row(&reader, "1", "0", "20");
    expect_row(&reader, "1", "1", "4000");
    expect_row(&reader, "1", "2", "4000");
    expect_row(&reader, "1", "3", "4000");
    expect_row(&reader, "1", "4", "9000");
    free(csv);

    ann = world_enroll(&world, "dinosaurs", "cid");
    ben = world_enroll(&world, "dinosaurs", "dan");
    world_pass(&world, &ann, TASK_CATEGORY);
    world_pass(&world, &ben, TASK_CATEGORY);
    answer_at(&world, &ann, PHASE_MAIN, 0, WORLD_NOW_MS + 700);
    answer_at(&world, &ben, PHASE_MAIN, 0, WORLD_NOW_MS - 5);
    answer_at(&world, &ben, PHASE_MAIN, 1, WORLD_NOW_MS + 5);
    csv = export_of(&world, "dinosaurs", &row_count);
    MUST(csv_begin(&reader, "export", span_of(csv), &arena, &err));
    expect_row(&reader, "1", "0", "700");
    expect_row(&reader, "2", "0", "0");
    expect_row(&reader, "2", "1", "5");
    free(csv);
    arena_close(&arena);
    world_close(&world);
}

static void without_a_trial_it_is_the_header(void **state)
{
    struct world world;
    int64_t      row_count;
    char        *csv;

    (void)state;
    world_open(&world);
    (void)world_enroll(&world, "dinosaurs", "ann");
    csv = export_of(&world, "dinosaurs", &row_count);
    assert_true(row_count == 0);
    assert_non_null(strstr(csv, "\"trial_type\",\"trial_index\",\"plugin_version\",\"time_elapsed\""));
    assert_ptr_equal(strchr(csv, '\n'), csv + strlen(csv) - 1);
    free(csv);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_and_index_go_on_through_both_phases_though_the_clock_is_set_back),
        cmocka_unit_test(without_a_trial_it_is_the_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
