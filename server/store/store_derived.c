#include "store/store_derived.h"

#include <string.h>

#include "store/store_private.h"
#include "store/store_representation.h"

#define TABLE_COLUMNS                                                                                                            \
    "content_key, revision, condition_id, representation_id, learner, trial_count, value_pairs, status, compute_ms,"             \
    " computed_at_ms"
#define TABLE_SELECT "SELECT value_table_id, " TABLE_COLUMNS " FROM value_table"

static const char SQL_TABLE_INSERT[] =
    "INSERT INTO value_table (value_table_id, " TABLE_COLUMNS
    ") VALUES (" STORE_NEXT_UNSPENT("value_table") ", :content_key, :revision, :condition_id, :representation_id, :learner,"
                                                   " :trial_count, :value_pairs, :status, :compute_ms, :computed_at_ms)"
                                                   " ON CONFLICT (condition_id, representation_id, learner) DO NOTHING";
static const char SQL_TABLE_BY_CONTENT[] = TABLE_SELECT " WHERE content_key = :content_key LIMIT 1";
static const char SQL_TABLE_GET[]        = TABLE_SELECT " WHERE condition_id = :condition_id"
                                                        " AND representation_id = :representation_id AND learner = :learner";
static const char SQL_TABLES[]           = TABLE_SELECT " WHERE condition_id = :condition_id ORDER BY representation_id, learner";
static const char SQL_TABLES_AFTER[] =
    "SELECT v.value_table_id, c.study_id, v.condition_id, v.representation_id, v.learner FROM value_table AS v"
    " JOIN condition AS c USING (condition_id) WHERE v.value_table_id > :after ORDER BY v.value_table_id LIMIT :limit";
static const char SQL_TABLE_NEWEST[] = "SELECT coalesce(max(value_table_id), 0) FROM value_table";
static const char SQL_TABLE_CONDITIONS[] =
    "SELECT condition_id, sha256,"
    " EXISTS (SELECT 1 FROM session AS s WHERE s.condition_id = c.condition_id AND s.state = 'active') AS is_played,"
    " EXISTS (SELECT 1 FROM session AS s WHERE s.condition_id = c.condition_id) AS was_played"
    " FROM condition AS c WHERE study_id = :study_id ORDER BY is_played DESC, was_played DESC, condition_number";
static const char SQL_TABLE_MODELS[] = "SELECT representation_id, learner FROM value_table WHERE condition_id = :condition_id";
static const char SQL_TABLE_TIMES[] =
    "SELECT v.representation_id, v.learner, count(*), sum(v.compute_ms) FROM condition AS c JOIN value_table AS v"
    " USING (condition_id) WHERE c.study_id = :study_id GROUP BY v.representation_id, v.learner";
static const char SQL_WISH_MARK[] = "SELECT (SELECT coalesce(max(session_id), 0) FROM session),"
                                    " (SELECT coalesce(max(condition_id), 0) FROM condition)";
static const char SQL_TABLE_COUNT[] =
    "SELECT count(*) FROM condition AS c JOIN value_table AS v USING (condition_id)"
    " JOIN study_representation AS sr ON sr.study_id = c.study_id AND sr.representation_id = v.representation_id"
    " WHERE c.study_id = :study_id";
static const char SQL_DISCARD_TABLES[] = "DELETE FROM value_table WHERE revision <> :revision";
static const char SQL_FIT_PUT[] =
    "INSERT INTO fit (session_id, representation_id, learner, trial_count, log_evidence, r2_online, posterior_prob, beta_mean,"
    " beta_low, beta_high) SELECT :session_id, :representation_id, :learner, :trial_count, :log_evidence, :r2_online,"
    " :posterior_prob, :beta_mean, :beta_low, :beta_high WHERE EXISTS (SELECT 1 FROM session WHERE session_id = :session_id)"
    " ON CONFLICT (session_id, representation_id, learner) DO UPDATE SET"
    " trial_count = excluded.trial_count, log_evidence = excluded.log_evidence, r2_online = excluded.r2_online,"
    " posterior_prob = excluded.posterior_prob, beta_mean = excluded.beta_mean, beta_low = excluded.beta_low,"
    " beta_high = excluded.beta_high";
static const char SQL_FITS[] =
    "SELECT session_id, representation_id, learner, trial_count, log_evidence, r2_online, posterior_prob, beta_mean, beta_low,"
    " beta_high FROM fit WHERE session_id = :session_id ORDER BY representation_id, learner";
static const char SQL_WITHOUT_FIT[] =
    "SELECT session_id FROM session AS s WHERE condition_id = :condition_id AND state <> 'active'"
    " AND EXISTS (SELECT 1 FROM trial AS t WHERE t.session_id = s.session_id AND t.phase = 'main')"
    " AND NOT EXISTS (SELECT 1 FROM fit AS f WHERE f.session_id = s.session_id) ORDER BY session_id LIMIT :limit";
