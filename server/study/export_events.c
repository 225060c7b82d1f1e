#include "study/export_events.h"

#include "store/store_export.h"

#define WHOSE                                                                                                                    \
    {"participant", TABLE_INTEGER, "", "The participant within the study, from 1."},                                             \
        {"session", TABLE_TEXT, "", "The session, as in the address of its page."},                                              \
    {                                                                                                                            \
        "is_pilot", TABLE_FLAG, "", "Whether the session began while the study was being tried out."                             \
    }

static const struct table_column EVENT_COLUMNS[] = {
    WHOSE,
    {"event", TABLE_INTEGER, "", "Counts the events of a session, from 0."},
    {"kind", TABLE_TEXT, "", "What happened, such as page_hidden, picture_failed or key_before_onset."},
    {"at_ms", TABLE_REAL, "ms", "When, on the browser's monotonic clock, which begins with each page."},
    {"trial", TABLE_INTEGER, "", "The trial that it happened in, from 0; empty outside a trial."},
    {"detail", TABLE_TEXT, "", "What there is to say about it, such as a picture's name."},
    {"received_at_ms", TABLE_INTEGER, "ms", "When the server heard of it: its clock, since 1970."},
    {0},
};

static const struct table_column ANSWER_COLUMNS[] = {
    WHOSE,
    {"gender", TABLE_TEXT, "", "Answer to the final questions."},
    {"age", TABLE_INTEGER, "years", "Answer to the final questions."},
    {"strategy", TABLE_TEXT, "", "Answer to the final questions: how did you do it?"},
    {"include", TABLE_INTEGER, "", "1: the participant said that the data can be used; 0: not."},
    {"received_at_ms", TABLE_INTEGER, "ms", "When the last answer before finishing arrived: the server's clock, since 1970."},
    {0},
};

const struct table_column *export_event_columns(enum task_kind task)
{
    (void)task;
    return EVENT_COLUMNS;
}

const struct table_column *export_questionnaire_columns(enum task_kind task)
{
    (void)task;
    return ANSWER_COLUMNS;
}

static bool write_event(void *argument, const struct export_event *row, struct err *err)
{
    struct table *table = argument;

    table_i64(table, row->participant_number);
    table_text(table, row->session_public_id);
    table_flag(table, row->is_pilot);
    table_i64(table, row->event_index);
    table_text(table, row->kind);
    table_f64(table, row->at_ms);
    if (row->trial_index < 0)
        table_none(table);
    else
        table_i64(table, row->trial_index);
    table_text(table, row->detail);
    table_i64(table, row->received_at_ms);
    return table_end_row(table, err);
}

static bool write_answers(void *argument, const struct export_answers *row, struct err *err)
{
    struct table *table = argument;

    table_i64(table, row->participant_number);
    table_text(table, row->session_public_id);
    table_flag(table, row->is_pilot);
    table_text(table, row->gender);
    table_i64(table, row->age);
    table_text(table, row->strategy);
    table_i64(table, row->is_included);
    table_i64(table, row->received_at_ms);
    return table_end_row(table, err);
}

bool export_events(struct store *store, const struct study *study, enum session_mode mode, struct table *table, struct err *err)
{
    return store_export_events(store, study->study_id, mode, write_event, table, err);
}

bool export_questionnaires(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                           struct err *err)
{
    return store_export_questionnaires(store, study->study_id, mode, write_answers, table, err);
}
