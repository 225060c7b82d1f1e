#include "store/store_people.h"

#include <stdio.h>

#include "store/store_private.h"

#define PERSON_SELECT                                                                                                            \
    "SELECT a.account_id, a.name, a.site_role, a.is_active, coalesce(t.is_confirmed, 0), a.created_at_ms FROM account AS a"      \
    " LEFT JOIN totp AS t USING (account_id)"

static const char SQL_ALL[]      = PERSON_SELECT " ORDER BY a.account_id";
static const char SQL_BY_NAME[]  = PERSON_SELECT " WHERE a.name = :name";
static const char SQL_CHANGE[]   = "UPDATE account SET site_role = :site_role, is_active = :is_active"
                                   " WHERE account_id = :account_id";
static const char SQL_OWNERS[]   = "SELECT count(*) FROM account WHERE site_role = 'owner' AND is_active = 1";
static const char SQL_PASSWORD[] = "UPDATE account SET password_hash = :password_hash WHERE account_id = :account_id";
static const char SQL_MEMBERS[]  = "SELECT m.account_id, a.name, m.role, a.is_active FROM study_member AS m"
                                   " JOIN account AS a USING (account_id) WHERE m.study_id = :study_id ORDER BY a.name";
static const char SQL_SET[] =
    "INSERT INTO study_member (study_id, account_id, role, created_at_ms) VALUES (:study_id, :account_id,"
    " :role, :now_ms) ON CONFLICT (study_id, account_id) DO UPDATE SET role = excluded.role";
static const char SQL_REMOVE[]  = "DELETE FROM study_member WHERE study_id = :study_id AND account_id = :account_id";
static const char SQL_ROLE[]    = "SELECT :study_id, coalesce((SELECT role FROM study_member WHERE study_id = :study_id"
                                  " AND account_id = :account_id), '')";
static const char SQL_BY_SLUG[] = "SELECT y.study_id, coalesce(m.role, '') FROM study AS y LEFT JOIN study_member AS m"
                                  " ON m.study_id = y.study_id AND m.account_id = :account_id WHERE y.slug = :slug";

const char *const STORE_PEOPLE_SQL[] = {SQL_ALL, SQL_BY_NAME, SQL_CHANGE, SQL_OWNERS,  SQL_PASSWORD, SQL_MEMBERS,
                                        SQL_SET, SQL_REMOVE,  SQL_ROLE,   SQL_BY_SLUG, NULL};

static bool read_person(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct person_row *out = row;

    (void)arena;
    (void)err;
    out->account_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->name, sizeof out->name);
    db_copy_text(stmt, 2, out->site_role, sizeof out->site_role);
    out->is_active     = db_i64(stmt, 3) != 0;
    out->has_totp      = db_i64(stmt, 4) != 0;
    out->created_at_ms = db_i64(stmt, 5);
    return true;
}

bool store_people(struct store *store, struct arena *arena, struct person_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ALL);
    void       *all  = NULL;

    if (!rows_collect(&stmt, arena, sizeof **rows, read_person, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_person_by_name(struct store *store, const char *name, struct person_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_NAME);
    bool        is_found;

    db_bind_text(&stmt, ":name", name);
    if (!row_find(&stmt, NULL, read_person, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no account '%.64s'", name);
}

bool store_person_change(struct store *store, int64_t account_id, const char *site_role, bool is_active, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_CHANGE);

    db_bind_text(&stmt, ":site_role", site_role);
    db_bind_i64(&stmt, ":is_active", is_active);
    db_bind_i64(&stmt, ":account_id", account_id);
    return db_run(&stmt, err);
}

static bool read_count(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_active_owner_count(struct store *store, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_OWNERS);
    bool        is_found;

    return row_find(&stmt, NULL, read_count, count, &is_found, err);
}

bool store_password_change(struct store *store, int64_t account_id, const char *password_hash, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_PASSWORD);

    db_bind_text(&stmt, ":password_hash", password_hash);
    db_bind_i64(&stmt, ":account_id", account_id);
    return db_run(&stmt, err);
}

static bool read_member(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct member_row *out = row;

    (void)arena;
    (void)err;
    out->account_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->name, sizeof out->name);
    db_copy_text(stmt, 2, out->role, sizeof out->role);
    out->is_active = db_i64(stmt, 3) != 0;
    return true;
}

bool store_members(struct store *store, int64_t study_id, struct arena *arena, struct member_row **rows, int *count,
                   struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_MEMBERS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_member, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_member_set(struct store *store, int64_t study_id, int64_t account_id, const char *role, int64_t now_ms,
                      struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":account_id", account_id);
    db_bind_text(&stmt, ":role", role);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    return db_run(&stmt, err);
}

bool store_member_remove(struct store *store, int64_t study_id, int64_t account_id, bool *was_there, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REMOVE);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":account_id", account_id);
    if (!db_run(&stmt, err)) return false;
    *was_there = db_change_count(store->db) > 0;
    return true;
}

struct role_in {
    int64_t study_id;
    char    role[ROLE_BYTES];
};

static bool read_role(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct role_in *out = row;

    (void)arena;
    (void)err;
    out->study_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->role, sizeof out->role);
    return true;
}

bool store_member_role(struct store *store, int64_t study_id, int64_t account_id, char role[ROLE_BYTES], struct err *err)
{
    struct stmt    stmt  = db_stmt(store->db, SQL_ROLE);
    struct role_in found = {0};
    bool           is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":account_id", account_id);
    if (!row_find(&stmt, NULL, read_role, &found, &is_found, err)) return false;
    (void)snprintf(role, ROLE_BYTES, "%s", found.role);
    return true;
}

bool store_member_role_by_slug(struct store *store, const char *slug, int64_t account_id, int64_t *study_id,
                               char role[ROLE_BYTES], bool *is_found, struct err *err)
{
    struct stmt    stmt  = db_stmt(store->db, SQL_BY_SLUG);
    struct role_in found = {0};

    db_bind_text(&stmt, ":slug", slug);
    db_bind_i64(&stmt, ":account_id", account_id);
    if (!row_find(&stmt, NULL, read_role, &found, is_found, err)) return false;
    *study_id = found.study_id;
    (void)snprintf(role, ROLE_BYTES, "%s", found.role);
    return true;
}
