#include "fit/fit.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "fit/loglik_table.h"
#include "fit/matrix_file.h"
#include "fit/report.h"
#include "fit/rows_file.h"
#include "fit/value_runs.h"

static const double US_PER_S = 1e6;

/* All that lives as long as the command. A model is a representation with a learner. */
struct fitting {
    const struct fit_options *options;
    const struct clock       *clock;
    FILE                     *out;
    struct stimulus_list      stimuli;
    struct trial_table        table;
    struct rows_file          rows;
    struct choice_fit         choice;
    struct progress           progress;
    bool                      has_progress;
    int                       model_count;
    struct learner_value     *values;       /* one per trial, of the model at work */
    double                   *log_evidence; /* participants x models; only for the comparison */
    struct arena              arena;
    const char              **models; /* names, of the arena */
};

static bool name_models(struct fitting *fitting, struct err *err)
{
    const struct fit_options *options = fitting->options;

    fitting->models = arena_alloc_array(&fitting->arena, (size_t)fitting->model_count, sizeof *fitting->models);
    if (fitting->models == NULL) return err_no_memory(err);
    for (int m = 0; m < fitting->model_count; m++) {
        fitting->models[m] = arena_printf(&fitting->arena, "%s %s", options->representations[m / options->learner_count].name,
                                          options->learners[m % options->learner_count].text);
        if (fitting->models[m] == NULL) return err_no_memory(err);
    }
    return true;
}

static bool check_not_input(const struct stat *out, const char *out_path, const char *input_path, struct err *err)
{
    struct stat input;

    if (stat(input_path, &input) != 0 || input.st_dev != out->st_dev || input.st_ino != out->st_ino) return true;
    return err_set(err, ERR_INVALID, "--out %s would replace the input %s", out_path, input_path);
}

/* What is there under the name must be a regular file, and none of the input. */
static bool check_replaced(const struct fit_options *options, const char *path, struct err *err)
{
    struct stat out;
    bool        ok = true;

    if (stat(path, &out) != 0) return true;
    if (!S_ISREG(out.st_mode)) return err_set(err, ERR_INVALID, "--out %s is there and is not a file", path);
    for (int i = 0; ok && i < options->representation_count; i++)
        ok = check_not_input(&out, path, options->representations[i].path, err);
    return ok && check_not_input(&out, path, options->trials_path, err) &&
           check_not_input(&out, path, options->stimuli_path, err);
}

/* --out replaces what has its name, and FILE.partial on the way. */
static bool check_out(struct fitting *fitting, struct err *err)
{
    const struct fit_options *options = fitting->options;
    const char               *partial;

    if (options->out_path == NULL) return true;
    partial = arena_printf(&fitting->arena, "%s.partial", options->out_path);
    if (partial == NULL) return err_no_memory(err);
    return check_replaced(options, options->out_path, err) && check_replaced(options, partial, err);
}

/* Everything that can be wrong with the files is looked at before the first fit, as far as a look tells. */
static bool prepare(struct fitting *fitting, FILE *progress_out, bool is_progress_shown, struct err *err)
{
    const struct fit_options *options = fitting->options;
    const struct trial_table *table   = &fitting->table;

    if (!check_out(fitting, err) || !stimulus_list_read(&fitting->stimuli, options->stimuli_path, err) ||
        !trial_table_read(&fitting->table, options->trials_path, options->task, &fitting->stimuli, err))
        return false;
    for (int i = 0; i < options->representation_count; i++)
        if (!matrix_file_look(options->representations[i].path, &fitting->stimuli, err)) return false;
    fitting->model_count = options->representation_count * options->learner_count;
    fitting->values      = calloc((size_t)table->trial_count, sizeof *fitting->values);
    if (fitting->values == NULL) return err_no_memory(err);
    if (options->is_compared) {
        fitting->log_evidence =
            calloc((size_t)table->participant_count * (size_t)fitting->model_count, sizeof *fitting->log_evidence);
        if (fitting->log_evidence == NULL) return err_no_memory(err);
    }
    fitting->has_progress =
        progress_init(&fitting->progress, progress_out, is_progress_shown, fitting->clock, fitting->model_count, err);
    return fitting->has_progress && name_models(fitting, err) && choice_fit_init(&fitting->choice, table, err) &&
           rows_file_open(&fitting->rows, options->out_path, err);
}