static const char SQL_DELETE_TABLES[] = "DELETE FROM value_table";
static const char SQL_DELETE_FITS[]   = "DELETE FROM fit";

const char *const STORE_DERIVED_SQL[] = {
    SQL_TABLE_INSERT,     SQL_TABLE_BY_CONTENT,
    SQL_TABLE_GET,        SQL_TABLES,
    SQL_TABLES_AFTER,     SQL_TABLE_NEWEST,
    SQL_TABLE_CONDITIONS, SQL_TABLE_MODELS,
    SQL_TABLE_TIMES,      SQL_WISH_MARK,
    SQL_TABLE_COUNT,      SQL_DISCARD_TABLES,
    SQL_FIT_PUT,          SQL_FITS,
    SQL_WITHOUT_FIT,      SQL_DELETE_TABLES,
    SQL_DELETE_FITS,      NULL,
};

bool store_value_table_insert(struct store *store, const struct value_table_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLE_INSERT);

    db_bind_hash(&stmt, ":content_key", &row->content_key);
    db_bind_i64(&stmt, ":revision", row->revision);
    db_bind_i64(&stmt, ":condition_id", row->condition_id);
    db_bind_i64(&stmt, ":representation_id", row->representation_id);
    db_bind_text(&stmt, ":learner", row->learner);
    db_bind_i64(&stmt, ":trial_count", row->trial_count);
    db_bind_blob(&stmt, ":value_pairs", row->value_pairs, 2 * (size_t)row->trial_count * sizeof(double));
    db_bind_text(&stmt, ":status", row->status);
    db_bind_f64(&stmt, ":compute_ms", row->compute_ms);
    db_bind_i64(&stmt, ":computed_at_ms", row->computed_at_ms);
    return db_run(&stmt, err);
}

static bool read_table(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct value_table_row *out   = row;
    const void             *blob  = NULL;
    size_t                  bytes = db_blob(stmt, 7, &blob);
    double                 *pairs;

    out->value_table_id = db_i64(stmt, 0);
    db_hash(stmt, 1, &out->content_key);
    out->revision          = (int)db_i64(stmt, 2);
    out->condition_id      = db_i64(stmt, 3);
    out->representation_id = db_i64(stmt, 4);
    db_copy_text(stmt, 5, out->learner, sizeof out->learner);
    out->trial_count = (int)db_i64(stmt, 6);
    db_copy_text(stmt, 8, out->status, sizeof out->status);
    out->compute_ms     = db_f64(stmt, 9);
    out->computed_at_ms = db_i64(stmt, 10);
    if (bytes != 2 * (size_t)out->trial_count * sizeof(double))
        return err_set(err, ERR_STORAGE, "a value table of condition %lld has the wrong length", (long long)out->condition_id);
    pairs = arena_alloc(arena, bytes);
    if (pairs == NULL) return err_no_memory(err);
    memcpy(pairs, blob, bytes);
    out->value_pairs = pairs;
    return true;
}

bool store_value_table_by_content(struct store *store, const struct secret_hash *content_key, struct arena *arena,
                                  struct value_table_row *out, bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLE_BY_CONTENT);

    db_bind_hash(&stmt, ":content_key", content_key);
    return row_find(&stmt, arena, read_table, out, is_found, err);
}

bool store_value_table_get(struct store *store, int64_t condition_id, int64_t representation_id, const char *learner,
                           struct arena *arena, struct value_table_row *out, bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLE_GET);

    db_bind_i64(&stmt, ":condition_id", condition_id);
    db_bind_i64(&stmt, ":representation_id", representation_id);
    db_bind_text(&stmt, ":learner", learner);
    return row_find(&stmt, arena, read_table, out, is_found, err);
}

bool store_value_tables(struct store *store, int64_t condition_id, struct arena *arena, struct value_table_row **rows, int *count,
                        struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLES);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":condition_id", condition_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_table, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_name(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct value_table_name *out = row;

    (void)arena;
    (void)err;
    out->value_table_id    = db_i64(stmt, 0);
    out->study_id          = db_i64(stmt, 1);
    out->condition_id      = db_i64(stmt, 2);
    out->representation_id = db_i64(stmt, 3);
    db_copy_text(stmt, 4, out->learner, sizeof out->learner);
    return true;
}

bool store_value_tables_after(struct store *store, int64_t after_value_table_id, int limit, struct arena *arena,
                              struct value_table_name **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLES_AFTER);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":after", after_value_table_id);
    db_bind_i64(&stmt, ":limit", limit);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_name, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_id(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int64_t *)row = db_i64(stmt, 0);
    return true;
}

bool store_value_table_newest_id(struct store *store, int64_t *value_table_id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLE_NEWEST);
    bool        is_found;

    return row_find(&stmt, NULL, read_id, value_table_id, &is_found, err);
}

