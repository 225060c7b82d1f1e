#include <stdio.h>

#include "store/store_private.h"

enum { NO_LIMIT = -1 }; /* as SQL says it */

#define NEWEST_CONDITIONS                                                                                                        \
    "SELECT condition_id FROM condition WHERE study_id = :study_id ORDER BY condition_number DESC LIMIT :count"

static const char SQL_UPDATE[] =
    "UPDATE study SET title = :title, state = :state, is_pilot = :is_pilot, is_draft = :is_draft, is_paused = :is_paused,"
    " settings = :settings, settings_sha256 = :settings_sha256, opened_at_ms = nullif(:opened_at_ms, 0),"
    " sample_count = nullif(:sample_count, 0), sample_seed = nullif(:sample_seed, -1), revision = revision + 1"
    " WHERE study_id = :study_id";
static const char SQL_SETTINGS_KEEP[] = "INSERT INTO study_settings (study_id, settings_sha256, settings, since_ms)"
                                        " VALUES (:study_id, :settings_sha256, :settings, :now_ms) ON CONFLICT DO NOTHING";
static const char SQL_REVISION[]      = "SELECT revision FROM study WHERE study_id = :study_id";
static const char SQL_UNBLIND[] =
    "UPDATE study SET unblinded_at_ms = :now_ms, unblind_reason = :reason, revision = revision + 1 WHERE study_id = :study_id";
static const char SQL_REPRESENTATIONS_DELETE[] = "DELETE FROM study_representation WHERE study_id = :study_id";
static const char SQL_SPEND[] =
    "UPDATE spent_number SET newest = max(newest, CASE kind WHEN 'condition' THEN (SELECT coalesce(max(condition_id), 0) FROM"
    " condition) ELSE (SELECT coalesce(max(value_table_id), 0) FROM value_table) END)";
static const char SQL_TABLES_DELETE[]     = "DELETE FROM value_table WHERE condition_id IN (" NEWEST_CONDITIONS ")";
static const char SQL_TRIALS_DELETE[]     = "DELETE FROM condition_trial WHERE condition_id IN (" NEWEST_CONDITIONS ")";
static const char SQL_CONDITIONS_DELETE[] = "DELETE FROM condition WHERE condition_id IN (" NEWEST_CONDITIONS ")";
static const char SQL_USE[] =
    "SELECT (SELECT count(*) FROM session WHERE study_id = :study_id AND is_pilot = 0)"
    " + (SELECT count(*) FROM tombstone WHERE study_id = :study_id AND is_pilot = 0),"
    " (SELECT count(*) FROM session WHERE study_id = :study_id AND is_pilot = 1),"
    " (SELECT count(*) FROM session WHERE study_id = :study_id AND is_pilot = 0 AND state = 'finished')";

const char *const STORE_STUDY_CHANGE_SQL[] = {
    SQL_UPDATE,
    SQL_SETTINGS_KEEP,
    SQL_REVISION,
    SQL_UNBLIND,
    SQL_REPRESENTATIONS_DELETE,
    SQL_TABLES_DELETE,
    SQL_TRIALS_DELETE,
    SQL_CONDITIONS_DELETE,
    SQL_USE,
    SQL_SPEND,
    NULL,
};

const char *const STUDY_STAGE_NAMES[STUDY_STAGE_COUNT + 1] = {
    [STUDY_DRAFT] = "draft",   [STUDY_PILOT] = "pilot",   [STUDY_OPEN] = "open",
    [STUDY_PAUSED] = "paused", [STUDY_CLOSED] = "closed", [STUDY_STAGE_COUNT] = NULL};

enum study_stage study_row_stage(const struct study_row *row)
{
    if (row->state[0] == 'o') return row->is_pilot ? STUDY_PILOT : STUDY_OPEN;
    if (row->is_draft) return STUDY_DRAFT;
    return row->is_paused ? STUDY_PAUSED : STUDY_CLOSED;
}

