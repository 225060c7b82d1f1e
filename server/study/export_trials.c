#include "study/export_trials.h"

#include <string.h>

#include "model/binomial.h"
#include "store/store_export.h"
#include "study/record.h"

#define OUR_COLUMNS                                                                                                              \
    {"session", TABLE_TEXT, "", "The session, as in the address of its page."},                                                  \
        {"session_state", TABLE_TEXT, "", "active, finished or left, when the table was written."},                              \
        {"is_pilot", TABLE_FLAG, "", "Whether the session began while the study was being tried out."},                          \
        {"rt_ms", TABLE_REAL, "ms", "From the picture's onset to the response, on the browser's monotonic clock."},              \
        {"onset_ms", TABLE_REAL, "ms", "The picture's onset on the browser's monotonic clock, which begins with each page."},    \
        {"frame_ms", TABLE_REAL, "ms", "Estimated interval between refreshes of the screen; empty if it was not measured."},     \
        {"is_visible", TABLE_FLAG, "", "Whether the page was in view at the response."},                                         \
        {"is_fullscreen", TABLE_FLAG, "", "Whether the page filled the screen at the response."},                                \
        {"input", TABLE_TEXT, "", "keyboard, touch or mouse."},                                                                  \
        {"previous_reply_ms", TABLE_REAL, "ms",                                                                                  \
         "How long the answer to the response before this one took to arrive; empty for a page's first."},                       \
        {"received_at_ms", TABLE_INTEGER, "ms", "When the response arrived: the server's clock, since 1970."},                   \
        {"is_tie", TABLE_FLAG, "", "Whether both options had equal points, so that the trial is left out of accuracy."},         \
        {"program_version", TABLE_TEXT, "", "Version of Dinolab that the session ran with."},                                    \
        {"is_imported", TABLE_FLAG, "", "Whether the trial is of imported data: what these did not say is empty."},              \
    {                                                                                                                            \
        0                                                                                                                        \
    }

/* What both tasks have, in the words of one place. */
#define CHOICE(means)                                                                                                            \
    {                                                                                                                            \
        "choice", TABLE_INTEGER, "", means                                                                                       \
    }
#define CORRECT                                                                                                                  \
    {                                                                                                                            \
        "correct", TABLE_INTEGER, "", "1: the response was the right one; 0: it was not. 1 in a tie."                            \
    }
#define COND_FILE                                                                                                                \
    {                                                                                                                            \
        "cond_file", TABLE_INTEGER, "", "The condition, from 1."                                                                 \
    }
#define PARTICIPANT                                                                                                              \
    {                                                                                                                            \
        "participant", TABLE_INTEGER, "", "The participant within the study, from 1."                                            \
    }
#define INCLUDE                                                                                                                  \
    {                                                                                                                            \
        "include", TABLE_INTEGER, "", "1: the participant said that the data can be used; 0: not; empty: not asked yet."         \
    }
#define BONUS                                                                                                                    \
    {                                                                                                                            \
        "bonus_payment", TABLE_REAL, "currency unit", "What the session's trials earned beyond the base payment."                \
    }
#define DIMENSION                                                                                                                \
    {                                                                                                                            \
        "dimension", TABLE_INTEGER, "", "The dimension that decides what is right, from 1."                                      \
    }
#define TRIAL                                                                                                                    \
    {                                                                                                                            \
        "trial", TABLE_INTEGER, "", "The trial within the session, from 0; practice is not counted."                             \
    }

static const struct table_column CATEGORY_COLUMNS[] = {
    {"image", TABLE_TEXT, "", "Name of the picture that was shown."},
    CHOICE("1: the picture was given to Julty (right); 0: to Folty (left)."),
    {"true_category_name", TABLE_TEXT, "", "The dinosaur that the picture was meant for: Julty or Folty."},
    {"true_category_binary", TABLE_INTEGER, "", "The same as a number: 1 Julty, 0 Folty."},
    CORRECT,
    COND_FILE,
    PARTICIPANT,
    INCLUDE,
    BONUS,
    DIMENSION,
    TRIAL,
    OUR_COLUMNS,
};

static const struct table_column REWARD_COLUMNS[] = {
    {"left_image", TABLE_TEXT, "", "Name of the left picture."},
    {"right_image", TABLE_TEXT, "", "Name of the right picture."},
    DIMENSION,
    {"left_reward", TABLE_INTEGER, "points", "What the left picture is worth."},
    {"right_reward", TABLE_INTEGER, "points", "What the right picture is worth."},
    {"max_reward", TABLE_INTEGER, "points", "The larger of both."},
    {"min_reward", TABLE_INTEGER, "points", "The smaller of both."},
    CHOICE("1: the right picture was chosen; 0: the left one."),
    {"reward_received", TABLE_INTEGER, "points", "What the chosen picture is worth."},
    COND_FILE,
    TRIAL,
    BONUS,
    INCLUDE,
    PARTICIPANT,
    {"regret", TABLE_INTEGER, "points", "max_reward less reward_received."},
    {"chance_regret", TABLE_REAL, "points", "The regret that a coin would have: half of max_reward less min_reward."},
    CORRECT,
    OUR_COLUMNS,
};

