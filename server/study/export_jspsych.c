#include "study/export_jspsych.h"

#include <inttypes.h>

#include "base/csv.h"
#include "store/store_export.h"
#include "json/json_write.h"

/* The one in web/task/plugin_delivery.ts and plugin_pair.ts; a test holds them together. */
#define PLUGIN_VERSION "1.0.0"

#define COLUMNS_AFTER_OUTCOME                                                                                                    \
    "\"is_correct\",\"trial_type\",\"trial_index\",\"plugin_version\",\"time_elapsed\",\"participant\",\"session\","             \
    "\"condition\",\"is_pilot\",\"phase\",\"trial\"\r\n"
#define COLUMNS_BEFORE_OUTCOME "\"stimulus\",\"response\",\"rt\",\"input\",\"onset_ms\",\"early_key_count\","

static const char CATEGORY_HEADER[] = COLUMNS_BEFORE_OUTCOME "\"category\"," COLUMNS_AFTER_OUTCOME;
static const char REWARD_HEADER[]   = COLUMNS_BEFORE_OUTCOME "\"points\"," COLUMNS_AFTER_OUTCOME;

struct jspsych_export {
    const struct study *study;
    FILE               *out;
    struct text         line;
    struct text         list; /* a value that is JSON */
    int64_t             row_count;
    int64_t             session_id;  /* of the rows being written; 0 before the first */
    int                 trial_index; /* of the row within the session */
    int64_t             elapsed_ms;
};

static void add_number(struct text *line, double number)
{
    text_add(line, ",\"");
    text_add_f64(line, number);
    text_add(line, "\"");
}

static void add_stimulus(struct jspsych_export *export, const struct export_jspsych_trial *row)
{
    struct json_writer writer;

    if (row->right_name == NULL) {
        csv_write_quoted(&export->line, row->left_name);
        return;
    }
    text_reset(&export->list);
    json_writer_init(&writer, &export->list);
    json_begin_array(&writer, NULL);
    json_text(&writer, NULL, row->left_name);
    json_text(&writer, NULL, row->right_name);
    json_end_array(&writer);
    csv_write_quoted(&export->line, export->list.data == NULL ? "" : export->list.data);
}

static void add_outcome(struct text *line, const struct study *study, const struct export_jspsych_trial *row)
{
    if (study->task == TASK_CATEGORY)
        text_printf(line, ",\"%s\"", row->category);
    else
        text_printf(line, ",\"[%d,%d]\"", row->left_points, row->right_points);
    text_add(line, row->trial.is_correct ? ",\"true\"" : ",\"false\"");
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
    struct text *line             = &export->line;

    count_row(export, row);
    text_reset(line);
    add_stimulus(export, row);
    text_printf(line, ",\"%d\"", row->trial.response);
    add_number(line, row->trial.rt_ms);
    text_printf(line, ",\"%s\"", row->trial.input);
    add_number(line, row->trial.onset_ms);
    text_printf(line, ",\"%d\"", row->early_key_count);
    add_outcome(line, export->study, row);
    text_printf(line, ",\"%s\",\"%d\",\"" PLUGIN_VERSION "\",\"%" PRId64 "\"",
                export->study->task == TASK_CATEGORY ? "delivery" : "pair", export->trial_index, export->elapsed_ms);
    text_printf(line, ",\"%d\",\"%s\",\"%d\",\"%s\"", row->participant_number, row->session_public_id, row->condition_number,
                row->is_pilot ? "true" : "false");
    text_printf(line, ",\"%s\",\"%d\"\r\n", row->trial.phase == PHASE_MAIN ? "trials" : "practice", row->trial.trial_index);
    if (!text_ok(&export->list, err) || !text_ok(line, err)) return false;
    if (fwrite(line->data, 1, line->length, export->out) != line->length) return err_errno(err, "write the export");
    export->row_count++;
    return true;
}

bool export_jspsych(struct store *store, const struct study *study, enum session_mode mode, FILE *out, int64_t *row_count,
                    struct err *err)
{
    struct jspsych_export export = {.study = study, .out = out};
    bool ok;

    text_init(&export.line);
    text_init(&export.list);
    ok = fputs(study->task == TASK_CATEGORY ? CATEGORY_HEADER : REWARD_HEADER, out) != EOF ? true
                                                                                           : err_errno(err, "write the export");
    ok = ok && store_export_jspsych(store, study->study_id, mode, write_row, &export, err);
    if (ok && fflush(out) != 0) ok = err_errno(err, "write the export");
    text_close(&export.line);
    text_close(&export.list);
    *row_count = export.row_count;
    return ok;
}
