#include "store/store_material.h"

#include "store/store_private.h"

static const char SQL_SET_INSERT[] =
    "INSERT INTO stimulus_set (name, sha256, created_at_ms) VALUES (:name, :sha256, :created_at_ms)";
static const char SQL_SET_BY_NAME[] = "SELECT stimulus_set_id, name, sha256, created_at_ms FROM stimulus_set WHERE name = :name";
static const char SQL_SET_BY_ID[] =
    "SELECT stimulus_set_id, name, sha256, created_at_ms FROM stimulus_set WHERE stimulus_set_id = :id";
static const char SQL_STIMULUS_INSERT[] =
    "INSERT INTO stimulus (stimulus_set_id, row_index, name, object, media_sha256, is_picture_missing)"
    " VALUES (:stimulus_set_id, :row_index, :name, :object, :media_sha256, :is_picture_missing)";
static const char SQL_STIMULI[] = "SELECT stimulus_id, row_index, name, object, media_sha256, is_picture_missing FROM stimulus"
                                  " WHERE stimulus_set_id = :stimulus_set_id ORDER BY row_index";
static const char SQL_MEDIA_INSERT[] = "INSERT INTO media (sha256, media_type, byte_count)"
                                       " VALUES (:sha256, :media_type, :byte_count) ON CONFLICT (sha256) DO NOTHING";
static const char SQL_MEDIA[]        = "SELECT sha256, media_type, byte_count FROM media WHERE sha256 = :sha256";
static const char SQL_MEDIA_OF_SESSION[] =
    "SELECT m.sha256, m.media_type, m.byte_count FROM media AS m WHERE m.sha256 = :sha256 AND EXISTS ("
    " SELECT 1 FROM session AS s JOIN condition_trial AS c ON c.condition_id = s.condition_id"
    " JOIN stimulus AS i ON i.stimulus_id IN (c.left_stimulus_id, c.right_stimulus_id)"
    " WHERE s.session_id = :session_id AND i.media_sha256 = m.sha256)";
static const char SQL_REPRESENTATION_INSERT[] =
    "INSERT INTO representation (stimulus_set_id, name, family, description, feature_count, matrix_sha256, created_at_ms)"
    " VALUES (:stimulus_set_id, :name, :family, :description, :feature_count, :matrix_sha256, :created_at_ms)";
static const char SQL_REPRESENTATION_BY_NAME[] =
    "SELECT representation_id, stimulus_set_id, name, family, description, feature_count, matrix_sha256, created_at_ms"
    " FROM representation WHERE stimulus_set_id = :stimulus_set_id AND name = :name";
static const char SQL_STUDY_REPRESENTATIONS[] =
    "SELECT r.representation_id, r.stimulus_set_id, r.name, r.family, r.description, r.feature_count, r.matrix_sha256,"
    " r.created_at_ms FROM study_representation AS s JOIN representation AS r USING (representation_id)"
    " WHERE s.study_id = :study_id ORDER BY s.position";

const char *const STORE_MATERIAL_SQL[] = {
    SQL_SET_INSERT,
    SQL_SET_BY_NAME,
    SQL_SET_BY_ID,
    SQL_STIMULUS_INSERT,
    SQL_STIMULI,
    SQL_MEDIA_INSERT,
    SQL_MEDIA,
    SQL_MEDIA_OF_SESSION,
    SQL_REPRESENTATION_INSERT,
    SQL_REPRESENTATION_BY_NAME,
    SQL_STUDY_REPRESENTATIONS,
    NULL,
};

bool store_stimulus_set_insert(struct store *store, const struct stimulus_set_row *row, int64_t *id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_INSERT);

    db_bind_text(&stmt, ":name", row->name);
    db_bind_hash(&stmt, ":sha256", &row->sha256);
    db_bind_i64(&stmt, ":created_at_ms", row->created_at_ms);
    if (!db_run(&stmt, err)) return name_conflict(err, "stimulus set", row->name);
    *id = db_last_insert_id(store->db);
    return true;
}

bool store_stimulus_insert(struct store *store, int64_t stimulus_set_id, const struct stimulus_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_STIMULUS_INSERT);

    db_bind_i64(&stmt, ":stimulus_set_id", stimulus_set_id);
    db_bind_i64(&stmt, ":row_index", row->row_index);
    db_bind_text(&stmt, ":name", row->name);
    db_bind_text(&stmt, ":object", row->object);
    db_bind_hash(&stmt, ":media_sha256", &row->media_sha256);
    db_bind_i64(&stmt, ":is_picture_missing", row->is_picture_missing);
    return db_run(&stmt, err);
}

