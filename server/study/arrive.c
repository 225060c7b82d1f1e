#include "study/arrive.h"

#include "store/store_arrival.h"

bool arrive_is_settled(struct store *store, const struct study *study, const struct secret_hash *visit_hash, bool *is_settled,
                       bool *is_counted, struct err *err)
{
    int count = 0;

    *is_settled = false;
    if (!store_arrival_is_known(store, study->study_id, visit_hash, is_counted, err)) return false;
    if (!*is_counted && !store_arrival_count(store, study->study_id, &count, err)) return false;
    *is_settled = *is_counted || count >= ARRIVAL_MAX;
    return true;
}

bool arrive_note(struct store *store, int64_t study_id, const struct secret_hash *visit_hash, int64_t now_ms, bool *is_counted,
                 struct err *err)
{
    return store_arrival_note(store, study_id, visit_hash, now_ms, err) &&
           store_arrival_is_known(store, study_id, visit_hash, is_counted, err);
}
