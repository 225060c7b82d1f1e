#include "store/store_identity.h"

#include <string.h>

#include "store/store_private.h"

static const char SQL_INSERT[] = "INSERT INTO identity (participant_id, study_id, platform, id_hash, sealed_ids)"
                                 " VALUES (:participant_id, :study_id, :platform, :id_hash, :sealed_ids)";
static const char SQL_RENEW[]  = "UPDATE identity SET sealed_ids = :sealed_ids WHERE participant_id = :participant_id";
static const char SQL_SESSION[] =
    "SELECT " SESSION_COLUMNS " FROM identity AS i JOIN participant AS p USING (participant_id)"
    " JOIN session AS s ON s.participant_id = i.participant_id"
    " WHERE i.id_hash = :id_hash AND i.study_id = :study_id AND s.is_pilot = :is_pilot ORDER BY s.session_id DESC LIMIT 1";
static const char SQL_IS_IN[] =
    "SELECT EXISTS (SELECT 1 FROM identity AS i JOIN study AS t USING (study_id) JOIN session AS s USING (participant_id)"
    " WHERE i.id_hash = :id_hash AND t.slug = :slug AND s.is_pilot = 0)";
static const char SQL_BY_PARTICIPANT[] =
    "SELECT participant_id, study_id, platform, id_hash, sealed_ids FROM identity WHERE participant_id = :participant_id";
static const char SQL_NEWEST[] =
    "SELECT participant_id, study_id, platform, id_hash, sealed_ids FROM identity ORDER BY participant_id DESC LIMIT 1";
static const char SQL_EXISTS[] = "SELECT EXISTS (SELECT 1 FROM identity) OR EXISTS (SELECT 1 FROM refusal)";
static const char SQL_REFUSAL_INSERT[] =
    "INSERT INTO refusal (study_id, id_hash, outcome, refused_at_ms) VALUES (:study_id, :id_hash, :outcome, :now_ms)"
    " ON CONFLICT DO NOTHING";
static const char SQL_REFUSAL_FIND[] = "SELECT outcome FROM refusal WHERE study_id = :study_id AND id_hash = :id_hash";
static const char SQL_LINK_INSERT[] =
    "INSERT INTO personal_link (link_hash, study_id, link_number, created_at_ms) VALUES (:link_hash, :study_id,"
    " (SELECT coalesce(max(link_number), 0) + 1 FROM personal_link WHERE study_id = :study_id), :now_ms) RETURNING link_number";
static const char SQL_LINK_FIND[] =
    "SELECT used_at_ms IS NOT NULL FROM personal_link WHERE link_hash = :link_hash AND study_id = :study_id";
static const char SQL_LINK_USE[] =
    "UPDATE personal_link SET used_at_ms = :now_ms WHERE link_hash = :link_hash AND used_at_ms IS NULL";

const char *const STORE_IDENTITY_SQL[] = {
    SQL_RENEW,          SQL_INSERT,       SQL_SESSION,     SQL_IS_IN,     SQL_BY_PARTICIPANT, SQL_NEWEST, SQL_EXISTS,
    SQL_REFUSAL_INSERT, SQL_REFUSAL_FIND, SQL_LINK_INSERT, SQL_LINK_FIND, SQL_LINK_USE,       NULL,
};

static bool read_flag(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(bool *)row = db_i64(stmt, 0) != 0;
    return true;
}

static bool read_number(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_identity_insert(struct store *store, const struct identity_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_i64(&stmt, ":participant_id", row->participant_id);
    db_bind_i64(&stmt, ":study_id", row->study_id);
    db_bind_text(&stmt, ":platform", row->platform);
    db_bind_hash(&stmt, ":id_hash", &row->id_hash);
    db_bind_blob(&stmt, ":sealed_ids", row->sealed_ids, row->sealed_bytes);
    return db_run(&stmt, err);
}

bool store_identity_renew(struct store *store, const struct identity_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_RENEW);

    db_bind_i64(&stmt, ":participant_id", row->participant_id);
    db_bind_blob(&stmt, ":sealed_ids", row->sealed_ids, row->sealed_bytes);
    return db_run(&stmt, err);
}

