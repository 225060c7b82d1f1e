#include "live/live_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "task/partial_pay.h"
#include "task/session_stage.h"

static const char *kind_of(const struct learner_spec *spec)
{
    const char *name = learner_name(spec->learner);

    if (strcmp(name, learner_default(LEARNER_TASK_CATEGORY)) == 0 || strcmp(name, learner_default(LEARNER_TASK_REWARD)) == 0)
        return spec->pca_count > 0 ? "pca" : "main";
    if (spec->pca_count == 0 && (strcmp(name, "ard") == 0 || strcmp(name, "logistic_lasso") == 0)) return "sparse";
    return "other";
}

void live_json_model(struct json_writer *writer, const struct live_model *model)
{
    json_text(writer, "representation", model->representation->name);
    json_text(writer, "family", model->representation->family);
    json_text(writer, "learner", model->learner->text);
    json_bool(writer, "looks_ahead", learner_looks_ahead(model->learner));
    json_text(writer, "kind", kind_of(model->learner));
}

void live_json_value_tables(struct json_writer *writer, const char *key, const struct live_study *study,
                            const struct study_status *status)
{
    json_begin_object(writer, key);
    json_i64(writer, "planned", (int64_t)status->counts.conditions * study->model_count);
    json_i64(writer, "ready", status->tables.ready);
    json_i64(writer, "failed", status->tables.failed);
    json_f64(writer, "left_s", status->tables.left_s);
    json_end_object(writer);
}

void live_json_session_counts(struct json_writer *writer, const struct study_counts *counts)
{
    json_begin_object(writer, "session_counts");
    json_i64(writer, "active", counts->active);
    json_i64(writer, "finished", counts->finished);
    json_i64(writer, "left", counts->left);
    json_end_object(writer);
}

static void write_retention(struct json_writer *writer, const struct study_status *status)
{
    json_begin_object(writer, "retention");
    if (status->retention_until_ms == 0)
        json_null(writer, "until_ms");
    else
        json_i64(writer, "until_ms", status->retention_until_ms);
    json_bool(writer, "is_near", status->is_retention_near);
    json_end_object(writer);
}

void live_json_study(struct json_writer *writer, const char *key, const struct live_study *study,
                     const struct study_status *status)
{
    char path[NAME_BYTES + 3];

    (void)snprintf(path, sizeof path, "/s/%s", study->slug);
    json_begin_object(writer, key);
    json_text(writer, "slug", study->slug);
    json_text(writer, "title", study->title);
    json_text(writer, "task", task_name(study->task));
    json_text(writer, "state", status->state);
    json_bool(writer, "is_pilot", status->counts.is_pilot);
    json_bool(writer, "is_blind", study->is_blind);
    json_bool(writer, "is_imported", status->is_imported);
    json_i64(writer, "trial_count", study->settings.trial_count);
    json_i64(writer, "condition_count", status->counts.conditions);
    json_i64(writer, "sessions_per_condition", study->settings.sessions_per_condition);
    live_json_session_counts(writer, &status->counts);
    json_text(writer, "participant_path", path);
    json_begin_array(writer, "models");
    for (int i = 0; i < study->model_count; i++) {
        json_begin_object(writer, NULL);
        live_json_model(writer, &study->models[i]);
        json_end_object(writer);
    }
    json_end_array(writer);
    live_json_value_tables(writer, "value_tables", study, status);
    write_retention(writer, status);
    json_end_object(writer);
}

static enum session_stage stage_of(const struct live_study *study, const struct session_overview *overview)
{
    const struct session_progress progress = {
        .has_passed_comprehension = overview->session.comprehension_passed_at_ms != 0,
        .practice_planned         = study->settings.practice_count,
        .practice_answered        = overview->practice_count,
        .trials_planned           = study->settings.trial_count,
        .trials_answered          = overview->response_count,
        .has_questionnaire        = overview->session.has_questionnaire,
        .is_finished              = overview->session.state == SESSION_FINISHED,
    };

    return session_stage(&progress);
}

static int64_t pay_of(const struct live_study *study, const struct session_overview *overview)
{
    const struct tally tally = {
        .response_count        = overview->response_count,
        .scored_count          = overview->total_scored,
        .correct_count         = overview->total_correct,
        .regret                = overview->total_regret,
        .chance_regret_doubled = overview->total_chance_regret_doubled,
    };

    if (overview->session.state == SESSION_LEFT) return partial_pay_minor(&study->settings.pay, overview->response_count);
    return task_pay_minor(study->task, &study->settings.pay, &tally);
}