bool store_media_insert(struct store *store, const struct media_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_MEDIA_INSERT);

    db_bind_hash(&stmt, ":sha256", &row->sha256);
    db_bind_text(&stmt, ":media_type", row->media_type);
    db_bind_i64(&stmt, ":byte_count", row->byte_count);
    return db_run(&stmt, err);
}

bool store_representation_insert(struct store *store, const struct representation_row *row, int64_t *id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REPRESENTATION_INSERT);

    db_bind_i64(&stmt, ":stimulus_set_id", row->stimulus_set_id);
    db_bind_text(&stmt, ":name", row->name);
    db_bind_text(&stmt, ":family", row->family);
    db_bind_text(&stmt, ":description", row->description);
    db_bind_i64(&stmt, ":feature_count", row->feature_count);
    db_bind_hash(&stmt, ":matrix_sha256", &row->matrix_sha256);
    db_bind_i64(&stmt, ":created_at_ms", row->created_at_ms);
    if (!db_run(&stmt, err)) return name_conflict(err, "representation", row->name);
    *id = db_last_insert_id(store->db);
    return true;
}

static bool read_set(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct stimulus_set_row *out = row;

    (void)arena;
    (void)err;
    out->stimulus_set_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->name, sizeof out->name);
    db_hash(stmt, 2, &out->sha256);
    out->created_at_ms = db_i64(stmt, 3);
    return true;
}

bool store_stimulus_set_by_name(struct store *store, const char *name, struct stimulus_set_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_BY_NAME);
    bool        is_found;

    db_bind_text(&stmt, ":name", name);
    if (!row_find(&stmt, NULL, read_set, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no stimulus set '%s'", name);
}

bool store_stimulus_set_by_id(struct store *store, int64_t id, struct stimulus_set_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_BY_ID);
    bool        is_found;

    db_bind_i64(&stmt, ":id", id);
    if (!row_find(&stmt, NULL, read_set, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no stimulus set %lld", (long long)id);
}

bool representation_row_read(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct representation_row *out = row;

    out->representation_id = db_i64(stmt, 0);
    out->stimulus_set_id   = db_i64(stmt, 1);
    db_copy_text(stmt, 2, out->name, sizeof out->name);
    db_copy_text(stmt, 3, out->family, sizeof out->family);
    out->description   = db_text(stmt, 4, arena);
    out->feature_count = (int)db_i64(stmt, 5);
    db_hash(stmt, 6, &out->matrix_sha256);
    out->created_at_ms = db_i64(stmt, 7);
    return out->description != NULL ? true : err_no_memory(err);
}

bool store_representation_by_name(struct store *store, int64_t stimulus_set_id, const char *name, struct arena *arena,
                                  struct representation_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REPRESENTATION_BY_NAME);
    bool        is_found;

    db_bind_i64(&stmt, ":stimulus_set_id", stimulus_set_id);
    db_bind_text(&stmt, ":name", name);
    if (!row_find(&stmt, arena, representation_row_read, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "the stimulus set has no representation '%s'", name);
}

static bool read_stimulus(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct stimulus_row *out = row;

    out->stimulus_id = db_i64(stmt, 0);
    out->row_index   = (int)db_i64(stmt, 1);
    out->name        = db_text(stmt, 2, arena);
    out->object      = db_text(stmt, 3, arena);
    db_hash(stmt, 4, &out->media_sha256);
    out->is_picture_missing = db_i64(stmt, 5) != 0;
    return out->name != NULL && out->object != NULL ? true : err_no_memory(err);
}

bool store_stimuli(struct store *store, int64_t stimulus_set_id, struct arena *arena, struct stimulus_row **rows, int *count,
                   struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_STIMULI);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":stimulus_set_id", stimulus_set_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_stimulus, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_study_representations(struct store *store, int64_t study_id, struct arena *arena, struct representation_row **rows,
                                 int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_STUDY_REPRESENTATIONS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, representation_row_read, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_media(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct media_row *out = row;

    (void)arena;
    (void)err;
    db_hash(stmt, 0, &out->sha256);
    db_copy_text(stmt, 1, out->media_type, sizeof out->media_type);
    out->byte_count = db_i64(stmt, 2);
    return true;
}

static bool find_media(struct stmt *stmt, struct media_row *out, struct err *err)
{
    bool is_found;

    if (!row_find(stmt, NULL, read_media, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no such picture here");
}

bool store_media_of_session(struct store *store, int64_t session_id, const struct secret_hash *sha256, struct media_row *out,
                            struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_MEDIA_OF_SESSION);

    db_bind_hash(&stmt, ":sha256", sha256);
    db_bind_i64(&stmt, ":session_id", session_id);
    return find_media(&stmt, out, err);
}

bool store_media(struct store *store, const struct secret_hash *sha256, struct media_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_MEDIA);

    db_bind_hash(&stmt, ":sha256", sha256);
    return find_media(&stmt, out, err);
}