/* What a closed study was, it stays: its pages show the sessions of that mode. */
void study_row_set_stage(struct study_row *row, enum study_stage stage)
{
    bool is_open = stage == STUDY_PILOT || stage == STUDY_OPEN;

    (void)snprintf(row->state, sizeof row->state, "%s", is_open ? "open" : "closed");
    row->is_draft  = stage == STUDY_DRAFT;
    row->is_paused = stage == STUDY_PAUSED;
    if (stage != STUDY_CLOSED && stage != STUDY_DRAFT) row->is_pilot = stage == STUDY_PILOT;
}

bool store_study_settings_keep(struct store *store, int64_t study_id, const struct study_row *row, int64_t now_ms,
                               struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SETTINGS_KEEP);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_hash(&stmt, ":settings_sha256", &row->settings_sha256);
    db_bind_text(&stmt, ":settings", row->settings);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    return db_run(&stmt, err);
}

bool store_study_update(struct store *store, const struct study_row *row, int64_t now_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_UPDATE);

    db_bind_text(&stmt, ":title", row->title);
    db_bind_text(&stmt, ":state", row->state);
    db_bind_i64(&stmt, ":is_pilot", row->is_pilot);
    db_bind_i64(&stmt, ":is_draft", row->is_draft);
    db_bind_i64(&stmt, ":is_paused", row->is_paused);
    db_bind_text(&stmt, ":settings", row->settings);
    db_bind_hash(&stmt, ":settings_sha256", &row->settings_sha256);
    db_bind_i64(&stmt, ":opened_at_ms", row->opened_at_ms);
    db_bind_i64(&stmt, ":sample_count", row->sample_count);
    db_bind_i64(&stmt, ":sample_seed", row->sample_seed);
    db_bind_i64(&stmt, ":study_id", row->study_id);
    return db_run(&stmt, err) && store_study_settings_keep(store, row->study_id, row, now_ms, err);
}

bool store_study_unblind(struct store *store, int64_t study_id, const char *reason, int64_t now_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_UNBLIND);

    db_bind_i64(&stmt, ":now_ms", now_ms);
    db_bind_text(&stmt, ":reason", reason);
    db_bind_i64(&stmt, ":study_id", study_id);
    return db_run(&stmt, err);
}

static bool delete_of_study(struct store *store, const char *sql, int64_t study_id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, sql);

    db_bind_i64(&stmt, ":study_id", study_id);
    return db_run(&stmt, err);
}

bool store_study_representations_delete(struct store *store, int64_t study_id, struct err *err)
{
    return delete_of_study(store, SQL_REPRESENTATIONS_DELETE, study_id, err);
}

/* Of the `count_max` conditions with the highest numbers. */
static bool delete_of_conditions(struct store *store, const char *sql, int64_t study_id, int count_max, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, sql);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":count", count_max);
    return db_run(&stmt, err);
}

static bool spend_numbers(struct store *store, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SPEND);

    return db_run(&stmt, err);
}

bool store_study_tables_delete(struct store *store, int64_t study_id, struct err *err)
{
    return spend_numbers(store, err) && delete_of_conditions(store, SQL_TABLES_DELETE, study_id, NO_LIMIT, err);
}

bool store_study_conditions_delete(struct store *store, int64_t study_id, int count_max, struct err *err)
{
    return spend_numbers(store, err) && delete_of_conditions(store, SQL_TABLES_DELETE, study_id, count_max, err) &&
           delete_of_conditions(store, SQL_TRIALS_DELETE, study_id, count_max, err) &&
           delete_of_conditions(store, SQL_CONDITIONS_DELETE, study_id, count_max, err);
}

static bool read_revision(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int64_t *)row = db_i64(stmt, 0);
    return true;
}

bool store_study_revision(struct store *store, int64_t study_id, int64_t *revision, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REVISION);
    bool        is_found;

    *revision = 0;
    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_revision, revision, &is_found, err);
}

static bool read_use(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct study_use *out = row;

    (void)arena;
    (void)err;
    *out = (struct study_use){.live_count = db_i64(stmt, 0), .pilot_count = db_i64(stmt, 1), .finished_count = db_i64(stmt, 2)};
    return true;
}

bool store_study_use(struct store *store, int64_t study_id, struct study_use *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_USE);
    bool        is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_use, out, &is_found, err);
}
