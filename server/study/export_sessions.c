#include "study/export_sessions.h"

#include <math.h>
#include <stdlib.h>

#include "store/store_export.h"
#include "study/record.h"
#include "task/partial_pay.h"
#include "task/session_stage.h"

static const struct table_column COLUMNS[] = {
    {"participant", TABLE_INTEGER, "", "The participant within the study, from 1."},
    {"session", TABLE_TEXT, "", "The session, as in the address of its page."},
    {"state", TABLE_TEXT, "", "active, finished or left."},
    {"end_reason", TABLE_TEXT, "", "Why a session left: absent, withdrawn or comprehension; empty for others."},
    {"is_pilot", TABLE_FLAG, "", "Whether the session began while the study was being tried out."},
    {"stage", TABLE_TEXT, "", "How far the session got: instructions, practice, trials, questionnaire or done."},
    {"condition", TABLE_INTEGER, "", "The condition, from 1."},
    {"dimension", TABLE_INTEGER, "", "The dimension that decides what is right, from 1."},
    {"consented_at_ms", TABLE_INTEGER, "ms", "When the session began, by consent: the server's clock, since 1970."},
    {"comprehension_passed_at_ms", TABLE_INTEGER, "ms",
     "When all comprehension questions were answered right; empty until then."},
    {"ended_at_ms", TABLE_INTEGER, "ms", "When the session was finished or left; empty until then."},
    {"last_seen_at_ms", TABLE_INTEGER, "ms", "The newest request of the session."},
    {"comprehension_attempts", TABLE_INTEGER, "", "How often the comprehension questions were answered."},
    {"practice_trials", TABLE_INTEGER, "", "Practice trials answered."},
    {"trials", TABLE_INTEGER, "", "Trials answered, practice left out."},
    {"correct", TABLE_INTEGER, "", "Right responses, ties left out."},
    {"scored", TABLE_INTEGER, "", "Trials answered, ties left out."},
    {"accuracy", TABLE_REAL, "", "correct divided by scored; empty before the first trial."},
    {"median_rt_ms", TABLE_REAL, "ms", "Median response time of the trials."},
    {"pay", TABLE_REAL, "currency unit", "What the session has earned so far, the base payment included."},
    {"currency", TABLE_TEXT, "", "The currency of pay, such as GBP."},
    {"gender", TABLE_TEXT, "", "Answer to the final questions."},
    {"age", TABLE_INTEGER, "years", "Answer to the final questions."},
    {"strategy", TABLE_TEXT, "", "Answer to the final questions: how did you do it?"},
    {"include", TABLE_INTEGER, "", "1: the participant said that the data can be used; 0: not; empty: not asked yet."},
    {"program_version", TABLE_TEXT, "", "Version of Dinolab that the session ran with."},
    {"settings_sha256", TABLE_TEXT, "", "SHA-256 of the study's settings that the session ran with."},
    {"stimulus_set_sha256", TABLE_TEXT, "", "SHA-256 of the stimulus set."},
    {"representations_sha256", TABLE_TEXT, "", "SHA-256 of the study's representations, in their order."},
    {"consent_sha256", TABLE_TEXT, "", "SHA-256 of the consent text that was accepted."},
    {"is_imported", TABLE_FLAG, "",
     "Whether the session took place elsewhere: what is known only of sessions that ran here is empty."},
    {0},
};

const struct table_column *export_session_columns(enum task_kind task)
{
    (void)task;
    return COLUMNS;
}

struct sessions_export {
    struct store       *store;
    const struct study *study;
    struct table       *table;
};

/* 0 is "not yet" in session rows. */
static void add_time(struct table *table, int64_t at_ms)
{
    if (at_ms != 0)
        table_i64(table, at_ms);
    else
        table_none(table);
}

