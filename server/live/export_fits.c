#include "live/export_fits.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "live/live_session.h"

#define WHOSE                                                                                                                    \
    {"participant", TABLE_INTEGER, "", "The participant within the study, from 1."},                                             \
        {"session", TABLE_TEXT, "", "The session, as in the address of its page."},                                              \
        {"state", TABLE_TEXT, "", "active, finished or left."},                                                                  \
        {"is_pilot", TABLE_FLAG, "", "Whether the session began while the study was being tried out."},                          \
    {                                                                                                                            \
        "condition", TABLE_INTEGER, "", "The condition, from 1."                                                                 \
    }
#define MODEL                                                                                                                    \
    {"representation", TABLE_TEXT, "", "The representation that the model sees."},                                               \
        {"family", TABLE_TEXT, "", "The representation's family."},                                                              \
        {"learner", TABLE_TEXT, "", "The model's learner, with its options."},                                                   \
    {                                                                                                                            \
        "looks_ahead", TABLE_FLAG, "", "Whether the learner uses more of the condition than had been shown."                     \
    }

const struct table_column EXPORT_FIT_COLUMNS[] = {
    WHOSE,
    {"trials", TABLE_INTEGER, "", "Trials answered, practice left out."},
    MODEL,
    {"is_ready", TABLE_FLAG, "", "Whether the model's expectations are computed; its numbers are empty otherwise."},
    {"log_evidence", TABLE_REAL, "nats", "Log probability of all responses, each predicted before it was made."},
    {"r2_online", TABLE_REAL, "", "1 less the negative log likelihood divided by that of guessing."},
    {"posterior", TABLE_REAL, "", "Probability of the model among the study's, all equal before the first trial."},
    {"beta_mean", TABLE_REAL, "", "Posterior mean of the choice rule's slope."},
    {"beta_low", TABLE_REAL, "", "2.5 % point of the slope."},
    {"beta_high", TABLE_REAL, "", "97.5 % point of the slope."},
    {"accuracy", TABLE_REAL, "", "The learner's own share of right answers on the trials so far."},
    {"agreement", TABLE_REAL, "", "Share of responses that are what the learner prefers."},
    {0},
};

const struct table_column EXPORT_FIT_TRIAL_COLUMNS[] = {
    WHOSE,
    {"trial", TABLE_INTEGER, "", "The trial within the session, from 0; practice is not counted."},
    MODEL,
    {"value_left", TABLE_REAL, "", "What the learner expects of the left option (category: of Folty) before the trial."},
    {"value_right", TABLE_REAL, "", "What it expects of the right option (category: of Julty)."},
    {"choice", TABLE_INTEGER, "", "The response: 1 right (Julty), 0 left (Folty)."},
    {"choice_prob", TABLE_REAL, "", "Probability of that response before it was made."},
    {"log_evidence", TABLE_REAL, "nats", "Log probability of all responses up to and including this one."},
    {"posterior", TABLE_REAL, "", "Probability of the model among the study's after this trial."},
    {0},
};

struct fits_export {
    struct store          *store;
    struct live_study     *study;
    struct live_condition *condition; /* of the sessions being written; NULL at first */
    struct table          *table;
    bool                   is_by_trial;
    struct live_session   *session; /* whose trials are being written */
};

static void add_whose(struct table *table, const struct live_session *session)
{
    const struct session_row *row = &session->overview.session;

    table_i64(table, row->participant_number);
    table_text(table, row->public_id);
    table_text(table, session_state_name(row->state));
    table_flag(table, row->is_pilot);
    table_i64(table, session->overview.condition_number);
}

static void add_model(struct table *table, const struct live_model *model)
{
    table_text(table, model->representation->name);
    table_text(table, model->representation->family);
    table_text(table, model->learner->text);
    table_flag(table, learner_looks_ahead(model->learner));
}

static void add_fit(struct table *table, const struct fit_row *fit, bool is_ready)
{
    bool is_begun = fit->trial_count > 0;

    table_f64(table, is_ready ? fit->log_evidence : (double)NAN);
    table_f64(table, is_ready ? fit->r2_online : (double)NAN);
    table_f64(table, is_ready && is_begun ? fit->posterior_prob : (double)NAN);
    table_f64(table, is_ready ? fit->beta_mean : (double)NAN);
    table_f64(table, is_ready ? fit->beta_low : (double)NAN);
    table_f64(table, is_ready ? fit->beta_high : (double)NAN);
}

static bool write_row(struct fits_export *export, const struct live_session *session, int model_index, const struct fit_row *fit,
                      struct err *err)
{
    struct table *table    = export->table;
    bool          is_ready = session->state.models[model_index].pairs != NULL;

    add_whose(table, session);
    table_i64(table, session->state.response_count);
    add_model(table, &export->study->models[model_index]);
    table_flag(table, is_ready);
    add_fit(table, fit, is_ready);
    table_f64(table, fit_state_accuracy(&session->state, model_index));
    table_f64(table, fit_state_agreement(&session->state, model_index));
    return table_end_row(table, err);
}

/* One trial, a row per model. */
static bool write_trial(void *argument, int trial_index, const struct fit_trial *trial, struct err *err)
{
    struct fits_export *export    = argument;
    const struct fit_state *state = &export->session->state;
    struct table           *table = export->table;

    for (int i = 0; i < export->study->model_count; i++) {
        const double *pairs = state->models[i].pairs;

        add_whose(table, export->session);
        table_i64(table, trial_index);
        add_model(table, &export->study->models[i]);
        table_f64(table, pairs == NULL ? (double)NAN : pairs[2 * trial_index]);
        table_f64(table, pairs == NULL ? (double)NAN : pairs[2 * trial_index + 1]);
        table_i64(table, state->responses[trial_index]);
        table_f64(table, trial->prob[i]);
        table_f64(table, trial->log_evidence[i]);
        table_f64(table, trial->posterior_prob[i]);
        if (!table_end_row(table, err)) return false;
    }
    return true;
}

static bool write_session(struct fits_export *export, const struct session_overview *overview, struct fit_row *fits,
                          struct err *err)
{
    struct live_session *session = live_session_load(export->store, export->condition, overview, err);
    bool                 ok      = session != NULL;

    export->session = session;
    if (ok && export->is_by_trial) ok = fit_state_replay(&session->state, write_trial, export, err);
    if (ok && !export->is_by_trial) live_session_fits(session, fits);
    for (int i = 0; ok && !export->is_by_trial && i < export->study->model_count; i++)
        ok = write_row(export, session, i, &fits[i], err);
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

static bool write_all(struct fits_export *export, int64_t study_id, enum session_mode mode, struct err *err)
{
    struct arena arena;
    bool         ok;

    export->study = live_study_load(export->store, study_id, err);
    if (export->study == NULL) return false;
    arena_init(&arena);
    ok = write_sessions(export, mode, &arena, err);
    live_condition_free(export->condition);
    live_study_free(export->study);
    arena_close(&arena);
    return ok;
}

bool export_fits(struct store *store, int64_t study_id, enum session_mode mode, struct table *table, struct err *err)
{
    struct fits_export export = {.store = store, .table = table};

    return write_all(&export, study_id, mode, err);
}

bool export_fit_trials(struct store *store, int64_t study_id, enum session_mode mode, struct table *table, struct err *err)
{
    struct fits_export export = {.store = store, .table = table, .is_by_trial = true};

    return write_all(&export, study_id, mode, err);
}
