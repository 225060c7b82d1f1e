#include "live/export_fits.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/csv.h"
#include "live/live_session.h"

static const char HEADER[] =
    "participant,session,state,is_pilot,condition,trials,representation,family,learner,looks_ahead,is_ready,"
    "log_evidence,r2_online,posterior,beta_mean,beta_low,beta_high,accuracy,agreement\r\n";

struct fits_export {
    struct store          *store;
    struct live_study     *study;
    struct live_condition *condition; /* of the sessions being written; NULL at first */
    FILE                  *out;
    struct text            line;
    int64_t                row_count;
};

static void add_number(struct text *line, double value)
{
    text_add(line, ",");
    if (isfinite(value)) text_add_f64(line, value);
}

static void add_fit(struct text *line, const struct fit_row *fit, bool is_ready)
{
    bool is_begun = fit->trial_count > 0;

    add_number(line, is_ready ? fit->log_evidence : NAN);
    add_number(line, is_ready ? fit->r2_online : NAN);
    add_number(line, is_ready && is_begun ? fit->posterior_prob : NAN);
    add_number(line, is_ready ? fit->beta_mean : NAN);
    add_number(line, is_ready ? fit->beta_low : NAN);
    add_number(line, is_ready ? fit->beta_high : NAN);
}

static bool write_row(struct fits_export *export, const struct live_session *session, int model_index, const struct fit_row *fit,
                      struct err *err)
{
    const struct session_row *row      = &session->overview.session;
    const struct live_model  *model    = &export->study->models[model_index];
    bool                      is_ready = session->state.models[model_index].pairs != NULL;
    struct text              *line     = &export->line;

    text_reset(line);
    text_printf(line, "%d,%s,%s,%d,%d,%d,", row->participant_number, row->public_id, session_state_name(row->state),
                row->is_pilot, session->overview.condition_number, session->state.response_count);
    csv_write_field(line, model->representation->name);
    text_add(line, ",");
    csv_write_field(line, model->representation->family);
    text_add(line, ",");
    csv_write_field(line, model->learner->text);
    text_printf(line, ",%d,%d", learner_looks_ahead(model->learner), is_ready);
    add_fit(line, fit, is_ready);
    add_number(line, fit_state_accuracy(&session->state, model_index));
    add_number(line, fit_state_agreement(&session->state, model_index));
    text_add(line, "\r\n");
    if (!text_ok(line, err)) return false;
    if (fwrite(line->data, 1, line->length, export->out) != line->length) return err_errno(err, "write the export");
    export->row_count++;
    return true;
}

static bool write_session(struct fits_export *export, const struct session_overview *overview, struct fit_row *fits,
                          struct err *err)
{
    struct live_session *session = live_session_load(export->store, export->condition, overview, err);
    bool                 ok      = session != NULL;

    if (ok) live_session_fits(session, fits);
    for (int i = 0; ok && i < export->study->model_count; i++) ok = write_row(export, session, i, &fits[i], err);
    live_session_free(session);
    return ok;
}

static bool need_condition(struct fits_export *export, int64_t condition_id, struct err *err)
{
    if (export->condition != NULL && export->condition->row.condition_id == condition_id) return true;
    live_condition_free(export->condition);
    export->condition = live_condition_load(export->store, export->study, condition_id, err);
    return export->condition != NULL;
}

static int by_condition(const void *left, const void *right)
{
    const struct session_overview *a = left;
    const struct session_overview *b = right;

    if (a->condition_number != b->condition_number) return a->condition_number < b->condition_number ? -1 : 1;
    return (a->session.participant_number > b->session.participant_number) -
           (a->session.participant_number < b->session.participant_number);
}

static bool write_sessions(struct fits_export *export, enum session_mode mode, struct arena *arena, struct err *err)
{
    struct session_overview *sessions = NULL;
    struct fit_row          *fits     = arena_alloc_array(arena, (size_t) export->study->model_count, sizeof *fits);
    int                      count    = 0;

    if (fits == NULL) return err_no_memory(err);
    if (!store_overviews_of_study(export->store, export->study->study_id, mode, INT_MAX, arena, &sessions, &count, err))
        return false;
    if (count > 1) qsort(sessions, (size_t)count, sizeof *sessions, by_condition);
    for (int i = 0; i < count; i++)
        if (!need_condition(export, sessions[i].session.condition_id, err) || !write_session(export, &sessions[i], fits, err))
            return false;
    return true;
}

bool export_fits(struct store *store, int64_t study_id, enum session_mode mode, FILE *out, int64_t *row_count, struct err *err)
{
    struct fits_export export = {.store = store, .out = out};
    struct arena arena;
    bool         ok;

    export.study = live_study_load(store, study_id, err);
    if (export.study == NULL) return false;
    arena_init(&arena);
    text_init(&export.line);
    ok = fputs(HEADER, out) != EOF ? true : err_errno(err, "write the export");
    ok = ok && write_sessions(&export, mode, &arena, err);
    if (ok && fflush(out) != 0) ok = err_errno(err, "write the export");
    *row_count = export.row_count;
    live_condition_free(export.condition);
    live_study_free(export.study);
    text_close(&export.line);
    arena_close(&arena);
    return ok;
}
