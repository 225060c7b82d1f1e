#include "store/store_study.h"

#include "store/store_private.h"

static const char SQL_INSERT[] =
    "INSERT INTO study (slug, title, task, state, is_pilot, is_draft, is_paused, stimulus_set_id, settings, settings_sha256,"
    " created_at_ms, opened_at_ms, sample_count, sample_seed, is_imported)"
    " VALUES (:slug, :title, :task, :state, :is_pilot, :is_draft, :is_paused, :stimulus_set_id, :settings, :settings_sha256,"
    " :created_at_ms, nullif(:opened_at_ms, 0), nullif(:sample_count, 0), nullif(:sample_seed, -1), :is_imported)";
static const char SQL_REPRESENTATION_INSERT[] = "INSERT INTO study_representation (study_id, representation_id, position)"
                                                " VALUES (:study_id, :representation_id, :position)";
static const char SQL_SET_STATE[] = "UPDATE study SET state = :state, revision = revision + 1 WHERE study_id = :study_id"
                                    " AND (is_imported = 0 OR :state = 'closed')";
static const char SQL_SET_PILOT[] = "UPDATE study SET is_pilot = :is_pilot, revision = revision + 1 WHERE study_id = :study_id";
static const char SQL_BY_SLUG[]   = STUDY_SELECT " WHERE slug = :slug";
static const char SQL_BY_ID[]     = STUDY_SELECT " WHERE study_id = :study_id";
static const char SQL_ALL[]       = STUDY_SELECT " ORDER BY study_id";
/* One walk over the study's sessions for all; there is a row without any, too. */
static const char SQL_COUNTS[] =
    "SELECT total(s.state = 'active' AND s.is_pilot = y.is_pilot), total(s.state = 'finished' AND s.is_pilot = y.is_pilot),"
    " total(s.state = 'left' AND s.is_pilot = y.is_pilot), total(s.state = 'active'), y.is_pilot,"
    " (SELECT count(*) FROM condition WHERE study_id = :study_id)"
    " FROM study AS y LEFT JOIN session AS s USING (study_id) WHERE y.study_id = :study_id";

const char *const STORE_STUDY_SQL[] = {
    SQL_INSERT, SQL_REPRESENTATION_INSERT, SQL_SET_STATE, SQL_SET_PILOT, SQL_BY_SLUG, SQL_BY_ID, SQL_ALL, SQL_COUNTS, NULL,
};

static void bind_stage(struct stmt *stmt, const struct study_row *row)
{
    db_bind_i64(stmt, ":is_pilot", row->is_pilot);
    db_bind_i64(stmt, ":is_draft", row->is_draft);
    db_bind_i64(stmt, ":is_paused", row->is_paused);
    db_bind_i64(stmt, ":opened_at_ms", row->opened_at_ms);
    db_bind_i64(stmt, ":sample_count", row->sample_count);
    db_bind_i64(stmt, ":sample_seed", row->sample_seed);
}

bool store_study_insert(struct store *store, const struct study_row *row, int64_t *id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_text(&stmt, ":slug", row->slug);
    db_bind_text(&stmt, ":title", row->title);
    db_bind_text(&stmt, ":task", row->task);
    db_bind_text(&stmt, ":state", row->state);
    db_bind_i64(&stmt, ":stimulus_set_id", row->stimulus_set_id);
    db_bind_text(&stmt, ":settings", row->settings);
    db_bind_hash(&stmt, ":settings_sha256", &row->settings_sha256);
    db_bind_i64(&stmt, ":created_at_ms", row->created_at_ms);
    bind_stage(&stmt, row);
    db_bind_i64(&stmt, ":is_imported", row->is_imported);
    if (!db_run(&stmt, err)) return name_conflict(err, "study", row->slug);
    *id = db_last_insert_id(store->db);
    return store_study_settings_keep(store, *id, row, row->created_at_ms, err);
}

bool store_study_representation_insert(struct store *store, int64_t study_id, int64_t representation_id, int position,
                                       struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REPRESENTATION_INSERT);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":representation_id", representation_id);
    db_bind_i64(&stmt, ":position", position);
    return db_run(&stmt, err);
}

bool store_study_set_state(struct store *store, int64_t study_id, const char *state, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_STATE);

    db_bind_text(&stmt, ":state", state);
    db_bind_i64(&stmt, ":study_id", study_id);
    if (!db_run(&stmt, err)) return false;
    if (db_change_count(store->db) > 0) return true;
    return err_set(err, ERR_CONFLICT, "the study was brought in finished and stays closed: nobody can take part in it");
}

bool store_study_set_pilot(struct store *store, int64_t study_id, bool is_pilot, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_PILOT);

    db_bind_i64(&stmt, ":is_pilot", is_pilot);
    db_bind_i64(&stmt, ":study_id", study_id);
    return db_run(&stmt, err);
}

bool study_row_read(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct study_row *out = row;

    out->study_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->slug, sizeof out->slug);
    out->title = db_text(stmt, 2, arena);
    db_copy_text(stmt, 3, out->task, sizeof out->task);
    db_copy_text(stmt, 4, out->state, sizeof out->state);
    out->is_pilot        = db_i64(stmt, 5) != 0;
    out->stimulus_set_id = db_i64(stmt, 6);
    out->settings        = db_text(stmt, 7, arena);
    db_hash(stmt, 8, &out->settings_sha256);
    out->created_at_ms   = db_i64(stmt, 9);
    out->is_draft        = db_i64(stmt, 10) != 0;
    out->is_paused       = db_i64(stmt, 11) != 0;
    out->opened_at_ms    = db_i64(stmt, 12);
    out->sample_count    = (int)db_i64(stmt, 13);
    out->sample_seed     = db_is_null(stmt, 14) ? SEED_NONE : db_i64(stmt, 14);
    out->unblinded_at_ms = db_i64(stmt, 15);
    out->revision        = db_i64(stmt, 16);
    out->is_imported     = db_i64(stmt, 17) != 0;
    return out->title != NULL && out->settings != NULL ? true : err_no_memory(err);
}

bool store_study_by_slug(struct store *store, const char *slug, struct arena *arena, struct study_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_SLUG);
    bool        is_found;

    db_bind_text(&stmt, ":slug", slug);
    if (!row_find(&stmt, arena, study_row_read, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no study '%s'", slug);
}

bool store_study_by_id(struct store *store, int64_t study_id, struct arena *arena, struct study_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_ID);
    bool        is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!row_find(&stmt, arena, study_row_read, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no study %lld", (long long)study_id);
}

bool store_studies(struct store *store, struct arena *arena, struct study_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ALL);
    void       *all  = NULL;

    if (!rows_collect(&stmt, arena, sizeof **rows, study_row_read, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_counts(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct study_counts *out = row;

    (void)arena;
    (void)err;
    *out = (struct study_counts){
        .active       = (int)db_f64(stmt, 0),
        .finished     = (int)db_f64(stmt, 1),
        .left         = (int)db_f64(stmt, 2),
        .active_total = (int)db_f64(stmt, 3),
        .is_pilot     = db_i64(stmt, 4) != 0,
        .conditions   = (int)db_i64(stmt, 5),
    };
    return true;
}

bool store_study_counts(struct store *store, int64_t study_id, struct study_counts *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_COUNTS);
    bool        is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_counts, out, &is_found, err);
}
