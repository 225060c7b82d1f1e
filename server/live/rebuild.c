#include "live/rebuild.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "live/live_session.h"
#include "live/metric_rebuild.h"
#include "live/value_table.h"

enum {
    SESSIONS_PER_READ = 256,
    SENTENCE_BYTES    = 512,
};

#define VALUE_TOLERANCE 1e-12
#define FIT_TOLERANCE   1e-9

struct work {
    const struct rebuild   *rebuild;
    struct rebuild_counts  *counts;
    struct live_study      *study;
    struct live_condition  *condition;
    struct value_table_row *tables; /* computed now; value_pairs NULL where that failed; in the condition's arena */
};

static void problem(struct work *work, const char *format, ...) PRINTF_LIKE(2, 3);
static void problem(struct work *work, const char *format, ...)
{
    char    sentence[SENTENCE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    work->counts->problem_count++;
    if (work->rebuild->problem != NULL) work->rebuild->problem(work->rebuild->argument, sentence);
}

/* "study 'x', condition 3, logistic_ridge:... on clip" */
static const char *table_name(const struct work *work, int model_index, char name[SENTENCE_BYTES])
{
    const struct live_model *model = &work->study->models[model_index];

    (void)snprintf(name, SENTENCE_BYTES, "study '%s', condition %d, %s on %s", work->study->slug,
                   work->condition->row.condition_number, model->learner->text, model->representation->name);
    return name;
}

/* --- compute --- */

static bool compute_table(struct work *work, int model_index, struct err *err)
{
    const struct live_model *model = &work->study->models[model_index];
    struct value_table_row  *table = &work->tables[model_index];
    struct value_table_input input = {.task        = study_learner_task(work->study->task),
                                      .learner     = model->learner,
                                      .trials      = work->condition->trials,
                                      .trial_count = work->condition->trial_count};
    struct npy_rows         *matrix;
    bool                     ok;

    matrix = value_table_open_matrix(work->rebuild->folder, &model->representation->matrix_sha256, err);
    if (matrix == NULL) return false;
    input.matrix = matrix;
    value_table_key(&work->condition->row.sha256, &model->representation->matrix_sha256, model->learner, &table->content_key);
    table->condition_id      = work->condition->row.condition_id;
    table->representation_id = model->representation->representation_id;
    ok                       = value_table_fill(&input, work->rebuild->clock, &work->condition->arena, table, err);
    npy_rows_close(matrix);
    return ok;
}

/* Replaces the column that may have come from the store. */
static void compute_column(struct work *work, int model_index)
{
    char       name[SENTENCE_BYTES];
    struct err err;

    if (compute_table(work, model_index, &err)) {
        work->condition->columns[model_index] = work->tables[model_index].value_pairs;
        work->condition->ready_count++;
        work->counts->table_count++;
    } else {
        problem(work, "%s: %s", table_name(work, model_index, name), err.message);
    }
}

static bool open_condition(struct work *work, int64_t condition_id, struct err *err)
{
    work->condition = live_condition_load(work->rebuild->store, work->study, condition_id, err);
    if (work->condition == NULL) return false;
    work->tables = arena_alloc_array(&work->condition->arena, (size_t)work->study->model_count, sizeof *work->tables);
    if (work->tables == NULL) return err_no_memory(err);
    work->condition->ready_count = 0;
    for (int i = 0; i < work->study->model_count; i++) work->condition->columns[i] = NULL;
    return true;
}

/* The session with its fit from the computed columns. */
static struct live_session *load_session(struct work *work, int64_t session_id, struct err *err)
{
    struct session_overview overview;
    bool                    is_found;

    if (!store_overview_of_session(work->rebuild->store, session_id, &overview, &is_found, err)) return NULL;
    return live_session_load(work->rebuild->store, work->condition, &overview, err);
}

/* --- rebuild --- */

static bool put_fits(struct work *work, int64_t session_id, struct arena *arena, struct err *err)
{
    int                  count   = work->study->model_count;
    struct fit_row      *rows    = arena_alloc_array(arena, (size_t)count, sizeof *rows);
    struct live_session *session = rows == NULL ? NULL : load_session(work, session_id, err);

    if (rows == NULL) return err_no_memory(err);
    if (session == NULL) return false;
    live_session_fits(session, rows);
    live_session_free(session);
    for (int i = 0; i < count; i++)
        if (!store_fit_put(work->rebuild->store, &rows[i], err)) return false;
    work->counts->fit_count += count;
    return true;
}

static bool put_all_fits(struct work *work, struct err *err)
{
    int64_t *ids   = NULL;
    int      count = SESSIONS_PER_READ;
    bool     ok    = true;

    if (!live_condition_is_ready(work->condition)) return true; /* a problem of its tables, told already */
    while (ok && count == SESSIONS_PER_READ) {
        struct arena arena;

        arena_init(&arena);
        ok = store_sessions_without_fit(work->rebuild->store, work->condition->row.condition_id, SESSIONS_PER_READ, &arena, &ids,
                                        &count, err);
        for (int i = 0; ok && i < count; i++) ok = put_fits(work, ids[i], &arena, err);
        arena_close(&arena);
    }
    return ok;
}

static bool rebuild_condition(struct work *work, struct err *err)
{
    struct store *store = work->rebuild->store;
    bool          ok    = true;

    for (int i = 0; i < work->study->model_count; i++) compute_column(work, i);
    if (!store_begin(store, err)) return false;
    for (int i = 0; ok && i < work->study->model_count; i++)
        if (work->tables[i].value_pairs != NULL) ok = store_value_table_insert(store, &work->tables[i], err);
    ok = ok && put_all_fits(work, err) && store_commit(store, err);
    if (!ok) store_rollback(store);
    return ok;
}

/* --- check --- */

static bool is_near(double left, double right, double tolerance, double scale_min)
{
    if (left == right || (isnan(left) && isnan(right))) return true;
    return fabs(left - right) <= tolerance * fmax(scale_min, fmax(fabs(left), fabs(right)));
}

static void compare_values(struct work *work, const struct value_table_row *stored, int model_index)
{
    const struct value_table_row *now   = &work->tables[model_index];
    int                           first = -1;
    char                          name[SENTENCE_BYTES];

    (void)table_name(work, model_index, name);
    if (memcmp(&stored->content_key, &now->content_key, sizeof now->content_key) != 0)
        problem(work, "%s: the stored table is of another condition, matrix, learner or revision", name);
    if (stored->trial_count != now->trial_count) {
        problem(work, "%s: %d trials are stored, there are %d", name, stored->trial_count, now->trial_count);
        return;
    }
    for (int i = 2 * now->trial_count - 1; i >= 0; i--)
        if (!is_near(stored->value_pairs[i], now->value_pairs[i], VALUE_TOLERANCE, 0.0)) first = i;
    if (first >= 0)
        problem(work, "%s: trial %d, %s: %.17g is stored, %.17g comes out", name, first / 2, first % 2 == 0 ? "left" : "right",
                stored->value_pairs[first], now->value_pairs[first]);
    if (strcmp(stored->status, now->status) != 0)
        problem(work, "%s: status %s is stored, %s comes out", name, stored->status, now->status);
}

static bool check_tables(struct work *work, struct err *err)
{
    struct value_table_row *rows  = NULL;
    int                     count = 0;

    if (!store_value_tables(work->rebuild->store, work->condition->row.condition_id, &work->condition->arena, &rows, &count, err))
        return false;
    for (int i = 0; i < count; i++) {
        int index = live_study_model_index(work->study, rows[i].representation_id, rows[i].learner);

        if (index < 0) {
            problem(work, "study '%s', condition %d: the table of %s on representation %lld is not of the study's settings",
                    work->study->slug, work->condition->row.condition_number, rows[i].learner,
                    (long long)rows[i].representation_id);
            continue;
        }
        compute_column(work, index);
        if (work->tables[index].value_pairs != NULL) compare_values(work, &rows[i], index);
    }
    return true;
}

struct fit_number {
    const char *name;
    double      stored;
    double      now;
};

static void compare_fit(struct work *work, const char *public_id, const struct fit_row *stored, const struct fit_row *now)
{
    const struct fit_number numbers[] = {
        {"trial_count", stored->trial_count, now->trial_count}, {"log_evidence", stored->log_evidence, now->log_evidence},
        {"r2_online", stored->r2_online, now->r2_online},       {"posterior_prob", stored->posterior_prob, now->posterior_prob},
        {"beta_mean", stored->beta_mean, now->beta_mean},       {"beta_low", stored->beta_low, now->beta_low},
        {"beta_high", stored->beta_high, now->beta_high},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!is_near(numbers[i].stored, numbers[i].now, FIT_TOLERANCE, 1.0))
            problem(work, "study '%s', session %s, fit of %s on representation %lld: %s %.17g is stored, %.17g comes out",
                    work->study->slug, public_id, stored->learner, (long long)stored->representation_id, numbers[i].name,
                    numbers[i].stored, numbers[i].now);
}

/* A session's fits need every model's column, stored or not. */
static bool complete_columns(struct work *work)
{
    for (int i = 0; i < work->study->model_count; i++)
        if (work->condition->columns[i] == NULL) compute_column(work, i);
    return live_condition_is_ready(work->condition);
}

static bool compare_fits(struct work *work, const struct session_row *row, const struct fit_row *stored, int stored_count,
                         struct arena *arena, struct err *err)
{
    struct fit_row      *now     = arena_alloc_array(arena, (size_t)work->study->model_count, sizeof *now);
    struct live_session *session = now == NULL ? NULL : load_session(work, row->session_id, err);

    if (now == NULL) return err_no_memory(err);
    if (session == NULL) return false;
    live_session_fits(session, now);
    live_session_free(session);
    if (stored_count != work->study->model_count)
        problem(work, "study '%s', session %s: %d fits are stored, the study has %d models", work->study->slug, row->public_id,
                stored_count, work->study->model_count);
    for (int i = 0; i < stored_count; i++) {
        int index = live_study_model_index(work->study, stored[i].representation_id, stored[i].learner);

        work->counts->fit_count++;
        if (index >= 0)
            compare_fit(work, row->public_id, &stored[i], &now[index]);
        else
            problem(work, "study '%s', session %s: the fit of %s on representation %lld is not of the study's settings",
                    work->study->slug, row->public_id, stored[i].learner, (long long)stored[i].representation_id);
    }
    return true;
}

static bool check_session(struct work *work, const struct session_row *row, struct err *err)
{
    struct fit_row *stored = NULL;
    int             count  = 0;
    bool            ok;
    struct arena    arena;

    if (row->condition_id != work->condition->row.condition_id) return true;
    arena_init(&arena);
    ok = store_fits_of_session(work->rebuild->store, row->session_id, &arena, &stored, &count, err);
    if (ok && count > 0 && complete_columns(work)) ok = compare_fits(work, row, stored, count, &arena, err);
    arena_close(&arena);
    return ok;
}

static bool check_condition(struct work *work, struct err *err)
{
    struct session_row *rows  = NULL;
    int                 count = 0;

    if (!check_tables(work, err)) return false;
    if (!store_sessions_of_study(work->rebuild->store, work->study->study_id, &work->condition->arena, &rows, &count, err))
        return false;
    for (int i = 0; i < count; i++)
        if (!check_session(work, &rows[i], err)) return false;
    return true;
}

/* --- the walk --- */

typedef bool (*condition_fn)(struct work *work, struct err *err);

static bool walk_study(struct work *work, condition_fn visit, struct arena *arena, struct err *err)
{
    const struct rebuild *rebuild = work->rebuild;
    struct condition_row *rows    = NULL;
    int                   count   = 0;

    if (!store_conditions(rebuild->store, work->study->study_id, arena, &rows, &count, err)) return false;
    for (int i = 0; i < count; i++) {
        bool ok = open_condition(work, rows[i].condition_id, err) && visit(work, err);

        live_condition_free(work->condition);
        work->condition = NULL;
        if (!ok) return err_wrap(err, "study '%s', condition %d", work->study->slug, rows[i].condition_number);
        if (rebuild->progress != NULL) rebuild->progress(rebuild->argument, work->study->slug, i + 1, count);
    }
    return true;
}

static bool walk(const struct rebuild *rebuild, condition_fn visit, struct rebuild_counts *counts, struct err *err)
{
    struct work       work  = {.rebuild = rebuild, .counts = counts};
    struct study_row *rows  = NULL;
    int               count = 0;
    bool              ok;
    struct arena      arena;

    arena_init(&arena);
    ok = store_studies(rebuild->store, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++) {
        work.study = live_study_load(rebuild->store, rows[i].study_id, err);
        ok         = work.study != NULL && walk_study(&work, visit, &arena, err);
        live_study_free(work.study);
    }
    arena_close(&arena);
    return ok;
}

static bool delete_all(struct store *store, struct err *err)
{
    if (!store_begin(store, err)) return false;
    if (store_derived_delete_all(store, err) && store_commit(store, err)) return true;
    store_rollback(store);
    return false;
}

bool rebuild_all(const struct rebuild *rebuild, struct rebuild_counts *out, struct err *err)
{
    *out = (struct rebuild_counts){0};
    return delete_all(rebuild->store, err) && walk(rebuild, rebuild_condition, out, err) && metric_rebuild_all(rebuild, out, err);
}

bool rebuild_check(const struct rebuild *rebuild, struct rebuild_counts *out, struct err *err)
{
    *out = (struct rebuild_counts){0};
    return walk(rebuild, check_condition, out, err) && metric_rebuild_check(rebuild, out, err);
}
