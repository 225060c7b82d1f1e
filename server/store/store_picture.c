#include "store/store_picture.h"

#include "store/store_private.h"

static const char SQL_PICTURE_INSERT[] =
    "INSERT INTO picture (original_sha256, original_bytes, original_type, width, height, picture_sha256, thumbnail_sha256,"
    " added_at_ms) VALUES (:original_sha256, :original_bytes, :original_type, :width, :height, :picture_sha256, "
    ":thumbnail_sha256,"
    " :added_at_ms) ON CONFLICT (original_sha256) DO NOTHING";
static const char SQL_PICTURES[] =
    "SELECT original_sha256, original_bytes, original_type, width, height, picture_sha256, thumbnail_sha256, added_at_ms"
    " FROM picture ORDER BY original_sha256";
static const char SQL_STIMULUS_PICTURE_INSERT[] =
    "INSERT INTO stimulus_picture (stimulus_id, original_sha256) SELECT stimulus_id, :original_sha256 FROM stimulus"
    " WHERE stimulus_set_id = :stimulus_set_id AND row_index = :row_index";
static const char SQL_SET_NAME[] = "UPDATE stimulus_set SET name = :name, sha256 = :sha256 WHERE stimulus_set_id = :id";
static const char SQL_DISCARD_PICTURES[] =
    "DELETE FROM stimulus_picture WHERE stimulus_id IN (SELECT stimulus_id FROM stimulus WHERE stimulus_set_id ="
    " (SELECT stimulus_set_id FROM stimulus_set WHERE name = :name) ORDER BY row_index LIMIT :count_max)";
static const char SQL_DISCARD_STIMULI[] =
    "DELETE FROM stimulus WHERE stimulus_id IN (SELECT stimulus_id FROM stimulus WHERE stimulus_set_id ="
    " (SELECT stimulus_set_id FROM stimulus_set WHERE name = :name) ORDER BY row_index LIMIT :count_max)";
static const char SQL_DISCARD_SET[] = "DELETE FROM stimulus_set WHERE name = :name AND NOT EXISTS"
                                      " (SELECT 1 FROM stimulus AS s WHERE s.stimulus_set_id = stimulus_set.stimulus_set_id)";
static const char SQL_SET_EXISTS[]  = "SELECT 1 FROM stimulus_set WHERE name = :name";
static const char SQL_SETS[] =
    "SELECT e.stimulus_set_id, e.name, (SELECT count(*) FROM stimulus AS s WHERE s.stimulus_set_id = e.stimulus_set_id),"
    " (SELECT count(DISTINCT s.object) FROM stimulus AS s WHERE s.stimulus_set_id = e.stimulus_set_id)"
    " FROM stimulus_set AS e WHERE instr(e.name, '/') = 0 ORDER BY e.name";
static const char SQL_SET_REPRESENTATIONS[] =
    "SELECT representation_id, stimulus_set_id, name, family, description, feature_count, matrix_sha256, created_at_ms"
    " FROM representation WHERE stimulus_set_id = :stimulus_set_id ORDER BY name";
static const char SQL_THUMBNAILS[] =
    "SELECT coalesce(p.thumbnail_sha256, s.media_sha256) FROM stimulus AS s LEFT JOIN stimulus_picture USING (stimulus_id)"
    " LEFT JOIN picture AS p USING (original_sha256) WHERE s.stimulus_set_id = :stimulus_set_id ORDER BY s.row_index";
static const char SQL_CONDITION_STIMULI[] =
    "SELECT DISTINCT i.row_index FROM study AS s JOIN condition AS c ON c.study_id = s.study_id"
    " JOIN condition_trial AS t ON t.condition_id = c.condition_id"
    " JOIN stimulus AS i ON i.stimulus_id IN (t.left_stimulus_id, t.right_stimulus_id)"
    " WHERE s.slug = :slug AND c.condition_number = :number AND t.phase = 'main' ORDER BY i.row_index";

const char *const STORE_PICTURE_SQL[] = {
    SQL_PICTURE_INSERT,
    SQL_PICTURES,
    SQL_STIMULUS_PICTURE_INSERT,
    SQL_SET_NAME,
    SQL_DISCARD_PICTURES,
    SQL_DISCARD_STIMULI,
    SQL_DISCARD_SET,
    SQL_SET_EXISTS,
    SQL_SETS,
    SQL_SET_REPRESENTATIONS,
    SQL_THUMBNAILS,
    SQL_CONDITION_STIMULI,
    NULL,
};