static const char *stage_of(const struct study *study, const struct export_session *row)
{
    const struct session_progress progress = {
        .has_passed_comprehension = row->session.comprehension_passed_at_ms != 0,
        .practice_planned         = study->settings.practice_count,
        .practice_answered        = row->practice_count,
        .trials_planned           = study->settings.trial_count,
        .trials_answered          = row->response_count,
        .has_questionnaire        = row->session.has_questionnaire,
        .is_finished              = row->session.state == SESSION_FINISHED,
    };

    return session_stage_name(session_stage(&progress));
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* Empty without a trial; of an even number, the middle of the two in the middle. */
static bool add_median_rt(struct sessions_export *export, int64_t session_id, struct err *err)
{
    struct trial_row *rows  = NULL;
    int               count = 0, known = 0;
    double           *rt_ms;
    bool              ok;
    struct arena      arena;

    arena_init(&arena);
    ok    = store_trials_of_session(export->store, session_id, PHASE_MAIN, &arena, &rows, &count, err);
    rt_ms = ok ? arena_alloc_array(&arena, (size_t)count + 1, sizeof *rt_ms) : NULL;
    if (ok && rt_ms == NULL) ok = err_no_memory(err);
    for (int i = 0; ok && i < count; i++)
        if (!isnan(rows[i].rt_ms)) rt_ms[known++] = rows[i].rt_ms;
    if (ok && known > 0) {
        qsort(rt_ms, (size_t)known, sizeof *rt_ms, by_size);
        table_f64(export->table, known % 2 == 1 ? rt_ms[known / 2] : (rt_ms[known / 2 - 1] + rt_ms[known / 2]) / 2.0);
    } else {
        table_none(export->table);
    }
    arena_close(&arena);
    return ok;
}

static void add_where(struct table *table, const struct study *study, const struct export_session *row)
{
    const struct session_row *session = &row->session;
    const char               *reason  = end_reason_name(session->end_reason);

    table_i64(table, session->participant_number);
    table_text(table, session->public_id);
    table_text(table, session_state_name(session->state));
    table_text(table, reason[0] == '\0' ? NULL : reason);
    table_flag(table, session->is_pilot);
    table_text(table, stage_of(study, row));
    table_i64(table, row->condition_number);
    if (row->is_dimension_missing)
        table_none(table);
    else
        table_i64(table, row->dimension + 1);
    add_time(table, session->is_imported ? 0 : session->consented_at_ms);
    add_time(table, session->comprehension_passed_at_ms);
    add_time(table, session->is_imported ? 0 : session->ended_at_ms);
    add_time(table, session->is_imported ? 0 : row->last_seen_ms);
}

static void add_score(struct table *table, const struct export_session *row)
{
    int64_t scored = row->last.total_scored;

    if (row->session.is_imported) {
        table_none(table);
        table_none(table);
    } else {
        table_i64(table, row->comprehension_attempt_count);
        table_i64(table, row->practice_count);
    }
    table_i64(table, row->response_count);
    table_i64(table, row->last.total_correct);
    table_i64(table, scored);
    table_f64(table, scored > 0 ? (double)row->last.total_correct / (double)scored : (double)NAN);
}

/* Two decimals: minor units are hundredths in every currency that we pay in. */
static void add_pay(struct table *table, const struct study *study, const struct export_session *row)
{
    const struct tally tally = {
        .response_count        = row->response_count,
        .scored_count          = row->last.total_scored,
        .correct_count         = row->last.total_correct,
        .regret                = row->last.total_regret,
        .chance_regret_doubled = row->last.total_chance_regret_doubled,
    };
    int64_t pay = row->session.state == SESSION_LEFT ? partial_pay_minor(&study->settings.pay, row->response_count)
                                                     : task_pay_minor(study->task, &study->settings.pay, &tally);

    if (row->session.is_imported) {
        table_none(table);
        table_none(table);
    } else {
        table_decimal(table, pay, 2);
        table_text(table, study->settings.pay.currency);
    }
}

static void add_answers(struct table *table, const struct export_session *row)
{
    if (!row->session.has_questionnaire) {
        for (int i = 0; i < 3; i++) table_none(table);
        if (row->imported_include == INCLUSION_NOT_ASKED)
            table_none(table);
        else
            table_i64(table, row->imported_include == INCLUSION_YES);
        return;
    }
    table_text(table, row->gender);
    table_i64(table, row->age);
    table_text(table, row->strategy);
    table_i64(table, row->is_included);
}

/* The material is that of the fits; with what else a session elsewhere ran is not known. */
static void add_versions(struct table *table, const struct export_session *row)
{
    const bool is_imported = row->session.is_imported;

    table_text(table, is_imported ? NULL : row->provenance.program_version);
    if (is_imported)
        table_none(table);
    else
        table_hash(table, &row->provenance.settings_sha256);
    table_hash(table, &row->provenance.stimulus_set_sha256);
    table_hash(table, &row->provenance.representations_sha256);
    if (is_imported)
        table_none(table);
    else
        table_hash(table, &row->consent_sha256);
    table_flag(table, is_imported);
}

static bool write_row(void *argument, const struct export_session *row, struct err *err)
{
    struct sessions_export *export = argument;
    struct table *table            = export->table;

    add_where(table, export->study, row);
    add_score(table, row);
    if (!add_median_rt(export, row->session.session_id, err)) return false;
    add_pay(table, export->study, row);
    add_answers(table, row);
    add_versions(table, row);
    return table_end_row(table, err);
}

bool export_sessions(struct store *store, const struct study *study, enum session_mode mode, struct table *table, struct err *err)
{
    struct sessions_export export = {.store = store, .study = study, .table = table};

    return store_export_sessions(store, study->study_id, mode, write_row, &export, err);
}
