#include "cmd_recover.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parallel.h"
#include "command.h"
#include "data.h"
#include "live/recovery.h"
#include "live/value_table.h"
#include "json/json_write.h"

enum { PARTICIPANT_MAX = 100000 };

/* A model counts as recovered when it wins this share of its own people. */
static const double RECOVERED_SHARE = 0.8;

static const struct command COMMAND = {
    .name  = "simulate",
    .usage = "--recover --data DIR --study SLUG [--participants 200] [--seed 1]",
    .run   = cmd_recover,
};

struct recover {
    struct data_folder      folder;
    struct store           *store;
    struct live_study      *study;
    struct live_condition **conditions; /* owned */
    int                     condition_count;
    struct npy_rows        *matrix; /* of the model under way */
    int                     model_index;
    struct recovery_row    *rows;
    double                 *guessing_r2;
    struct arena            arena;
};

bool cmd_recover_is_meant(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--recover") == 0) return true;
    return false;
}

static bool load_study(struct recover *recover, const char *slug, struct err *err)
{
    struct study_row      row  = {0};
    struct condition_row *rows = NULL;
    int                   count;

    if (!store_study_by_slug(recover->store, slug, &recover->arena, &row, err)) return false;
    recover->study = live_study_load(recover->store, row.study_id, err);
    if (recover->study == NULL || !store_conditions(recover->store, row.study_id, &recover->arena, &rows, &count, err))
        return false;
    recover->conditions  = arena_alloc_array(&recover->arena, (size_t)count + 1, sizeof *recover->conditions);
    recover->rows        = arena_alloc_array(&recover->arena, (size_t)recover->study->model_count, sizeof *recover->rows);
    recover->guessing_r2 = arena_alloc_array(&recover->arena, (size_t)recover->study->model_count, sizeof *recover->guessing_r2);
    if (recover->conditions == NULL || recover->rows == NULL || recover->guessing_r2 == NULL) return err_no_memory(err);
    if (count == 0) return err_set(err, ERR_INVALID, "study '%s' has no conditions", slug);
    while (recover->condition_count < count) {
        struct live_condition *condition =
            live_condition_load(recover->store, recover->study, rows[recover->condition_count].condition_id, err);

        if (condition == NULL) return false;
        recover->conditions[recover->condition_count++] = condition;
    }
    return true;
}

/* Work of one thread on one condition: only this condition is touched. */
static bool fill_column(void *argument, int index, int thread, struct err *err)
{
    const struct recover    *recover   = argument;
    struct live_condition   *condition = recover->conditions[index];
    const struct live_model *model     = &recover->study->models[recover->model_index];
    struct value_table_input input     = {.task        = study_learner_task(recover->study->task),
                                          .learner     = model->learner,
                                          .trials      = condition->trials,
                                          .trial_count = condition->trial_count,
                                          .matrix      = recover->matrix};
    enum learner_status      status;
    double                  *pairs;

    (void)thread;
    if (condition->columns[recover->model_index] != NULL) return true;
    pairs = arena_alloc_array(&condition->arena, 2 * (size_t)condition->trial_count, sizeof *pairs);
    if (pairs == NULL) return err_no_memory(err);
    if (!value_table_compute(&input, pairs, &status, err))
        return err_wrap(err, "%s on %s, condition %d", model->learner->text, model->representation->name,
                        condition->row.condition_number);
    condition->columns[recover->model_index] = pairs;
    return true;
}

static void show_progress(void *argument, int done_count)
{
    const struct recover *recover = argument;

    (void)fprintf(stderr, "\rvalue tables: model %d of %d, condition %d of %d\033[K", recover->model_index + 1,
                  recover->study->model_count, done_count, recover->condition_count);
    if (recover->model_index + 1 == recover->study->model_count && done_count == recover->condition_count)
        (void)fputc('\n', stderr);
}

static bool fill_columns(struct recover *recover, struct err *err)
{
    void (*progress)(void *, int) = isatty(STDERR_FILENO) ? show_progress : NULL;

    for (int m = 0; m < recover->study->model_count; m++) {
        bool ok;

        recover->model_index = m;
        recover->matrix =
            value_table_open_matrix(&recover->folder, &recover->study->models[m].representation->matrix_sha256, err);
        if (recover->matrix == NULL) return false;
        ok = parallel_run(parallel_core_count(), recover->condition_count, fill_column, progress, recover, err);
        npy_rows_close(recover->matrix);
        if (!ok) return false;
    }
    return true;
}

static void put_model(struct json_writer *writer, const char *key, const struct live_study *study, int model_index)
{
    char name[NAME_BYTES + LEARNER_SPEC_BYTES + 1];

    (void)snprintf(name, sizeof name, "%s %s", study->models[model_index].representation->name,
                   study->models[model_index].learner->text);
    json_text(writer, key, name);
}