static bool fit_model(struct fitting *fitting, const struct matrix *matrix, int model, struct err *err)
{
    const struct fit_options *options  = fitting->options;
    const struct trial_table *table    = &fitting->table;
    const int64_t             begun_us = clock_monotonic_us(fitting->clock);
    struct report_fit         what     = {
                    .representation = options->representations[model / options->learner_count].name,
                    .learner        = &options->learners[model % options->learner_count],
                    .rule           = options->choice.rule,
    };
    struct choice_fit_summary summary;

    progress_begin(&fitting->progress, fitting->models[model],
                   value_runs_step_count(table) + choice_fit_step_count(&options->choice, table));
    if (!value_runs(table, matrix, what.learner, options->thread_count, fitting->values, &fitting->progress, err) ||
        !choice_fit_run(&fitting->choice, &options->choice, table, fitting->values, &fitting->progress, &summary, err))
        return err_wrap(err, "%s", fitting->models[model]);
    progress_end(&fitting->progress);
    what.seconds = (double)(clock_monotonic_us(fitting->clock) - begun_us) / US_PER_S;
    for (int p = 0; fitting->log_evidence != NULL && p < table->participant_count; p++)
        fitting->log_evidence[(size_t)p * (size_t)fitting->model_count + (size_t)model] = -fitting->choice.nll[p];
    progress_clear(&fitting->progress);
    return rows_file_add(&fitting->rows, table, what.representation, what.learner->text, fitting->values, &fitting->choice,
                         err) &&
           report_fit(fitting->out, &what, table, fitting->values, &fitting->choice, &summary, err);
}

static bool fit_representation(struct fitting *fitting, int representation, struct err *err)
{
    const struct fit_options *options = fitting->options;
    struct matrix_map         map;
    bool                      ok = true;

    if (!matrix_file_open(options->representations[representation].path, &fitting->stimuli, &map, err)) return false;
    for (int l = 0; ok && l < options->learner_count; l++)
        ok = fit_model(fitting, &map.matrix, representation * options->learner_count + l, err);
    matrix_map_close(&map);
    return ok;
}

static bool fit_all(struct fitting *fitting, struct err *err)
{
    for (int i = 0; i < fitting->options->representation_count; i++)
        if (!fit_representation(fitting, i, err)) return false;
    if (!rows_file_finish(&fitting->rows, err)) return false;
    return fitting->log_evidence == NULL || report_comparison(fitting->out, fitting->table.participant_count,
                                                              fitting->model_count, fitting->log_evidence, fitting->models, err);
}

static bool compare_table(const char *path, FILE *out, struct err *err)
{
    struct loglik_table table;
    const bool          ok =
        loglik_table_read(&table, path, err) &&
        report_comparison(out, table.participants.name_count, table.models.name_count, table.sums, table.models.names, err);

    loglik_table_close(&table);
    return ok;
}

bool fit(const struct fit_options *options, FILE *out, FILE *progress_out, bool is_progress_shown, const struct clock *clock,
         struct err *err)
{
    struct fitting fitting = {.options = options, .clock = clock, .out = out};
    bool           ok;

    if (options->loglik_path != NULL) return compare_table(options->loglik_path, out, err);
    arena_init(&fitting.arena);
    name_index_init(&fitting.stimuli.ids);
    name_index_init(&fitting.table.names);
    ok = prepare(&fitting, progress_out, is_progress_shown, err) && fit_all(&fitting, err);
    if (fitting.has_progress) progress_close(&fitting.progress);
    rows_file_close(&fitting.rows);
    choice_fit_close(&fitting.choice);
    free(fitting.log_evidence);
    free(fitting.values);
    trial_table_close(&fitting.table);
    stimulus_list_close(&fitting.stimuli);
    arena_close(&fitting.arena);
    return ok;
}
