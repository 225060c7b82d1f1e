#include "study/finish.h"

#include "study/enroll.h"
#include "study/record.h"

const char *const EVENT_KINDS[] = {
    "focus_lost",      "focus_gained",     "fullscreen_entered", "fullscreen_left",
    "page_loaded",     "key_before_onset", "image_failed",       "image_retried",
    "connection_lost", "connection_back",  "instructions_shown", "browser_checked",
    "page_superseded", "clock_changed",    "withdraw_opened",    NULL,
};

bool finish_record_events(struct store *store, int64_t session_id, const struct event_row *events, int count, int *stored_count,
                          struct err *err)
{
    struct session_row session;

    *stored_count = 0;
    if (!store_session_by_id(store, session_id, &session, err) || !enroll_check_not_left(&session, err)) return false;
    for (int i = 0; i < count; i++) {
        struct event_row row = events[i];
        bool             is_new;

        row.session_id = session_id;
        if (!store_event_insert(store, &row, &is_new, err)) return false;
        *stored_count += is_new;
    }
    if (*stored_count == 0 || session.state != SESSION_ACTIVE) return true;
    return store_session_touch(store, session_id, events[0].received_at_ms, err); /* who sends events is not absent */
}

static bool check_all_trials(struct store *store, const struct study *study, const struct session_row *session,
                             struct trial_row *last, struct err *err)
{
    bool is_found;
    int  answered;

    if (!store_trial_last(store, session->session_id, PHASE_MAIN, last, &is_found, err)) return false;
    answered = is_found ? last->trial_index + 1 : 0;
    if (answered != study->settings.trial_count)
        return err_set(err, ERR_CONFLICT, "%d of %d trials are stored; the session cannot end before all are", answered,
                       study->settings.trial_count);
    return true;
}

bool finish_record_questionnaire(struct store *store, struct study_catalog *catalog, const struct questionnaire_row *row,
                                 struct err *err)
{
    struct session_row  session;
    struct trial_row    last;
    const struct study *study;

    if (!store_session_by_id(store, row->session_id, &session, err) || !enroll_check_not_left(&session, err)) return false;
    if (!study_catalog_by_id(catalog, store, session.study_id, &study, err)) return false;
    if (session.state == SESSION_FINISHED)
        return err_set(err, ERR_CONFLICT, "the session is finished; its answers cannot be changed");
    if (!check_all_trials(store, study, &session, &last, err)) return false;
    return store_questionnaire_put(store, row, err) && store_session_touch(store, session.session_id, row->received_at_ms, err);
}

bool finish_return(struct store *store, const struct study *study, const struct secret_key *key,
                   const struct session_row *session, enum outcome outcome, struct return_link *out, struct err *err)
{
    struct arrival arrival = {0};
    bool           is_found;

    if (key != NULL && !identity_find(store, key, session->participant_id, &arrival, &is_found, err)) return false;
    study_settings_return(&study->settings, outcome, &arrival, out);
    return true;
}

bool finish_completion(struct store *store, const struct study *study, const struct secret_key *key,
                       const struct session_row *session, struct arena *arena, struct completion *out, struct err *err)
{
    struct trial_row last;
    struct tally     tally;

    if (!check_all_trials(store, study, session, &last, err)) return false;
    tally          = record_tally(&last);
    *out           = (struct completion){0};
    out->pay_minor = task_pay_minor(study->task, &study->settings.pay, &tally);
    return finish_return(store, study, key, session, OUTCOME_COMPLETED, &out->link, err) &&
           documents_resolve(store, study, DOCUMENT_DEBRIEFING, session->language, arena, &out->debriefing, err);
}

bool finish_session(struct store *store, struct study_catalog *catalog, const struct secret_key *key, int64_t session_id,
                    int64_t now_ms, struct arena *arena, struct completion *out, struct err *err)
{
    struct session_row  session;
    const struct study *study;

    if (!store_session_by_id(store, session_id, &session, err) || !enroll_check_not_left(&session, err)) return false;
    if (!study_catalog_by_id(catalog, store, session.study_id, &study, err)) return false;
    if (!finish_completion(store, study, key, &session, arena, out, err)) return false;
    if (session.state == SESSION_FINISHED) return true;
    if (!session.has_questionnaire) return err_set(err, ERR_CONFLICT, "the final questions are not answered yet");
    return store_session_end(store, session_id, SESSION_FINISHED, now_ms, err);
}