static const char *const HOW_NAMES[] = {
    [RECOVERY_BY_ACCURACY]  = "accuracy",
    [RECOVERY_BY_AGREEMENT] = "agreement",
    [RECOVERY_FLAT]         = "none",
};

static void put_row(struct json_writer *writer, const struct recover *recover, int model_index, int participant_count)
{
    const struct recovery_row *row = &recover->rows[model_index];

    json_begin_object(writer, NULL);
    put_model(writer, "model", recover->study, model_index);
    json_i64(writer, "participants", row->how == RECOVERY_FLAT ? 0 : participant_count);
    json_text(writer, "beta_by", HOW_NAMES[row->how]);
    if (row->how != RECOVERY_FLAT) {
        json_f64(writer, "beta_low", row->beta_low);
        json_f64(writer, "beta_high", row->beta_high);
        json_f64(writer, "accuracy", row->accuracy);
        json_f64(writer, "won", row->won);
        json_f64(writer, "beta_coverage", row->beta_coverage);
        if (row->rival >= 0) put_model(writer, "rival", recover->study, row->rival);
        json_f64(writer, "rival_won", row->rival_won);
    }
    json_end_object(writer);
}

static bool print_line(struct text *line, struct err *err)
{
    if (!text_ok(line, err)) return false;
    if (printf("%s\n", line->data) < 0 || fflush(stdout) != 0) return err_errno(err, "write to standard output");
    text_reset(line);
    return true;
}

static bool print_result(const struct recover *recover, const struct recovery_settings *settings,
                         const struct recovery_result *result, struct err *err)
{
    struct json_writer writer;
    struct text        line;
    int                recovered_count = 0;
    bool               ok              = true;

    text_init(&line);
    for (int m = 0; ok && m < recover->study->model_count; m++) {
        json_writer_init(&writer, &line);
        put_row(&writer, recover, m, settings->participant_count);
        if (result->rows[m].won >= RECOVERED_SHARE) recovered_count++;
        ok = print_line(&line, err);
    }
    json_writer_init(&writer, &line);
    json_begin_object(&writer, NULL);
    json_text(&writer, "model", "guessing");
    json_i64(&writer, "participants", settings->participant_count);
    put_model(&writer, "best", recover->study, result->best_guessing);
    json_f64(&writer, "best_r2_online", result->guessing_r2[result->best_guessing]);
    json_end_object(&writer);
    ok = ok && print_line(&line, err);
    text_close(&line);
    if (ok)
        (void)fprintf(stderr, "%d of %d models win at least %.0f %% of their own people\n", recovered_count,
                      recover->study->model_count, 100.0 * RECOVERED_SHARE);
    return ok;
}

static bool run(const char *data, const char *slug, const struct recovery_settings *settings, struct err *err)
{
    struct recover         recover = {0};
    struct recovery_result result;
    char                   database[PATH_BYTES];
    bool                   ok = false;

    if (!data_find(data, err) || !data_folder_open(data, &recover.folder, err)) return false;
    arena_init(&recover.arena);
    data_folder_database(&recover.folder, database);
    recover.store = store_open(database, STORE_READ, err);
    if (recover.store != NULL && load_study(&recover, slug, err) && fill_columns(&recover, err)) {
        result = (struct recovery_result){.rows = recover.rows, .guessing_r2 = recover.guessing_r2};
        ok     = recovery_run(settings, recover.study, recover.conditions, recover.condition_count, &result, err) &&
             print_result(&recover, settings, &result, err);
    }
    for (int i = 0; i < recover.condition_count; i++) live_condition_free(recover.conditions[i]);
    live_study_free(recover.study);
    store_close(recover.store);
    arena_close(&recover.arena);
    return ok;
}

int cmd_recover(int argc, char **argv)
{
    struct recovery_settings  settings    = RECOVERY_DEFAULTS;
    const char               *data        = NULL;
    const char               *slug        = NULL;
    int64_t                   people      = settings.participant_count;
    int64_t                   seed        = (int64_t)settings.seed;
    bool                      is_recovery = false;
    const struct option_field fields[]    = {
           {"--recover", OPTION_FLAG, &is_recovery, true}, {"--data", OPTION_TEXT, &data, true},
           {"--study", OPTION_TEXT, &slug, true},          {"--participants", OPTION_NUMBER, &people, false},
           {"--seed", OPTION_NUMBER, &seed, false},        {NULL, OPTION_FLAG, NULL, false},
    };
    struct err err;

    if (!command_options(&COMMAND, argc, argv, fields)) return EXIT_WRONG_USE;
    if (people < 1 || people > PARTICIPANT_MAX) {
        err_set(&err, ERR_INVALID, "--participants must be from 1 to %d, not %" PRId64, PARTICIPANT_MAX, people);
        return command_failed(&err);
    }
    settings.participant_count = (int)people;
    settings.seed              = (uint64_t)seed;
    return run(data, slug, &settings, &err) ? EXIT_DONE : command_failed(&err);
}
