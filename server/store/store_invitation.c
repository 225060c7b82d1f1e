#include "store/store_people.h"
#include "store/store_private.h"

#define INVITATION_COLUMNS                                                                                                       \
    "i.invitation_id, i.site_role, coalesce(i.study_id, 0), coalesce(y.slug, ''), coalesce(i.study_role, ''),"                   \
    " coalesce(i.for_account_id, 0), coalesce(a.name, ''), i.made_by, i.created_at_ms, i.expires_at_ms"
#define INVITATION_SELECT                                                                                                        \
    "SELECT " INVITATION_COLUMNS " FROM invitation AS i LEFT JOIN study AS y USING (study_id)"                                   \
    " LEFT JOIN account AS a ON a.account_id = i.for_account_id"

static const char SQL_INSERT[] =
    "INSERT INTO invitation (token_hash, site_role, study_id, study_role, for_account_id, made_by, created_at_ms, expires_at_ms)"
    " VALUES (:token_hash, :site_role, nullif(:study_id, 0), nullif(:study_role, ''), nullif(:for_account_id, 0), :made_by,"
    " :created_at_ms, :expires_at_ms)";
static const char SQL_OPEN[]    = INVITATION_SELECT " WHERE i.used_at_ms IS NULL AND i.expires_at_ms > :now_ms"
                                                    " AND (:study_id = 0 OR i.study_id = :study_id) ORDER BY i.invitation_id";
static const char SQL_BY_HASH[] = INVITATION_SELECT " WHERE i.token_hash = :token_hash AND i.used_at_ms IS NULL"
                                                    " AND i.expires_at_ms > :now_ms";
static const char SQL_USE[]     = "UPDATE invitation SET used_at_ms = :now_ms WHERE invitation_id = :invitation_id";
static const char SQL_REMOVE[]  = "DELETE FROM invitation WHERE invitation_id = :invitation_id AND used_at_ms IS NULL";

const char *const STORE_INVITATION_SQL[] = {SQL_INSERT, SQL_OPEN, SQL_BY_HASH, SQL_USE, SQL_REMOVE, NULL};

bool store_invitation_insert(struct store *store, const struct invitation_row *row, const struct secret_hash *token_hash,
                             int64_t *id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_hash(&stmt, ":token_hash", token_hash);
    db_bind_text(&stmt, ":site_role", row->site_role);
    db_bind_i64(&stmt, ":study_id", row->study_id);
    db_bind_text(&stmt, ":study_role", row->study_role);
    db_bind_i64(&stmt, ":for_account_id", row->for_account_id);
    db_bind_text(&stmt, ":made_by", row->made_by);
    db_bind_i64(&stmt, ":created_at_ms", row->created_at_ms);
    db_bind_i64(&stmt, ":expires_at_ms", row->expires_at_ms);
    if (!db_run(&stmt, err)) return false;
    *id = db_last_insert_id(store->db);
    return true;
}

static bool read_invitation(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct invitation_row *out = row;

    (void)arena;
    (void)err;
    out->invitation_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->site_role, sizeof out->site_role);
    out->study_id = db_i64(stmt, 2);
    db_copy_text(stmt, 3, out->study_slug, sizeof out->study_slug);
    db_copy_text(stmt, 4, out->study_role, sizeof out->study_role);
    out->for_account_id = db_i64(stmt, 5);
    db_copy_text(stmt, 6, out->for_name, sizeof out->for_name);
    db_copy_text(stmt, 7, out->made_by, sizeof out->made_by);
    out->created_at_ms = db_i64(stmt, 8);
    out->expires_at_ms = db_i64(stmt, 9);
    return true;
}

bool store_invitations(struct store *store, int64_t study_id, int64_t now_ms, struct arena *arena, struct invitation_row **rows,
                       int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_OPEN);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_invitation, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_invitation_use(struct store *store, const struct secret_hash *token_hash, int64_t now_ms, struct invitation_row *out,
                          bool *is_found, struct err *err)
{
    struct stmt find = db_stmt(store->db, SQL_BY_HASH);
    struct stmt use;

    db_bind_hash(&find, ":token_hash", token_hash);
    db_bind_i64(&find, ":now_ms", now_ms);
    if (!row_find(&find, NULL, read_invitation, out, is_found, err)) return false;
    if (!*is_found) return true;
    use = db_stmt(store->db, SQL_USE);
    db_bind_i64(&use, ":now_ms", now_ms);
    db_bind_i64(&use, ":invitation_id", out->invitation_id);
    return db_run(&use, err);
}

bool store_invitation_remove(struct store *store, int64_t invitation_id, bool *was_there, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REMOVE);

    db_bind_i64(&stmt, ":invitation_id", invitation_id);
    if (!db_run(&stmt, err)) return false;
    *was_there = db_change_count(store->db) > 0;
    return true;
}
