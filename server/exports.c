#include "exports.h"

#include <string.h>

#include "live/export_fits.h"
#include "study/export_events.h"
#include "study/export_jspsych.h"
#include "study/export_sessions.h"
#include "study/export_trials.h"

static const struct table_column *fit_columns(enum task_kind task)
{
    (void)task;
    return EXPORT_FIT_COLUMNS;
}

static const struct table_column *fit_trial_columns(enum task_kind task)
{
    (void)task;
    return EXPORT_FIT_TRIAL_COLUMNS;
}

static bool write_fits(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                       struct err *err)
{
    return export_fits(store, study->study_id, mode, table, err);
}

static bool write_fit_trials(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                             struct err *err)
{
    return export_fit_trials(store, study->study_id, mode, table, err);
}

const struct export_kind EXPORT_KINDS[] = {
    {"trials", "all", "trials", "Every trial, the papers' columns first.", false, export_trial_columns, export_trials},
    {"above_chance", "above_chance", "trials", "Trials of sessions that are better than guessing, the papers' columns first.",
     false, export_trial_columns, export_trials_above_chance},
    {"sessions", "sessions", "sessions",
     "Every session with times, score, pay, final questions and the versions that it ran with.", false, export_session_columns,
     export_sessions},
    {"events", "events", "events", "What happened beside the responses: hidden pages, failed pictures, early keys.", false,
     export_event_columns, export_events},
    {"questionnaire", "questionnaire", "answered sessions", "The final questions, a row per session that answered them.", false,
     export_questionnaire_columns, export_questionnaires},
    {"fits", "fits", "fits", "Every session's numbers for every model.", false, fit_columns, write_fits},
    {"fit-trials", "fit-trials", "predictions", "Every trial's numbers for every model: expectation, probability, posterior.",
     false, fit_trial_columns, write_fit_trials},
    {"jspsych", "jspsych", "trials", "Every trial, practice too, as jsPsych writes its data.", true, export_jspsych_columns,
     export_jspsych},
    {0},
};

const struct export_kind *export_kind_by_name(const char *name)
{
    for (const struct export_kind *kind = EXPORT_KINDS; kind->name != NULL; kind++)
        if (strcmp(kind->name, name) == 0) return kind;
    return NULL;
}
