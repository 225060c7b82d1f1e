#include "study/withdraw.h"

#include "store/store_erase.h"
#include "store/store_trial.h"
#include "study/finish.h"
#include "task/partial_pay.h"

static bool read_withdrawal(struct store *store, const struct study *study, const struct session_row *session,
                            struct withdrawal *out, struct err *err)
{
    struct trial_row  last;
    struct completion completion;
    bool              is_found;

    if (!store_trial_last(store, session->session_id, PHASE_MAIN, &last, &is_found, err)) return false;
    out->trial_count = is_found ? last.trial_index + 1 : 0;
    if (session->state != SESSION_FINISHED) {
        out->pay_minor = partial_pay_minor(&study->settings.pay, out->trial_count);
        return true;
    }
    if (!finish_completion(store, study, session, &completion, err)) return false;
    out->pay_minor = completion.pay_minor;
    return true;
}

bool withdraw_preview(struct store *store, struct study_catalog *catalog, const struct session_row *session,
                      struct withdrawal *out, struct err *err)
{
    const struct study *study;

    *out = (struct withdrawal){0};
    return study_catalog_by_id(catalog, store, session->study_id, &study, err) && read_withdrawal(store, study, session, out, err);
}

bool withdraw_session(struct store *store, struct study_catalog *catalog, int64_t session_id, bool is_deletion, int64_t now_ms,
                      struct withdrawal *out, struct err *err)
{
    struct session_row  session;
    const struct study *study;

    *out = (struct withdrawal){.is_deleted = is_deletion};
    if (!store_session_by_id(store, session_id, &session, err)) return false;
    if (!study_catalog_by_id(catalog, store, session.study_id, &study, err)) return false;
    if (session.state == SESSION_FINISHED && !is_deletion)
        return err_set(err, ERR_CONFLICT, "the session is finished: there is nothing left to stop, but it can be deleted");
    if (!read_withdrawal(store, study, &session, out, err)) return false;
    return is_deletion ? store_session_erase(store, session_id, now_ms, err)
                       : store_session_withdraw(store, session_id, now_ms, err);
}
