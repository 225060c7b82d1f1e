#include "live/roster.h"

void roster_init(struct roster *roster, struct store *store)
{
    *roster = (struct roster){.store = store};
}

void roster_close(struct roster *roster)
{
    for (int i = 0; i < roster->sessions.count; i++) live_session_free(roster->sessions.entries[i].value);
    for (int i = 0; i < roster->conditions.count; i++) live_condition_free(roster->conditions.entries[i].value);
    for (int i = 0; i < roster->studies.count; i++) live_study_free(roster->studies.entries[i].value);
    id_map_close(&roster->sessions);
    id_map_close(&roster->conditions);
    id_map_close(&roster->studies);
    roster->changed = NULL;
}

static bool is_in_use(const struct roster *roster, const struct live_study *study)
{
    for (int i = 0; i < roster->conditions.count; i++)
        if (((const struct live_condition *)roster->conditions.entries[i].value)->study == study) return true;
    return false;
}

bool roster_study(struct roster *roster, int64_t study_id, struct live_study **out, struct err *err)
{
    bool has_other_models = false;

    *out = id_map_get(&roster->studies, study_id);
    if (*out != NULL && !live_study_refresh(roster->store, *out, &has_other_models, err)) return false;
    if (*out != NULL && (!has_other_models || is_in_use(roster, *out))) return true;
    if (*out != NULL) {
        id_map_remove(&roster->studies, study_id);
        live_study_free(*out);
    }
    *out = live_study_load(roster->store, study_id, err);
    if (*out == NULL) return false;
    if (id_map_put(&roster->studies, study_id, *out, err)) return true;
    live_study_free(*out);
    return false;
}

bool roster_look_again(struct roster *roster, const struct live_study *study, struct err *err)
{
    struct live_study *same;

    return !study->is_blind || roster_study(roster, study->study_id, &same, err);
}

struct live_condition *roster_condition(const struct roster *roster, int64_t condition_id)
{
    return id_map_get(&roster->conditions, condition_id);
}

bool roster_hold_condition(struct roster *roster, int64_t study_id, int64_t condition_id, struct live_condition **out,
                           struct err *err)
{
    struct live_study *study;

    if (!roster_study(roster, study_id, &study, err)) return false; /* as it is now, for every session that begins */
    *out = roster_condition(roster, condition_id);
    if (*out == NULL) {
        *out = live_condition_load(roster->store, study, condition_id, err);
        if (*out == NULL) return false;
        if (!id_map_put(&roster->conditions, condition_id, *out, err)) {
            live_condition_free(*out);
            return false;
        }
    }
    (*out)->user_count++;
    return true;
}

void roster_let_condition_go(struct roster *roster, struct live_condition *condition)
{
    if (--condition->user_count > 0) return;
    id_map_remove(&roster->conditions, condition->row.condition_id);
    live_condition_free(condition);
}

struct live_session *roster_session(const struct roster *roster, int64_t session_id)
{
    return id_map_get(&roster->sessions, session_id);
}

bool roster_add(struct roster *roster, const struct session_overview *overview, struct live_session **out, struct err *err)
{
    const struct session_row *row = &overview->session;
    struct live_condition    *condition;

    if (!roster_hold_condition(roster, row->study_id, row->condition_id, &condition, err)) return false;
    *out = live_session_load(roster->store, condition, overview, err);
    if (*out != NULL) {
        if (id_map_put(&roster->sessions, row->session_id, *out, err)) return true;
        live_session_free(*out);
    }
    roster_let_condition_go(roster, condition);
    return false;
}

static void unlist(struct roster *roster, struct live_session *session)
{
    struct live_session *previous = session->previous_changed, *next = session->next_changed;

    *(previous != NULL ? &previous->next_changed : &roster->changed)  = next;
    *(next != NULL ? &next->previous_changed : &roster->changed_last) = previous;
    session->is_changed                                               = false;
}

void roster_drop(struct roster *roster, struct live_session *session)
{
    struct live_condition *condition = session->condition;

    if (session->is_changed) unlist(roster, session);
    id_map_remove(&roster->sessions, session->overview.session.session_id);
    live_session_free(session);
    roster_let_condition_go(roster, condition);
}

void roster_mark_changed(struct roster *roster, struct live_session *session)
{
    if (session->is_changed) return;
    session->is_changed                                                                      = true;
    session->next_changed                                                                    = NULL;
    session->previous_changed                                                                = roster->changed_last;
    *(roster->changed_last != NULL ? &roster->changed_last->next_changed : &roster->changed) = session;
    roster->changed_last                                                                     = session;
}

struct live_session *roster_take_changed(struct roster *roster)
{
    struct live_session *session = roster->changed;

    if (session != NULL) unlist(roster, session);
    return session;
}

void roster_glance(const struct roster *roster, const struct live_study *study, const struct session_overview *overview,
                   struct live_glance *out)
{
    const struct live_session *session = roster_session(roster, overview->session.session_id);
    bool                       is_in_memory =
        session != NULL && (overview->session.state == SESSION_ACTIVE || live_condition_is_ready(session->condition));

    if (is_in_memory)
        live_session_glance(session, out);
    else
        live_glance_stored(study, overview, out);
}
