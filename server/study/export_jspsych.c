#include "study/export_jspsych.h"

#include "store/store_export.h"
#include "json/json_write.h"

/* The one in web/task/plugin_delivery.ts and plugin_pair.ts; a test holds them together. */
#define PLUGIN_VERSION "1.0.0"

#define BEFORE_OUTCOME                                                                                                           \
    {"stimulus", TABLE_TEXT, "", "Name of the picture; of a pair a JSON list of both, left and right."},                         \
        {"response", TABLE_INTEGER, "", "1 right (category: Julty), 0 left (Folty)."},                                           \
        {"rt", TABLE_REAL, "ms", "From onset to response."}, {"input", TABLE_TEXT, "", "keyboard, touch or mouse."},             \
        {"onset_ms", TABLE_REAL, "ms", "Onset on the page's monotonic clock, which begins with each page."},                     \
    {                                                                                                                            \
        "early_key_count", TABLE_INTEGER, "", "Responses tried before the onset."                                                \
    }
#define AFTER_OUTCOME                                                                                                            \
    {"is_correct", TABLE_FLAG, "", "Whether the response was right; in a tie it is."},                                           \
        {"trial_type", TABLE_TEXT, "", "The page's plugin: delivery or pair."},                                                  \
        {"trial_index", TABLE_INTEGER, "", "Counts the rows of a session from 0, practice first."},                              \
        {"plugin_version", TABLE_TEXT, "", "Version of the page's plugins."},                                                    \
        {"time_elapsed", TABLE_INTEGER, "ms", "From consent to the response's arrival, never less than in the row before."},     \
        {"participant", TABLE_INTEGER, "", "The participant within the study, from 1."},                                         \
        {"session", TABLE_TEXT, "", "The session, as in the address of its page."},                                              \
        {"condition", TABLE_INTEGER, "", "The condition, from 1."},                                                              \
        {"is_pilot", TABLE_FLAG, "", "Whether the session began while the study was being tried out."},                          \
        {"phase", TABLE_TEXT, "", "practice or trials."}, {"trial", TABLE_INTEGER, "", "The trial within its phase, from 0."},   \
    {                                                                                                                            \
        0                                                                                                                        \
    }

static const struct table_column CATEGORY_COLUMNS[] = {
    BEFORE_OUTCOME,
    {"category", TABLE_TEXT, "", "julty or folty: whom the picture was meant for."},
    AFTER_OUTCOME,
};
static const struct table_column REWARD_COLUMNS[] = {
    BEFORE_OUTCOME,
    {"points", TABLE_JSON, "points", "JSON list of the points of both pictures, left and right."},
    AFTER_OUTCOME,
};

const struct table_column *export_jspsych_columns(enum task_kind task)
{
    return task == TASK_CATEGORY ? CATEGORY_COLUMNS : REWARD_COLUMNS;
}

struct jspsych_export {
    const struct study *study;
    struct table       *table;
    struct text         list;        /* a value that is JSON */
    int64_t             session_id;  /* of the rows being written; 0 before the first */
    int                 trial_index; /* of the row within the session */
    int64_t             elapsed_ms;
};

static void add_stimulus(struct jspsych_export *export, const struct export_jspsych_trial *row)
{
    struct json_writer writer;

    if (row->right_name == NULL) {
        table_text(export->table, row->left_name);
        return;
    }
    text_reset(&export->list);
    json_writer_init(&writer, &export->list);
    json_begin_array(&writer, NULL);
    json_text(&writer, NULL, row->left_name);
    json_text(&writer, NULL, row->right_name);
    json_end_array(&writer);
    table_json(export->table, export->list.data == NULL ? "" : export->list.data);
}

static void add_outcome(struct jspsych_export *export, const struct export_jspsych_trial *row)
{
    if (export->study->task == TASK_CATEGORY) {
        table_text(export->table, row->category);
    } else {
        text_reset(&export->list);
        text_printf(&export->list, "[%d,%d]", row->left_points, row->right_points);
        table_json(export->table, export->list.data == NULL ? "" : export->list.data);
    }
    table_flag(export->table, row->trial.is_correct);
}

/* What only the page that showed it could say. */
static void add_page(struct jspsych_export *export)
{
    struct table *table = export->table;

    table_text(table, export->study->is_imported ? NULL : export->study->task == TASK_CATEGORY ? "delivery" : "pair");
    table_i64(table, export->trial_index);
    if (export->study->is_imported) {
        table_none(table);
        table_none(table);
    } else {
        table_text(table, PLUGIN_VERSION);
        table_i64(table, export->elapsed_ms);
    }
}

/* Rows come session by session, in the order in which they were answered. */
static void count_row(struct jspsych_export *export, const struct export_jspsych_trial *row)
{
    int64_t elapsed_ms = row->trial.received_at_ms - row->consented_at_ms;

    if (row->trial.session_id != export->session_id) {
        export->session_id  = row->trial.session_id;
        export->trial_index = -1;
        export->elapsed_ms  = 0;
    }
    export->trial_index++;
    if (elapsed_ms > export->elapsed_ms) export->elapsed_ms = elapsed_ms;
}

static bool write_row(void *argument, const struct export_jspsych_trial *row, struct err *err)
{
    struct jspsych_export *export = argument;
    struct table *table           = export->table;

    count_row(export, row);
    add_stimulus(export, row);
    table_i64(table, row->trial.response);
    table_f64(table, row->trial.rt_ms);
    table_text(table, row->trial.input[0] == '\0' ? NULL : row->trial.input);
    table_f64(table, row->trial.onset_ms);
    if (export->study->is_imported)
        table_none(table);
    else
        table_i64(table, row->early_key_count);
    add_outcome(export, row);
    add_page(export);
    table_i64(table, row->participant_number);
    table_text(table, row->session_public_id);
    table_i64(table, row->condition_number);
    table_flag(table, row->is_pilot);
    table_text(table, row->trial.phase == PHASE_MAIN ? "trials" : "practice");
    table_i64(table, row->trial.trial_index);
    return text_ok(&export->list, err) && table_end_row(table, err);
}

bool export_jspsych(struct store *store, const struct study *study, enum session_mode mode, struct table *table, struct err *err)
{
    struct jspsych_export export = {.study = study, .table = table};
    bool ok;

    text_init(&export.list);
    ok = store_export_jspsych(store, study->study_id, mode, write_row, &export, err);
    text_close(&export.list);
    return ok;
}