static void write_count(struct json_writer *writer, const char *key, bool is_hidden, int64_t count)
{
    if (is_hidden)
        json_null(writer, key);
    else
        json_i64(writer, key, count);
}

static void write_leading(struct json_writer *writer, const struct live_glance *glance)
{
    if (!glance->is_there) {
        json_null(writer, "leading");
        return;
    }
    json_begin_object(writer, "leading");
    json_text(writer, "representation", glance->representation);
    json_text(writer, "learner", glance->learner);
    json_f64(writer, "posterior", glance->posterior_prob);
    json_end_object(writer);
}

void live_json_session(struct json_writer *writer, const char *key, const struct live_study *study,
                       const struct session_overview *overview, const struct live_glance *glance)
{
    const bool               is_hidden = live_study_hides(study, overview->session.is_pilot);
    const struct live_glance nothing   = {0};

    json_begin_object(writer, key);
    json_text(writer, "session_id", overview->session.public_id);
    json_i64(writer, "number", overview->session.participant_number);
    json_text(writer, "state", session_state_name(overview->session.state));
    if (overview->session.end_reason == END_NONE)
        json_null(writer, "end_reason");
    else
        json_text(writer, "end_reason", end_reason_name(overview->session.end_reason));
    json_bool(writer, "is_pilot", overview->session.is_pilot);
    json_text(writer, "stage", session_stage_name(stage_of(study, overview)));
    json_i64(writer, "condition_number", overview->condition_number);
    json_i64(writer, "trial_count", study->settings.trial_count);
    json_i64(writer, "response_count", overview->response_count);
    write_count(writer, "correct_count", is_hidden, overview->total_correct);
    write_count(writer, "scored_count", is_hidden, overview->total_scored);
    json_i64(writer, "started_at_ms", overview->session.consented_at_ms);
    json_i64(writer, "last_seen_at_ms", overview->last_seen_ms);
    write_count(writer, "pay_minor", is_hidden, pay_of(study, overview)); /* it follows from the accuracy */
    json_text(writer, "currency", study->settings.pay.currency);
    write_leading(writer, is_hidden ? &nothing : glance);
    json_text(writer, "recent", is_hidden ? "" : glance->recent);
    if (overview->inclusion == INCLUSION_NOT_ASKED)
        json_null(writer, "is_included");
    else
        json_bool(writer, "is_included", overview->inclusion == INCLUSION_YES);
    json_end_object(writer);
}

static void write_stimuli(struct json_writer *writer, const struct live_study *study, const struct condition_trial_row *planned)
{
    char hex[SECRET_HEX_BYTES];

    json_begin_array(writer, "stimuli");
    secret_hex(&planned->left_media, hex);
    json_text(writer, NULL, hex);
    if (study->task == TASK_REWARD) {
        secret_hex(&planned->right_media, hex);
        json_text(writer, NULL, hex);
    }
    json_end_array(writer);
    if (planned->left_label == NULL && planned->right_label == NULL) return;
    json_begin_array(writer, "labels");
    json_text(writer, NULL, planned->left_label);
    if (study->task == TASK_REWARD) json_text(writer, NULL, planned->right_label);
    json_end_array(writer);
}

/* With the response it says how well the participant does. */
static void write_hidden_answer(struct json_writer *writer, const struct live_study *study)
{
    json_null(writer, study->task == TASK_CATEGORY ? "category" : "points");
}

static void write_answer(struct json_writer *writer, const struct live_study *study, const struct condition_trial_row *planned)
{
    if (study->task == TASK_CATEGORY) {
        json_text(writer, "category", planned->category);
        return;
    }
    json_begin_array(writer, "points");
    json_i64(writer, NULL, planned->left_points);
    json_i64(writer, NULL, planned->right_points);
    json_end_array(writer);
}

/* `numbers` NULL: hidden ones. */
static void write_numbers(struct json_writer *writer, const char *key, const double *numbers, int count)
{
    json_begin_array(writer, key);
    for (int i = 0; i < count; i++) json_f64(writer, NULL, numbers == NULL ? NAN : numbers[i]);
    json_end_array(writer);
}

static void write_score(struct json_writer *writer, const struct trial_row *row, bool is_hidden)
{
    if (is_hidden) {
        json_null(writer, "is_correct");
        json_null(writer, "is_tie");
        return;
    }
    json_bool(writer, "is_correct", row->is_correct);
    json_bool(writer, "is_tie", row->is_tie);
}