bool store_picture_insert(struct store *store, const struct picture_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_PICTURE_INSERT);

    db_bind_hash(&stmt, ":original_sha256", &row->original_sha256);
    db_bind_i64(&stmt, ":original_bytes", row->original_bytes);
    db_bind_text(&stmt, ":original_type", row->original_type);
    db_bind_i64(&stmt, ":width", row->width);
    db_bind_i64(&stmt, ":height", row->height);
    db_bind_hash(&stmt, ":picture_sha256", &row->picture_sha256);
    db_bind_hash(&stmt, ":thumbnail_sha256", &row->thumbnail_sha256);
    db_bind_i64(&stmt, ":added_at_ms", row->added_at_ms);
    return db_run(&stmt, err);
}

static bool read_picture(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct picture_row *out = row;

    (void)arena;
    (void)err;
    db_hash(stmt, 0, &out->original_sha256);
    out->original_bytes = db_i64(stmt, 1);
    db_copy_text(stmt, 2, out->original_type, sizeof out->original_type);
    out->width  = (int)db_i64(stmt, 3);
    out->height = (int)db_i64(stmt, 4);
    db_hash(stmt, 5, &out->picture_sha256);
    db_hash(stmt, 6, &out->thumbnail_sha256);
    out->added_at_ms = db_i64(stmt, 7);
    return true;
}

bool store_pictures(struct store *store, struct arena *arena, struct picture_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_PICTURES);
    void       *all  = NULL;

    if (!rows_collect(&stmt, arena, sizeof **rows, read_picture, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_stimulus_picture_insert(struct store *store, int64_t stimulus_set_id, int row_index,
                                   const struct secret_hash *original_sha256, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_STIMULUS_PICTURE_INSERT);

    db_bind_hash(&stmt, ":original_sha256", original_sha256);
    db_bind_i64(&stmt, ":stimulus_set_id", stimulus_set_id);
    db_bind_i64(&stmt, ":row_index", row_index);
    return db_run(&stmt, err);
}

bool store_stimulus_set_name(struct store *store, int64_t stimulus_set_id, const char *name, const struct secret_hash *sha256,
                             struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_NAME);

    db_bind_text(&stmt, ":name", name);
    db_bind_hash(&stmt, ":sha256", sha256);
    db_bind_i64(&stmt, ":id", stimulus_set_id);
    return db_run(&stmt, err) ? true : name_conflict(err, "stimulus set", name);
}

static bool discard_by(struct store *store, const char *sql, const char *name, int count_max, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, sql);

    db_bind_text(&stmt, ":name", name);
    if (count_max > 0) db_bind_i64(&stmt, ":count_max", count_max);
    return db_run(&stmt, err);
}

static bool read_nothing(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)stmt;
    (void)arena;
    (void)row;
    (void)err;
    return true;
}

bool store_stimulus_set_discard(struct store *store, const char *name, int count_max, bool *is_gone, struct err *err)
{
    struct stmt exists;
    bool        is_there;

    if (!discard_by(store, SQL_DISCARD_PICTURES, name, count_max, err) ||
        !discard_by(store, SQL_DISCARD_STIMULI, name, count_max, err) || !discard_by(store, SQL_DISCARD_SET, name, 0, err))
        return false;
    exists = db_stmt(store->db, SQL_SET_EXISTS);
    db_bind_text(&exists, ":name", name);
    if (!row_find(&exists, NULL, read_nothing, NULL, &is_there, err)) return false;
    *is_gone = !is_there;
    return true;
}

static bool read_overview(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct stimulus_set_overview *out = row;

    (void)arena;
    (void)err;
    out->stimulus_set_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->name, sizeof out->name);
    out->stimulus_count = (int)db_i64(stmt, 2);
    out->object_count   = (int)db_i64(stmt, 3);
    return true;
}

bool store_stimulus_sets(struct store *store, struct arena *arena, struct stimulus_set_overview **rows, int *count,
                         struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SETS);
    void       *all  = NULL;

    if (!rows_collect(&stmt, arena, sizeof **rows, read_overview, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_representations_of_set(struct store *store, int64_t stimulus_set_id, struct arena *arena,
                                  struct representation_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_REPRESENTATIONS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":stimulus_set_id", stimulus_set_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, representation_row_read, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_hash(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    db_hash(stmt, 0, row);
    return true;
}

bool store_thumbnails(struct store *store, int64_t stimulus_set_id, struct arena *arena, struct secret_hash **hashes, int *count,
                      struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_THUMBNAILS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":stimulus_set_id", stimulus_set_id);
    if (!rows_collect(&stmt, arena, sizeof **hashes, read_hash, &all, count, err)) return false;
    *hashes = all;
    return true;
}

static bool read_index(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_condition_stimuli(struct store *store, const char *study_slug, int condition_number, struct arena *arena,
                             int **row_indices, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_CONDITION_STIMULI);
    void       *all  = NULL;

    db_bind_text(&stmt, ":slug", study_slug);
    db_bind_i64(&stmt, ":number", condition_number);
    if (!rows_collect(&stmt, arena, sizeof **row_indices, read_index, &all, count, err)) return false;
    *row_indices = all;
    return true;
}