bool store_identity_session(struct store *store, int64_t study_id, bool is_pilot, const struct secret_hash *id_hash,
                            struct session_row *out, bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SESSION);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":is_pilot", is_pilot);
    db_bind_hash(&stmt, ":id_hash", id_hash);
    return row_find(&stmt, NULL, session_row_read, out, is_found, err);
}

bool store_identity_is_in(struct store *store, const char *slug, const struct secret_hash *id_hash, bool *is_in, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_IS_IN);
    bool        is_found;

    db_bind_text(&stmt, ":slug", slug);
    db_bind_hash(&stmt, ":id_hash", id_hash);
    return row_find(&stmt, NULL, read_flag, is_in, &is_found, err);
}

static bool read_identity(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct identity_row *out = row;
    const void          *sealed;

    out->participant_id = db_i64(stmt, 0);
    out->study_id       = db_i64(stmt, 1);
    out->platform       = db_text(stmt, 2, arena);
    db_hash(stmt, 3, &out->id_hash);
    out->sealed_bytes = db_blob(stmt, 4, &sealed);
    out->sealed_ids   = arena_copy(arena, sealed, out->sealed_bytes);
    return out->platform != NULL && out->sealed_ids != NULL ? true : err_no_memory(err);
}

bool store_identity_by_participant(struct store *store, int64_t participant_id, struct arena *arena, struct identity_row *out,
                                   bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_PARTICIPANT);

    db_bind_i64(&stmt, ":participant_id", participant_id);
    return row_find(&stmt, arena, read_identity, out, is_found, err);
}

bool store_identity_newest(struct store *store, struct arena *arena, struct identity_row *out, bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_NEWEST);

    return row_find(&stmt, arena, read_identity, out, is_found, err);
}

bool store_identity_exists(struct store *store, bool *exists, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_EXISTS);
    bool        is_found;

    return row_find(&stmt, NULL, read_flag, exists, &is_found, err);
}

bool store_refusal_note(struct store *store, int64_t study_id, const struct secret_hash *id_hash, const char *outcome,
                        int64_t now_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REFUSAL_INSERT);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_hash(&stmt, ":id_hash", id_hash);
    db_bind_text(&stmt, ":outcome", outcome);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    return db_run(&stmt, err);
}

static bool read_outcome(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    db_copy_text(stmt, 0, row, STATE_BYTES * 2);
    return true;
}

bool store_refusal_find(struct store *store, int64_t study_id, const struct secret_hash *id_hash, char outcome[STATE_BYTES * 2],
                        struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REFUSAL_FIND);
    char        found[STATE_BYTES * 2];
    bool        is_found;

    outcome[0] = '\0';
    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_hash(&stmt, ":id_hash", id_hash);
    if (!row_find(&stmt, NULL, read_outcome, found, &is_found, err)) return false;
    if (is_found) memcpy(outcome, found, sizeof found);
    return true;
}

bool store_personal_link_insert(struct store *store, int64_t study_id, const struct secret_hash *link_hash, int64_t now_ms,
                                int *link_number, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LINK_INSERT);
    bool        is_found;

    db_bind_hash(&stmt, ":link_hash", link_hash);
    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    return row_find(&stmt, NULL, read_number, link_number, &is_found, err);
}

bool store_personal_link_find(struct store *store, int64_t study_id, const struct secret_hash *link_hash, bool *is_found,
                              bool *is_used, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LINK_FIND);

    db_bind_hash(&stmt, ":link_hash", link_hash);
    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_flag, is_used, is_found, err);
}

bool store_personal_link_use(struct store *store, const struct secret_hash *link_hash, int64_t now_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LINK_USE);

    db_bind_hash(&stmt, ":link_hash", link_hash);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    return db_run(&stmt, err);
}