static void write_trial(struct json_writer *writer, const char *key, const struct live_condition *condition,
                        const struct trial_row *row, const struct fit_trial *numbers, bool is_hidden)
{
    const struct live_study          *study   = condition->study;
    const struct condition_trial_row *planned = &condition->trials[row->trial_index];

    json_begin_object(writer, key);
    json_i64(writer, "trial_index", row->trial_index);
    json_i64(writer, "response", row->response);
    write_score(writer, row, is_hidden);
    json_f64(writer, "rt_ms", row->rt_ms);
    write_stimuli(writer, study, planned);
    if (is_hidden)
        write_hidden_answer(writer, study);
    else
        write_answer(writer, study, planned);
    write_numbers(writer, "prob", is_hidden ? NULL : numbers->prob, study->model_count);
    write_numbers(writer, "log_evidence", is_hidden ? NULL : numbers->log_evidence, study->model_count);
    write_numbers(writer, "posterior", is_hidden ? NULL : numbers->posterior_prob, study->model_count);
    json_end_object(writer);
}

/* null while not ready: 0 would read as "no better than chance". */
static void write_fit(struct json_writer *writer, const struct fit_state *state, int model_index, bool is_hidden)
{
    const struct fit_model *model = &state->models[model_index];
    struct choice_beta      beta;

    json_f64(writer, "accuracy", is_hidden ? NAN : fit_state_accuracy(state, model_index));
    json_f64(writer, "agreement", is_hidden ? NAN : fit_state_agreement(state, model_index));
    if (model->pairs == NULL || is_hidden) {
        json_null(writer, "r2_online");
        json_null(writer, "beta");
        return;
    }
    choice_grid_beta(&model->grid, &beta);
    json_f64(writer, "r2_online", choice_r2(-model->grid.log_evidence, model->grid.trial_count));
    json_begin_object(writer, "beta");
    json_f64(writer, "mean", beta.mean);
    json_f64(writer, "low", beta.low);
    json_f64(writer, "high", beta.high);
    json_end_object(writer);
}

static bool hides(const struct live_session *session)
{
    return live_study_hides(session->condition->study, session->overview.session.is_pilot);
}

void live_json_trial_event(struct json_writer *writer, const struct live_session *session, const struct trial_row *row,
                           const struct fit_trial *numbers)
{
    struct live_glance glance;

    live_session_glance(session, &glance);
    json_begin_object(writer, NULL);
    live_json_session(writer, "session", session->condition->study, &session->overview, &glance);
    write_trial(writer, "trial", session->condition, row, numbers, hides(session));
    json_begin_array(writer, "models");
    for (int i = 0; i < session->state.model_count; i++) {
        json_begin_object(writer, NULL);
        write_fit(writer, &session->state, i, hides(session));
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void write_models(struct json_writer *writer, const struct live_session *session)
{
    const struct live_study *study = session->condition->study;

    json_begin_array(writer, "models");
    for (int i = 0; i < study->model_count; i++) {
        json_begin_object(writer, NULL);
        live_json_model(writer, &study->models[i]);
        json_bool(writer, "is_ready", session->state.models[i].pairs != NULL);
        write_fit(writer, &session->state, i, hides(session));
        json_end_object(writer);
    }
    json_end_array(writer);
}

struct replay {
    struct json_writer          *writer;
    const struct live_condition *condition;
    const struct trial_row      *rows;
    bool                         is_hidden;
};

static bool write_replayed(void *argument, int trial_index, const struct fit_trial *numbers, struct err *err)
{
    struct replay *replay = argument;

    (void)err;
    write_trial(replay->writer, NULL, replay->condition, &replay->rows[trial_index], numbers, replay->is_hidden);
    return true;
}

bool live_json_live(struct json_writer *writer, const struct live_session *session, const struct live_glance *glance,
                    const struct trial_row *rows, struct err *err)
{
    const struct live_study *study = session->condition->study;
    struct replay replay = {.writer = writer, .condition = session->condition, .rows = rows, .is_hidden = hides(session)};

    json_begin_object(writer, NULL);
    live_json_session(writer, "session", study, &session->overview, glance);
    json_begin_object(writer, "study");
    json_text(writer, "slug", study->slug);
    json_text(writer, "title", study->title);
    json_text(writer, "task", task_name(study->task));
    json_end_object(writer);
    write_models(writer, session);
    json_begin_array(writer, "trials");
    if (!fit_state_replay(&session->state, write_replayed, &replay, err)) return false;
    json_end_array(writer);
    json_end_object(writer);
    return true;
}
