#include "study/session_view.h"

#include "study/enroll.h"

static bool load_phase(struct store *store, const struct session_row *session, enum phase phase, struct arena *arena,
                       struct phase_view *out, struct trial_row *last, struct err *err)
{
    bool is_found;

    if (!store_condition_trials(store, session->condition_id, phase, arena, &out->trials, &out->count, err)) return false;
    if (!store_trial_last(store, session->session_id, phase, last, &is_found, err)) return false;
    out->next_index = is_found ? last->trial_index + 1 : 0;
    return true;
}

bool session_view_load(struct store *store, struct study_catalog *catalog, const struct secret_key *key,
                       const struct session_row *session, struct arena *arena, struct session_view *out, struct err *err)
{
    struct session_progress progress = {
        .has_passed_comprehension = session->comprehension_passed_at_ms != 0,
        .has_questionnaire        = session->has_questionnaire,
        .is_finished              = session->state == SESSION_FINISHED,
    };
    struct trial_row last[PHASE_COUNT] = {0};
    struct tally     tally             = {0};

    *out = (struct session_view){.is_pilot = session->is_pilot, .language = session->language};
    if (!enroll_check_not_left(session, err)) return false;
    if (!study_catalog_by_id(catalog, store, session->study_id, &out->study, err)) return false;
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        if (!load_phase(store, session, (enum phase)phase, arena, &out->phases[phase], &last[phase], err)) return false;
    if (!store_comprehension_count(store, session->session_id, &out->comprehension_attempt_count, err)) return false;

    progress.practice_planned  = out->phases[PHASE_PRACTICE].count;
    progress.practice_answered = out->phases[PHASE_PRACTICE].next_index;
    progress.trials_planned    = out->phases[PHASE_MAIN].count;
    progress.trials_answered   = out->phases[PHASE_MAIN].next_index;
    out->stage                 = session_stage(&progress);
    if (progress.trials_answered > 0) tally = record_tally(&last[PHASE_MAIN]);
    out->pay_minor = task_pay_minor(out->study->task, &out->study->settings.pay, &tally);
    return out->stage != STAGE_FINISHED || finish_completion(store, out->study, key, session, arena, &out->completion, err);
}