const struct table_column *export_trial_columns(enum task_kind task)
{
    return task == TASK_CATEGORY ? CATEGORY_COLUMNS : REWARD_COLUMNS;
}

struct export_state {
    const struct study *study;
    struct table       *table;
    bool                only_above_chance;
};

static void add_include(struct table *table, int include)
{
    if (include < 0)
        table_none(table);
    else
        table_i64(table, include);
}

/* What the trials so far earned beyond the base. Two decimals: minor units are hundredths in every currency that we pay in. */
static void add_bonus(struct table *table, const struct study *study, const struct export_trial *row)
{
    struct tally tally = record_tally(&row->last);

    table_decimal(table, task_pay_minor(study->task, &study->settings.pay, &tally) - study->settings.pay.base_minor, 2);
}

static void add_dimension(struct table *table, const struct export_trial *row)
{
    if (row->is_dimension_missing)
        table_none(table);
    else
        table_i64(table, row->dimension + 1);
}

static void add_category(struct table *table, const struct study *study, const struct export_trial *row)
{
    const bool is_julty = row->category[0] == 'j';

    table_text(table, row->left_name);
    table_i64(table, row->trial.response);
    table_text(table, is_julty ? "Julty" : "Folty");
    table_i64(table, is_julty);
    table_i64(table, row->trial.is_correct);
    table_i64(table, row->condition_number);
    table_i64(table, row->participant_number);
    add_include(table, row->include);
    add_bonus(table, study, row);
    add_dimension(table, row);
    table_i64(table, row->trial.trial_index);
}

static void add_reward(struct table *table, const struct study *study, const struct export_trial *row)
{
    int chosen = row->trial.response == 1 ? row->right_points : row->left_points;
    int best   = row->left_points > row->right_points ? row->left_points : row->right_points;
    int worst  = row->left_points + row->right_points - best;

    table_text(table, row->left_name);
    table_text(table, row->right_name == NULL ? "" : row->right_name);
    add_dimension(table, row);
    table_i64(table, row->left_points);
    table_i64(table, row->right_points);
    table_i64(table, best);
    table_i64(table, worst);
    table_i64(table, row->trial.response);
    table_i64(table, chosen);
    table_i64(table, row->condition_number);
    table_i64(table, row->trial.trial_index);
    add_bonus(table, study, row);
    add_include(table, row->include);
    table_i64(table, row->participant_number);
    table_i64(table, best - chosen);
    table_decimal(table, 5 * (int64_t)(best - worst), 1);
    table_i64(table, row->trial.is_correct);
}

static void add_ours(struct table *table, const struct export_trial *row)
{
    table_text(table, row->session_public_id);
    table_text(table, row->session_state);
    table_flag(table, row->is_pilot);
    table_f64(table, row->trial.rt_ms);
    if (row->is_imported) {
        for (int i = 0; i < 6; i++) table_none(table);
    } else {
        table_f64(table, row->trial.onset_ms);
        table_f64(table, row->trial.frame_ms);
        table_flag(table, row->trial.is_visible);
        table_flag(table, row->trial.is_fullscreen);
        table_text(table, row->trial.input);
        table_f64(table, row->trial.previous_reply_ms);
    }
    table_i64(table, row->trial.received_at_ms);
    table_flag(table, row->trial.is_tie);
    table_text(table, row->program_version);
    table_flag(table, row->is_imported);
}

/* As the group page judges its people (live/group_numbers.c); tests/http/64_exports.test.ts holds the two together. */
static bool is_below_chance(const struct study *study, const struct export_trial *row)
{
    const bool is_done = strcmp(row->session_state, "active") != 0 || row->last.trial_index + 1 == study->settings.trial_count;

    return is_done && row->last.total_scored > 0 &&
           binomial_guess_at_least((int)row->last.total_correct, (int)row->last.total_scored) >= BINOMIAL_CHANCE_PROB;
}

static bool write_row(void *argument, const struct export_trial *row, struct err *err)
{
    struct export_state *state = argument;

    if (state->only_above_chance && is_below_chance(state->study, row)) return true;
    if (state->study->task == TASK_CATEGORY)
        add_category(state->table, state->study, row);
    else
        add_reward(state->table, state->study, row);
    add_ours(state->table, row);
    return table_end_row(state->table, err);
}

bool export_trials(struct store *store, const struct study *study, enum session_mode mode, struct table *table, struct err *err)
{
    struct export_state state = {.study = study, .table = table};

    return store_export_trials(store, study->study_id, mode, write_row, &state, err);
}

bool export_trials_above_chance(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                                struct err *err)
{
    struct export_state state = {.study = study, .table = table, .only_above_chance = true};

    return store_export_trials(store, study->study_id, mode, write_row, &state, err);
}
