#include "live/recovery.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "model/choice_rule.h"
#include "model/logistic.h"

const struct recovery_settings RECOVERY_DEFAULTS = {
    .participant_count = 200, .accuracy_low = 0.75, .accuracy_high = 0.85, .seed = 1};

struct recovery {
    const struct recovery_settings *settings;
    const struct live_study        *study;
    enum learner_task               task;
    struct live_condition *const   *conditions;
    int                             condition_count;
    struct rng                      rng;
    int                            *won_count; /* per model, of the people under way */
    double                         *nll;       /* per model, likewise */
    int                             trial_count;
    int                             right_count; /* of the people under way, as counted_count */
    int                             counted_count;
    int                             covered_count;
};

static double drive_at(const struct recovery *recovery, const struct live_condition *condition, int model_index, int trial_index)
{
    const double *pair = condition->columns[model_index] + 2 * (ptrdiff_t)trial_index;

    return choice_drive(recovery->task, &(struct learner_value){.left = pair[0], .right = pair[1]});
}

/* Over all conditions: the expected share of right responses at a beta, or of those that the model prefers. */
static double expected_share(const struct recovery *recovery, int model_index, double beta, bool is_agreement)
{
    double sum   = 0.0;
    int    count = 0;

    for (int c = 0; c < recovery->condition_count; c++) {
        const struct live_condition *condition = recovery->conditions[c];

        for (int t = 0; t < condition->trial_count; t++) {
            const double drive = drive_at(recovery, condition, model_index, t);
            const int    right = is_agreement ? drive > 0.0 : condition->truths[t];

            if (right < 0) continue;
            sum += logistic_prob(right == 1 ? beta * drive : -beta * drive);
            count++;
        }
    }
    return count > 0 ? sum / count : 0.5;
}

/* The smallest beta of the grid's range at which the share reaches `target`, between points on a logarithmic line; the beta of the
 * largest share when none does. */
static double beta_for(const double *share, double target)
{
    int largest = 0;

    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        if (share[i] > share[largest]) largest = i;
        if (share[i] < target) continue;
        if (i == 0) return choice_beta_at(0);
        return choice_beta_at(i - 1) *
               pow(choice_beta_at(i) / choice_beta_at(i - 1), (target - share[i - 1]) / (share[i] - share[i - 1]));
    }
    return choice_beta_at(largest);
}

static bool reaches(const double *share, double target)
{
    for (int i = 0; i < CHOICE_GRID_COUNT; i++)
        if (share[i] >= target) return true;
    return false;
}

static void find_betas(const struct recovery *recovery, int model_index, struct recovery_row *row)
{
    const double low = recovery->settings->accuracy_low;
    double       share[CHOICE_GRID_COUNT];

    for (int how = 0; how < 2; how++) {
        for (int i = 0; i < CHOICE_GRID_COUNT; i++) share[i] = expected_share(recovery, model_index, choice_beta_at(i), how == 1);
        row->how = how == 0 ? RECOVERY_BY_ACCURACY : RECOVERY_BY_AGREEMENT;
        if (!reaches(share, low)) continue;
        row->beta_low  = beta_for(share, low);
        row->beta_high = fmax(row->beta_low, beta_for(share, recovery->settings->accuracy_high));
        return;
    }
    row->how = RECOVERY_FLAT;
}

static int best_model(const struct fit_state *state)
{
    int best = 0;

    for (int m = 1; m < state->model_count; m++)
        if (state->models[m].grid.log_evidence > state->models[best].grid.log_evidence) best = m;
    return best;
}

static void count_person(struct recovery *recovery, const struct fit_state *state, int model_index, double beta)
{
    struct choice_beta interval;

    recovery->won_count[best_model(state)]++;
    for (int m = 0; m < state->model_count; m++) recovery->nll[m] -= state->models[m].grid.log_evidence;
    recovery->trial_count += state->response_count;
    if (model_index < 0) return;
    choice_grid_beta(&state->models[model_index].grid, &interval);
    if (interval.low <= beta && beta <= interval.high) recovery->covered_count++;
}

