#include "live/live_session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct live_session *live_session_load(struct store *store, struct live_condition *condition,
                                       const struct session_overview *overview, struct err *err)
{
    struct live_session *session = calloc(1, sizeof *session);

    if (session == NULL) return err_no_memory(err), NULL;
    session->overview  = *overview;
    session->condition = condition;
    if (live_condition_state_init(condition, &session->state, err)) {
        if (live_session_catch_up(session, store, NULL, NULL, err)) {
            session->untold_at_ms = 0; /* what was stored before is no news */
            return session;
        }
        fit_state_close(&session->state);
    }
    err_wrap(err, "session %lld", (long long)overview->session.session_id);
    free(session);
    return NULL;
}

void live_session_free(struct live_session *session)
{
    if (session == NULL) return;
    fit_state_close(&session->state);
    free(session);
}

static void see(struct live_session *session, const struct trial_row *row)
{
    if (row->received_at_ms > session->overview.last_seen_ms) session->overview.last_seen_ms = row->received_at_ms;
    if (session->untold_at_ms == 0) session->untold_at_ms = row->received_at_ms;
}

static bool respond(struct live_session *session, const struct trial_row *row, live_trial_fn taken, void *argument,
                    struct err *err)
{
    struct session_overview *overview = &session->overview;
    struct fit_trial         numbers  = session->condition->study->scratch;

    if (!fit_state_respond(&session->state, row->response, taken == NULL ? NULL : &numbers, err)) return false;
    overview->response_count              = row->trial_index + 1;
    overview->total_correct               = row->total_correct;
    overview->total_scored                = row->total_scored;
    overview->total_regret                = row->total_regret;
    overview->total_chance_regret_doubled = row->total_chance_regret_doubled;
    see(session, row);
    if (taken != NULL) taken(argument, session, row, &numbers);
    return true;
}

bool live_session_catch_up(struct live_session *session, struct store *store, live_trial_fn taken, void *argument,
                           struct err *err)
{
    struct trial_row *rows  = NULL;
    int               count = 0;
    bool              ok;
    struct arena      arena;

    arena_init(&arena);
    ok = store_trials_of_session(store, session->overview.session.session_id, PHASE_MAIN, &arena, &rows, &count, err);
    for (int i = session->state.response_count; ok && i < count; i++)
        ok = rows[i].trial_index == i ? respond(session, &rows[i], taken, argument, err)
                                      : err_set(err, ERR_INTERNAL, "trial %d is missing", i);
    arena_close(&arena);
    return ok;
}

bool live_session_take(struct live_session *session, struct store *store, const struct trial_row *row, live_trial_fn taken,
                       void *argument, struct err *err)
{
    struct session_overview *overview = &session->overview;

    if (row->phase == PHASE_PRACTICE) {
        if (row->trial_index >= overview->practice_count) overview->practice_count = row->trial_index + 1;
        see(session, row);
        return true;
    }
    if (row->trial_index < session->state.response_count) return true;
    if (row->trial_index > session->state.response_count) return live_session_catch_up(session, store, taken, argument, err);
    return respond(session, row, taken, argument, err);
}

static void look_back(const struct live_session *session, char *recent)
{
    const struct fit_state *state = &session->state;
    int                     t     = state->response_count > LIVE_RECENT_COUNT ? state->response_count - LIVE_RECENT_COUNT : 0;

    for (; t < state->response_count; t++)
        *recent++ = state->truths[t] < 0 ? 't' : state->truths[t] == state->responses[t] ? 'r' : 'w';
    *recent = '\0';
}

void live_session_glance(const struct live_session *session, struct live_glance *out)
{
    const struct live_study *study     = session->condition->study;
    double                  *posterior = study->posterior_scratch;
    int                      best      = -1;

    *out = (struct live_glance){0};
    look_back(session, out->recent);
    if (session->state.response_count == 0 || session->condition->ready_count == 0) return;
    fit_state_posterior(&session->state, posterior);
    for (int i = 0; i < study->model_count; i++)
        if (!isnan(posterior[i]) && (best < 0 || posterior[i] > posterior[best])) best = i;
    if (best < 0) return;
    out->is_there       = true;
    out->representation = study->models[best].representation->name;
    out->learner        = study->models[best].learner->text;
    out->posterior_prob = posterior[best];
}

void live_glance_stored(const struct live_study *study, const struct session_overview *overview, struct live_glance *out)
{
    int index;

    *out = (struct live_glance){0};
    if (!overview->has_leading) return;
    index = live_study_model_index(study, overview->leading_representation_id, overview->leading_learner);
    if (index < 0) return;
    *out = (struct live_glance){.is_there       = true,
                                .representation = study->models[index].representation->name,
                                .learner        = study->models[index].learner->text,
                                .posterior_prob = overview->leading_posterior_prob};
}

void live_session_fits(const struct live_session *session, struct fit_row *rows)
{
    const struct live_study *study     = session->condition->study;
    double                  *posterior = study->posterior_scratch;

    fit_state_posterior(&session->state, posterior);
    for (int i = 0; i < study->model_count; i++) {
        const struct choice_grid *grid = &session->state.models[i].grid;
        struct choice_beta        beta;

        choice_grid_beta(grid, &beta);
        rows[i] = (struct fit_row){
            .session_id        = session->overview.session.session_id,
            .representation_id = study->models[i].representation->representation_id,
            .trial_count       = grid->trial_count,
            .log_evidence      = grid->log_evidence,
            .r2_online         = choice_r2(-grid->log_evidence, grid->trial_count),
            .posterior_prob    = posterior[i],
            .beta_mean         = beta.mean,
            .beta_low          = beta.low,
            .beta_high         = beta.high,
        };
        (void)snprintf(rows[i].learner, sizeof rows[i].learner, "%s", study->models[i].learner->text);
    }
}
