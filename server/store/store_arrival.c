#include "store/store_arrival.h"

#include "store/store_private.h"

/* By the order of the index: with max() every number of the study would be looked at. */
#define NEWEST "coalesce((SELECT arrival_number FROM arrival WHERE study_id = :study_id ORDER BY arrival_number DESC LIMIT 1), 0)"

static const char SQL_NOTE[] =
    "INSERT INTO arrival (study_id, visit_hash, arrival_number, arrived_at_ms, is_pilot)"
    " SELECT :study_id, :visit_hash, newest + 1, :now_ms, (SELECT is_pilot FROM study WHERE study_id = :study_id)"
    " FROM (SELECT " NEWEST " AS newest)"
    " WHERE newest < :arrival_max ON CONFLICT (study_id, visit_hash) DO NOTHING";
static const char SQL_KNOWN[]         = "SELECT 1 FROM arrival WHERE study_id = :study_id AND visit_hash = :visit_hash";
static const char SQL_COUNT[]         = "SELECT " NEWEST;
static const char SQL_COUNT_PRESENT[] = "SELECT count(*) FROM arrival AS s WHERE s.study_id = :study_id AND " S_IN_PRESENT_MODE;

const char *const STORE_ARRIVAL_SQL[] = {SQL_NOTE, SQL_KNOWN, SQL_COUNT, SQL_COUNT_PRESENT, NULL};

bool store_arrival_note(struct store *store, int64_t study_id, const struct secret_hash *visit_hash, int64_t now_ms,
                        struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_NOTE);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_hash(&stmt, ":visit_hash", visit_hash);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    db_bind_i64(&stmt, ":arrival_max", ARRIVAL_MAX);
    return db_run(&stmt, err);
}

static bool read_number(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_arrival_is_known(struct store *store, int64_t study_id, const struct secret_hash *visit_hash, bool *is_known,
                            struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_KNOWN);
    int         ignored;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_hash(&stmt, ":visit_hash", visit_hash);
    return row_find(&stmt, NULL, read_number, &ignored, is_known, err);
}

bool store_arrival_count(struct store *store, int64_t study_id, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_COUNT);
    bool        is_found;

    *count = 0;
    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_number, count, &is_found, err);
}

bool store_arrival_count_present(struct store *store, int64_t study_id, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_COUNT_PRESENT);
    bool        is_found;

    *count = 0;
    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_number, count, &is_found, err);
}