/* One person's session; model_index -1: one who guesses. */
static bool play(struct recovery *recovery, const struct live_condition *condition, int model_index, double beta, struct err *err)
{
    struct fit_state state;
    bool             ok;

    ok = live_condition_state_init(condition, &state, err);
    if (!ok) return false;
    for (int t = 0; ok && t < condition->trial_count; t++) {
        const double drive    = model_index < 0 ? 0.0 : drive_at(recovery, condition, model_index, t);
        const int    response = rng_uniform(&recovery->rng) < logistic_prob(beta * drive) ? 1 : 0;
        const int    right    = condition->truths[t];

        if (right >= 0) recovery->counted_count++;
        if (right == response) recovery->right_count++;
        ok = fit_state_respond(&state, response, NULL, err);
    }
    if (ok) count_person(recovery, &state, model_index, beta);
    fit_state_close(&state);
    return ok;
}

static void forget_people(struct recovery *recovery)
{
    const size_t model_count = (size_t)recovery->study->model_count;

    memset(recovery->won_count, 0, model_count * sizeof *recovery->won_count);
    memset(recovery->nll, 0, model_count * sizeof *recovery->nll);
    recovery->trial_count = recovery->right_count = recovery->counted_count = recovery->covered_count = 0;
}

static bool play_all(struct recovery *recovery, int model_index, const struct recovery_row *row, struct err *err)
{
    const double spread = row != NULL ? log(row->beta_high / row->beta_low) : 0.0;

    forget_people(recovery);
    for (int i = 0; i < recovery->settings->participant_count; i++) {
        const double beta = row != NULL ? row->beta_low * exp(spread * rng_uniform(&recovery->rng)) : 1.0;

        if (!play(recovery, recovery->conditions[i % recovery->condition_count], model_index, beta, err)) return false;
    }
    return true;
}

static void fill_row(const struct recovery *recovery, int model_index, struct recovery_row *row)
{
    const double people = recovery->settings->participant_count;

    row->accuracy      = recovery->counted_count > 0 ? (double)recovery->right_count / recovery->counted_count : 0.5;
    row->won           = recovery->won_count[model_index] / people;
    row->beta_coverage = recovery->covered_count / people;
    for (int m = 0; m < recovery->study->model_count; m++) {
        if (m == model_index || recovery->won_count[m] == 0) continue;
        if (row->rival < 0 || recovery->won_count[m] > recovery->won_count[row->rival]) row->rival = m;
    }
    if (row->rival >= 0) row->rival_won = recovery->won_count[row->rival] / people;
}

static bool run_all(struct recovery *recovery, struct recovery_result *out, struct err *err)
{
    for (int m = 0; m < recovery->study->model_count; m++) {
        struct recovery_row *row = &out->rows[m];

        *row = (struct recovery_row){.rival = -1};
        find_betas(recovery, m, row);
        if (row->how == RECOVERY_FLAT) continue;
        if (!play_all(recovery, m, row, err)) return false;
        fill_row(recovery, m, row);
    }
    if (!play_all(recovery, -1, NULL, err)) return false;
    out->best_guessing = 0;
    for (int m = 0; m < recovery->study->model_count; m++) {
        out->guessing_r2[m] = choice_r2(recovery->nll[m], recovery->trial_count);
        if (out->guessing_r2[m] > out->guessing_r2[out->best_guessing]) out->best_guessing = m;
    }
    return true;
}

bool recovery_run(const struct recovery_settings *settings, const struct live_study *study,
                  struct live_condition *const *conditions, int condition_count, struct recovery_result *out, struct err *err)
{
    struct recovery recovery = {.settings        = settings,
                                .study           = study,
                                .task            = study_learner_task(study->task),
                                .conditions      = conditions,
                                .condition_count = condition_count,
                                .won_count       = calloc((size_t)study->model_count, sizeof *recovery.won_count),
                                .nll             = calloc((size_t)study->model_count, sizeof *recovery.nll)};
    bool            ok       = false;

    rng_init(&recovery.rng, settings->seed);
    if (recovery.won_count == NULL || recovery.nll == NULL)
        err_no_memory(err);
    else
        ok = run_all(&recovery, out, err);
    free(recovery.won_count);
    free(recovery.nll);
    return ok;
}
