#include "study/withdraw.h"

#include "store/store_erase.h"
#include "study/record.h"
#include "task/partial_pay.h"

/* A platform is told how far it came; who stops has taken back the consent. */
static enum outcome outcome_of(const struct session_row *session)
{
    if (session->state == SESSION_FINISHED) return OUTCOME_COMPLETED;
    return session->end_reason == END_COMPREHENSION ? OUTCOME_FAILED_COMPREHENSION : OUTCOME_NO_CONSENT;
}

static bool read_return(struct store *store, const struct study *study, const struct secret_key *key,
                        const struct session_row *session, struct withdrawal *out, struct err *err)
{
    if (!finish_return(store, study, key, session, outcome_of(session), &out->link, err)) return false;
    out->has_return = out->link.url[0] != '\0' || out->link.code[0] != '\0';
    return true;
}

static bool read_pay(struct store *store, const struct study *study, const struct session_row *session, struct withdrawal *out,
                     struct err *err)
{
    const struct pay_rule *rule = &study->settings.pay;
    struct trial_row       last;
    struct tally           tally;
    bool                   is_found;

    if (!store_trial_last(store, session->session_id, PHASE_MAIN, &last, &is_found, err)) return false;
    out->trial_count = is_found ? last.trial_index + 1 : 0;
    if (is_found && session->state == SESSION_FINISHED) {
        tally          = record_tally(&last);
        out->pay_minor = task_pay_minor(study->task, rule, &tally);
    } else {
        out->pay_minor = partial_pay_minor(rule, out->trial_count);
    }
    return true;
}

static bool read_withdrawal(struct store *store, const struct study *study, const struct secret_key *key,
                            const struct session_row *session, struct withdrawal *out, struct err *err)
{
    return read_pay(store, study, session, out, err) && read_return(store, study, key, session, out, err);
}

bool withdraw_preview(struct store *store, struct study_catalog *catalog, const struct secret_key *key,
                      const struct session_row *session, struct withdrawal *out, struct err *err)
{
    const struct study *study;

    *out = (struct withdrawal){0};
    return study_catalog_by_id(catalog, store, session->study_id, &study, err) &&
           read_withdrawal(store, study, key, session, out, err);
}

bool withdraw_session(struct store *store, struct study_catalog *catalog, const struct secret_key *key, int64_t session_id,
                      bool is_deletion, int64_t now_ms, struct withdrawal *out, struct err *err)
{
    struct session_row session;

    if (!store_session_by_id(store, session_id, &session, err)) return false;
    if (session.state == SESSION_FINISHED && !is_deletion)
        return err_set(err, ERR_CONFLICT, "the session is finished: there is nothing left to stop, but it can be deleted");
    if (!withdraw_preview(store, catalog, key, &session, out, err)) return false;
    out->is_deleted = is_deletion;
    return is_deletion ? store_session_erase(store, session_id, now_ms, err)
                       : store_session_leave(store, session_id, END_WITHDRAWN, now_ms, err);
}