static bool read_condition(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct table_condition *out = row;

    (void)arena;
    (void)err;
    out->condition_id = db_i64(stmt, 0);
    db_hash(stmt, 1, &out->sha256);
    out->is_played = db_i64(stmt, 2) != 0;
    return true;
}

bool store_table_conditions(struct store *store, int64_t study_id, struct arena *arena, struct table_condition **rows, int *count,
                            struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLE_CONDITIONS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_condition, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_model(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct table_model *out = row;

    (void)arena;
    (void)err;
    out->representation_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->learner, sizeof out->learner);
    return true;
}

bool store_table_models(struct store *store, int64_t condition_id, struct arena *arena, struct table_model **rows, int *count,
                        struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLE_MODELS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":condition_id", condition_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_model, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_time(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct table_time *out = row;

    if (!read_model(stmt, arena, &out->model, err)) return false;
    out->table_count = db_i64(stmt, 2);
    out->time_sum_ms = db_f64(stmt, 3);
    return true;
}

bool store_table_times(struct store *store, int64_t study_id, struct arena *arena, struct table_time **rows, int *count,
                       struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLE_TIMES);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_time, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_mark(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct wish_mark *out = row;

    (void)arena;
    (void)err;
    *out = (struct wish_mark){.session_id = db_i64(stmt, 0), .condition_id = db_i64(stmt, 1)};
    return true;
}

bool store_value_tables_wish_mark(struct store *store, struct wish_mark *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_WISH_MARK);
    bool        is_found;

    return row_find(&stmt, NULL, read_mark, out, &is_found, err);
}

static bool read_count(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_value_table_count(struct store *store, int64_t study_id, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TABLE_COUNT);
    bool        is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_count, count, &is_found, err);
}

bool store_value_tables_discard_outdated(struct store *store, int revision, int64_t *discarded_count, struct err *err)
{
    struct stmt tables = db_stmt(store->db, SQL_DISCARD_TABLES);
    struct stmt fits;

    db_bind_i64(&tables, ":revision", revision);
    if (!db_run(&tables, err)) return false;
    *discarded_count = db_change_count(store->db);
    if (*discarded_count == 0) return true;
    fits = db_stmt(store->db, SQL_DELETE_FITS);
    return db_run(&fits, err);
}

bool store_fit_put(struct store *store, const struct fit_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_FIT_PUT);

    db_bind_i64(&stmt, ":session_id", row->session_id);
    db_bind_i64(&stmt, ":representation_id", row->representation_id);
    db_bind_text(&stmt, ":learner", row->learner);
    db_bind_i64(&stmt, ":trial_count", row->trial_count);
    db_bind_f64(&stmt, ":log_evidence", row->log_evidence);
    db_bind_f64(&stmt, ":r2_online", row->r2_online);
    db_bind_f64(&stmt, ":posterior_prob", row->posterior_prob);
    db_bind_f64(&stmt, ":beta_mean", row->beta_mean);
    db_bind_f64(&stmt, ":beta_low", row->beta_low);
    db_bind_f64(&stmt, ":beta_high", row->beta_high);
    return db_run(&stmt, err);
}

static bool read_fit(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct fit_row *out = row;

    (void)arena;
    (void)err;
    out->session_id        = db_i64(stmt, 0);
    out->representation_id = db_i64(stmt, 1);
    db_copy_text(stmt, 2, out->learner, sizeof out->learner);
    out->trial_count    = (int)db_i64(stmt, 3);
    out->log_evidence   = db_f64(stmt, 4);
    out->r2_online      = db_f64(stmt, 5);
    out->posterior_prob = db_f64(stmt, 6);
    out->beta_mean      = db_f64(stmt, 7);
    out->beta_low       = db_f64(stmt, 8);
    out->beta_high      = db_f64(stmt, 9);
    return true;
}

bool store_fits_of_session(struct store *store, int64_t session_id, struct arena *arena, struct fit_row **rows, int *count,
                           struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_FITS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":session_id", session_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_fit, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_sessions_without_fit(struct store *store, int64_t condition_id, int limit, struct arena *arena, int64_t **ids,
                                int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_WITHOUT_FIT);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":condition_id", condition_id);
    db_bind_i64(&stmt, ":limit", limit);
    if (!rows_collect(&stmt, arena, sizeof **ids, read_id, &all, count, err)) return false;
    *ids = all;
    return true;
}

bool store_derived_delete_all(struct store *store, struct err *err)
{
    struct stmt tables = db_stmt(store->db, SQL_DELETE_TABLES);
    struct stmt fits   = db_stmt(store->db, SQL_DELETE_FITS);

    return db_run(&tables, err) && db_run(&fits, err) && store_metric_delete_all(store, err);
}
