#include "study/export_sessions.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "store/store_export.h"
#include "study/record.h"
#include "task/partial_pay.h"
#include "task/session_stage.h"

static const char HEADER[] =
    "participant,session,state,end_reason,is_pilot,stage,condition,dimension,consented_at_ms,comprehension_passed_at_ms,ended_at_"
    "ms,last_seen_at_ms,"
    "comprehension_attempts,practice_trials,trials,correct,scored,accuracy,median_rt_ms,pay,currency,gender,age,strategy,include,"
    "program_version,settings_sha256,stimulus_set_sha256,representations_sha256,consent_sha256,is_imported\r\n";

struct sessions_export {
    struct store       *store;
    const struct study *study;
    FILE               *out;
    struct text         line;
    int64_t             row_count;
};

/* 0 is "not yet" in session rows. */
static void add_time(struct text *line, int64_t at_ms)
{
    if (at_ms != 0) text_printf(line, "%" PRId64, at_ms);
    text_add(line, ",");
}

static void add_hash(struct text *line, const struct secret_hash *hash, const char *after)
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(hash, hex);
    text_printf(line, "%s%s", hex, after);
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

/* Empty without a known response time; of an even number, the middle of the two in the middle. */
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
        text_add_f64(&export->line, known % 2 == 1 ? rt_ms[known / 2] : (rt_ms[known / 2 - 1] + rt_ms[known / 2]) / 2.0);
    }
    text_add(&export->line, ",");
    arena_close(&arena);
    return ok;
}

static void add_where(struct text *line, const struct study *study, const struct export_session *row)
{
    const struct session_row *session = &row->session;

    text_printf(line, "%d,%s,%s,%s,%d,%s,%d,", session->participant_number, session->public_id,
                session_state_name(session->state), end_reason_name(session->end_reason), session->is_pilot, stage_of(study, row),
                row->condition_number);
    if (!row->is_dimension_missing) text_printf(line, "%d", row->dimension + 1);
    text_add(line, ",");
    add_time(line, session->consented_at_ms);
    add_time(line, session->comprehension_passed_at_ms);
    add_time(line, session->ended_at_ms);
    add_time(line, row->last_seen_ms);
}

static void add_score(struct text *line, const struct export_session *row)
{
    int64_t scored = row->last.total_scored;

    text_printf(line, "%d,%d,%d,%" PRId64 ",%" PRId64 ",", row->comprehension_attempt_count, row->practice_count,
                row->response_count, row->last.total_correct, scored);
    if (scored > 0) text_add_f64(line, (double)row->last.total_correct / (double)scored);
    text_add(line, ",");
}

/* Two decimals: minor units are hundredths in every currency that we pay in. */
static void add_pay(struct text *line, const struct study *study, const struct export_session *row)
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

    text_printf(line, "%" PRId64 ".%02" PRId64 ",%s,", pay / 100, pay % 100, study->settings.pay.currency);
}

static void add_answers(struct text *line, const struct export_session *row)
{
    if (!row->session.has_questionnaire) {
        text_add(line, ",,,");
        if (row->imported_include != INCLUSION_NOT_ASKED) text_printf(line, "%d", row->imported_include == INCLUSION_YES);
        text_add(line, ",");
        return;
    }
    csv_write_field(line, row->gender);
    text_printf(line, ",%d,", row->age);
    csv_write_field(line, row->strategy);
    text_printf(line, ",%d,", row->is_included);
}

static bool write_row(void *argument, const struct export_session *row, struct err *err)
{
    struct sessions_export *export = argument;
    struct text *line              = &export->line;

    text_reset(line);
    add_where(line, export->study, row);
    add_score(line, row);
    if (!add_median_rt(export, row->session.session_id, err)) return false;
    add_pay(line, export->study, row);
    add_answers(line, row);
    text_printf(line, "%s,", row->provenance.program_version);
    add_hash(line, &row->provenance.settings_sha256, ",");
    add_hash(line, &row->provenance.stimulus_set_sha256, ",");
    add_hash(line, &row->provenance.representations_sha256, ",");
    add_hash(line, &row->consent_sha256, ",");
    text_printf(line, "%d\r\n", row->session.is_imported);
    if (!text_ok(line, err)) return false;
    if (fwrite(line->data, 1, line->length, export->out) != line->length) return err_errno(err, "write the export");
    export->row_count++;
    return true;
}

bool export_sessions(struct store *store, const struct study *study, enum session_mode mode, FILE *out, int64_t *row_count,
                     struct err *err)
{
    struct sessions_export export = {.store = store, .study = study, .out = out};
    bool ok;

    text_init(&export.line);
    ok = fputs(HEADER, out) != EOF ? true : err_errno(err, "write the export");
    ok = ok && store_export_sessions(store, study->study_id, mode, write_row, &export, err);
    if (ok && fflush(out) != 0) ok = err_errno(err, "write the export");
    text_close(&export.line);
    *row_count = export.row_count;
    return ok;
}
