#include "study/export_trials.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "store/store_export.h"
#include "study/record.h"

#define OUR_COLUMNS                                                                                                              \
    "session,session_state,is_pilot,rt_ms,onset_ms,frame_ms,is_visible,is_fullscreen,input,previous_reply_ms,received_at_ms,is_" \
    "tie,"                                                                                                                       \
    "program_version,is_imported\r\n"

static const char CATEGORY_HEADER[] =
    "image,choice,true_category_name,true_category_binary,correct,cond_file,participant,include,"
    "bonus_payment,dimension,trial," OUR_COLUMNS;
static const char REWARD_HEADER[] = "left_image,right_image,dimension,left_reward,right_reward,max_reward,min_reward,choice,"
                                    "reward_received,cond_file,trial,bonus_payment,include,participant,regret,chance_regret,"
                                    "correct," OUR_COLUMNS;

struct export_state {
    const struct study *study;
    FILE               *out;
    struct text         line;
    int64_t             row_count;
};

static void add_real(struct text *line, double value)
{
    if (!isnan(value)) text_add_f64(line, value);
    text_add(line, ",");
}

static void add_include(struct text *line, int include)
{
    if (include < 0)
        text_add(line, ",");
    else
        text_printf(line, "%d,", include);
}

/* What the trials so far earned beyond the base. Two decimals: minor units are hundredths in every currency that we pay in. */
static void add_bonus(struct text *line, const struct study *study, const struct export_trial *row)
{
    struct tally tally = record_tally(&row->last);
    int64_t      bonus = task_pay_minor(study->task, &study->settings.pay, &tally) - study->settings.pay.base_minor;

    text_printf(line, "%" PRId64 ".%02" PRId64 ",", bonus / 100, bonus % 100);
}

static void add_dimension(struct text *line, const struct export_trial *row)
{
    if (!row->is_dimension_missing) text_printf(line, "%d", row->dimension + 1);
    text_add(line, ",");
}

static void add_category(struct text *line, const struct study *study, const struct export_trial *row)
{
    csv_write_field(line, row->left_name);
    text_printf(line, ",%d,%s,%d,%d,%d,%d,", row->trial.response, strcmp(row->category, "julty") == 0 ? "Julty" : "Folty",
                strcmp(row->category, "julty") == 0, row->trial.is_correct, row->condition_number, row->participant_number);
    add_include(line, row->include);
    add_bonus(line, study, row);
    add_dimension(line, row);
    text_printf(line, "%d,", row->trial.trial_index);
}

static void add_reward(struct text *line, const struct study *study, const struct export_trial *row)
{
    int chosen = row->trial.response == 1 ? row->right_points : row->left_points;
    int best   = row->left_points > row->right_points ? row->left_points : row->right_points;
    int worst  = row->left_points + row->right_points - best;

    csv_write_field(line, row->left_name);
    text_add(line, ",");
    csv_write_field(line, row->right_name == NULL ? "" : row->right_name);
    text_add(line, ",");
    add_dimension(line, row);
    text_printf(line, "%d,%d,%d,%d,%d,%d,%d,%d,", row->left_points, row->right_points, best, worst, row->trial.response, chosen,
                row->condition_number, row->trial.trial_index);
    add_bonus(line, study, row);
    add_include(line, row->include);
    text_printf(line, "%d,%d,%.1f,%d,", row->participant_number, best - chosen, (best - worst) / 2.0, row->trial.is_correct);
}

static void add_ours(struct text *line, const struct export_trial *row)
{
    text_printf(line, "%s,%s,%d,", row->session_public_id, row->session_state, row->is_pilot);
    add_real(line, row->trial.rt_ms);
    add_real(line, row->trial.onset_ms);
    add_real(line, row->trial.frame_ms);
    if (row->is_imported)
        text_add(line, ",,,");
    else
        text_printf(line, "%d,%d,%s,", row->trial.is_visible, row->trial.is_fullscreen, row->trial.input);
    add_real(line, row->trial.previous_reply_ms);
    text_printf(line, "%" PRId64 ",%d,%s,%d\r\n", row->trial.received_at_ms, row->trial.is_tie, row->program_version,
                row->is_imported);
}

static bool write_row(void *argument, const struct export_trial *row, struct err *err)
{
    struct export_state *state = argument;

    text_reset(&state->line);
    if (state->study->task == TASK_CATEGORY)
        add_category(&state->line, state->study, row);
    else
        add_reward(&state->line, state->study, row);
    add_ours(&state->line, row);
    if (!text_ok(&state->line, err)) return false;
    if (fwrite(state->line.data, 1, state->line.length, state->out) != state->line.length)
        return err_errno(err, "write the export");
    state->row_count++;
    return true;
}

bool export_trials(struct store *store, const struct study *study, enum session_mode mode, FILE *out, int64_t *row_count,
                   struct err *err)
{
    struct export_state state  = {.study = study, .out = out};
    const char         *header = study->task == TASK_CATEGORY ? CATEGORY_HEADER : REWARD_HEADER;
    bool                ok;

    text_init(&state.line);
    if (fputs(header, out) == EOF) return err_errno(err, "write the export");
    ok = store_export_trials(store, study->study_id, mode, write_row, &state, err);
    if (ok && fflush(out) != 0) ok = err_errno(err, "write the export");
    text_close(&state.line);
    *row_count = state.row_count;
    return ok;
}
