#include "live/fit_state.h"

#include <math.h>
#include <stdlib.h>

bool fit_state_init(struct fit_state *state, enum learner_task task, int model_count, int trial_count, const signed char *truths,
                    struct err *err)
{
    *state = (struct fit_state){.task = task, .model_count = model_count, .trial_count = trial_count, .truths = truths};
    if (model_count < 0 || trial_count < 0)
        return err_set(err, ERR_INTERNAL, "a fit of %d models over %d trials", model_count, trial_count);
    /* one more each, for a size above 0 */
    state->responses = calloc((size_t)trial_count + 1, sizeof *state->responses);
    state->models    = calloc((size_t)model_count + 1, sizeof *state->models);
    state->scratch   = calloc(2 * (size_t)model_count + 1, sizeof *state->scratch);
    if (state->responses == NULL || state->models == NULL || state->scratch == NULL) {
        fit_state_close(state);
        return err_no_memory(err);
    }
    for (int m = 0; m < model_count; m++) choice_grid_init(&state->models[m].grid);
    return true;
}

void fit_state_close(struct fit_state *state)
{
    free(state->responses);
    free(state->models);
    free(state->scratch);
    *state = (struct fit_state){0};
}

double fit_past_drive(const void *fit_past, int trial_index)
{
    const struct fit_past     *past  = fit_past;
    const struct learner_value value = {.left = past->pairs[2 * trial_index], .right = past->pairs[2 * trial_index + 1]};

    return choice_drive(past->task, &value);
}

int fit_preference(const double *pairs, int trial_index)
{
    const double left = pairs[2 * trial_index], right = pairs[2 * trial_index + 1];

    return (right > left) - (right < left);
}

static void count_halves(struct fit_model *model, int trial_index, int truth, int response)
{
    const int preference = fit_preference(model->pairs, trial_index);
    const int own        = trial_index == 0 ? 0 : preference; /* before the first trial nothing is known */

    if (truth >= 0) model->right_halves += truth == 1 ? 1 + own : 1 - own;
    model->agreement_halves += response == 1 ? 1 + preference : 1 - preference;
}

/* Returns the probability that the response had before it was made. */
static double update_model(struct fit_model *model, struct fit_state *state, int trial_index, int response)
{
    const struct fit_past past  = {state->task, model->pairs};
    const double          drive = fit_past_drive(&past, trial_index);
    const double          right = choice_grid_update(&model->grid, drive, response, fit_past_drive, &past);

    count_halves(model, trial_index, state->truths[trial_index], response);
    state->update_count++;
    return response == 1 ? right : 1.0 - right;
}

void fit_state_set_values(struct fit_state *state, int model_index, const double *pairs)
{
    struct fit_model *model = &state->models[model_index];

    choice_grid_init(&model->grid);
    model->right_halves     = 0;
    model->agreement_halves = 0;
    model->pairs            = pairs;
    if (pairs == NULL) return;
    for (int t = 0; t < state->response_count; t++) (void)update_model(model, state, t, state->responses[t]);
}

double fit_state_accuracy(const struct fit_state *state, int model_index)
{
    const struct fit_model *model = &state->models[model_index];

    return model->pairs == NULL || state->scored_count == 0 ? (double)NAN : 0.5 * model->right_halves / state->scored_count;
}

double fit_state_agreement(const struct fit_state *state, int model_index)
{
    const struct fit_model *model = &state->models[model_index];

    return model->pairs == NULL || state->response_count == 0 ? (double)NAN
                                                              : 0.5 * model->agreement_halves / state->response_count;
}

void fit_state_posterior(const struct fit_state *state, double *posterior_prob)
{
    double *evidence  = state->scratch;
    double *posterior = state->scratch + state->model_count;
    int     count     = 0;

    for (int m = 0; m < state->model_count; m++)
        if (state->models[m].pairs != NULL) evidence[count++] = state->models[m].grid.log_evidence;
    if (count > 0) choice_posterior(count, evidence, posterior);
    count = 0;
    for (int m = 0; m < state->model_count; m++)
        posterior_prob[m] = state->models[m].pairs != NULL ? posterior[count++] : (double)NAN;
}

/* Tour 8/9: one response, one grid update for every model. */
bool fit_state_respond(struct fit_state *state, int response, struct fit_trial *out, struct err *err)
{
    int trial_index = state->response_count;

    if (trial_index >= state->trial_count)
        return err_set(err, ERR_INTERNAL, "response %d of a session with %d trials", trial_index + 1, state->trial_count);
    if (response != 0 && response != 1) return err_set(err, ERR_INTERNAL, "response %d of trial %d", response, trial_index);
    state->responses[trial_index] = (unsigned char)response;
    state->response_count++;
    state->scored_count += state->truths[trial_index] >= 0;
    for (int m = 0; m < state->model_count; m++) {
        struct fit_model *model = &state->models[m];
        double            prob  = (double)NAN;

        if (model->pairs != NULL) prob = update_model(model, state, trial_index, response);
        if (out == NULL) continue;
        out->prob[m]         = prob;
        out->log_evidence[m] = model->pairs != NULL ? model->grid.log_evidence : (double)NAN;
    }
    if (out != NULL) fit_state_posterior(state, out->posterior_prob);
    return true;
}

static bool replay_into(const struct fit_state *state, struct fit_state *again, struct fit_trial *trial, fit_visit_fn visit,
                        void *argument, struct err *err)
{
    for (int m = 0; m < state->model_count; m++) fit_state_set_values(again, m, state->models[m].pairs);
    for (int t = 0; t < state->response_count; t++)
        if (!fit_state_respond(again, state->responses[t], trial, err) || !visit(argument, t, trial, err)) return false;
    return true;
}

bool fit_state_replay(const struct fit_state *state, fit_visit_fn visit, void *argument, struct err *err)
{
    bool             ok    = false;
    double          *array = NULL;
    struct fit_state again;
    struct fit_trial trial;

    if (!fit_state_init(&again, state->task, state->model_count, state->trial_count, state->truths, err)) return false;
    array = calloc(3 * (size_t)state->model_count + 1, sizeof *array);
    if (array == NULL) {
        err_no_memory(err);
        goto done;
    }
    trial = (struct fit_trial){array, array + state->model_count, array + 2 * (size_t)state->model_count};
    ok    = replay_into(state, &again, &trial, visit, argument, err);
done:
    free(array);
    fit_state_close(&again);
    return ok;
}
