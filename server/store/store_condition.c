#include "store/store_condition.h"

#include "store/store_private.h"

#define CONDITION_COLUMNS                                                                                                        \
    "condition_id, study_id, condition_number, dimension, high_dinosaur, points_min, points_max, sha256, is_dimension_missing"
#define TRIAL_COLUMNS                                                                                                            \
    "c.trial_index, c.left_stimulus_id, c.right_stimulus_id, c.category, c.left_points, c.right_points, l.row_index,"            \
    " r.row_index, l.media_sha256, r.media_sha256, CASE l.is_picture_missing WHEN 1 THEN l.name END,"                            \
    " CASE r.is_picture_missing WHEN 1 THEN r.name END"
#define TRIAL_TABLES                                                                                                             \
    " FROM condition_trial AS c JOIN stimulus AS l ON l.stimulus_id = c.left_stimulus_id"                                        \
    " LEFT JOIN stimulus AS r ON r.stimulus_id = c.right_stimulus_id"

static const char SQL_INSERT[] =
    "INSERT INTO condition (condition_id, study_id, condition_number, dimension, high_dinosaur, points_min, points_max, sha256,"
    " is_dimension_missing)"
    " VALUES (" STORE_NEXT_UNSPENT(
        "condition") ", :study_id, :condition_number, :dimension, :high_dinosaur, :points_min, :points_max,"
                     " :sha256, :is_dimension_missing)";
static const char SQL_TRIAL_INSERT[] =
    "INSERT INTO condition_trial (condition_id, phase, trial_index, left_stimulus_id, right_stimulus_id, category, left_points,"
    " right_points) VALUES (:condition_id, :phase, :trial_index, :left_stimulus_id, :right_stimulus_id, :category, :left_points,"
    " :right_points)";
static const char SQL_LEASE[] =
    "SELECT condition_id, (SELECT count(*) FROM session AS s WHERE s.condition_id = c.condition_id AND s.is_pilot = :is_pilot"
    " AND s.state = 'active') AS open,"
    " (SELECT count(*) FROM session AS s WHERE s.condition_id = c.condition_id AND s.is_pilot = :is_pilot"
    " AND s.state = 'finished') AS finished"
    " FROM condition AS c WHERE study_id = :study_id AND open < :open_max ORDER BY finished, open, condition_number LIMIT 1";
static const char SQL_BY_ID[] = "SELECT " CONDITION_COLUMNS " FROM condition WHERE condition_id = :condition_id";
static const char SQL_ALL[] = "SELECT " CONDITION_COLUMNS " FROM condition WHERE study_id = :study_id ORDER BY condition_number";
static const char SQL_COUNT[] = "SELECT count(*) FROM condition WHERE study_id = :study_id";
static const char SQL_TRIAL[] = "SELECT " TRIAL_COLUMNS TRIAL_TABLES
                                " WHERE c.condition_id = :condition_id AND c.phase = :phase AND c.trial_index = :trial_index";
static const char           SQL_TRIALS[] =
    "SELECT " TRIAL_COLUMNS TRIAL_TABLES " WHERE c.condition_id = :condition_id AND c.phase = :phase ORDER BY c.trial_index";

const char *const STORE_CONDITION_SQL[] = {
    SQL_INSERT, SQL_TRIAL_INSERT, SQL_LEASE, SQL_BY_ID, SQL_ALL, SQL_COUNT, SQL_TRIAL, SQL_TRIALS, NULL,
};

static const char *const PHASE_NAMES[PHASE_COUNT] = {[PHASE_PRACTICE] = "practice", [PHASE_MAIN] = "main"};

const char *phase_name(enum phase phase)
{
    return PHASE_NAMES[phase];
}

bool store_condition_insert(struct store *store, const struct condition_row *row, int64_t *id, struct err *err)
{
    struct stmt stmt      = db_stmt(store->db, SQL_INSERT);
    bool        is_reward = row->high_dinosaur[0] == '\0';

    db_bind_i64(&stmt, ":study_id", row->study_id);
    db_bind_i64(&stmt, ":condition_number", row->condition_number);
    db_bind_i64(&stmt, ":dimension", row->dimension);
    db_bind_i64(&stmt, ":is_dimension_missing", row->is_dimension_missing);
    db_bind_text(&stmt, ":high_dinosaur", is_reward ? NULL : row->high_dinosaur);
    if (is_reward) db_bind_i64(&stmt, ":points_min", row->points_min);
    if (is_reward) db_bind_i64(&stmt, ":points_max", row->points_max);
    db_bind_hash(&stmt, ":sha256", &row->sha256);
    if (!db_run(&stmt, err)) return err_wrap(err, "condition %d", row->condition_number);
    *id = db_last_insert_id(store->db);
    return true;
}

bool store_condition_trial_insert(struct store *store, int64_t condition_id, enum phase phase,
                                  const struct condition_trial_row *row, struct err *err)
{
    struct stmt stmt      = db_stmt(store->db, SQL_TRIAL_INSERT);
    bool        is_reward = row->right_stimulus_id != 0;

    db_bind_i64(&stmt, ":condition_id", condition_id);
    db_bind_text(&stmt, ":phase", phase_name(phase));
    db_bind_i64(&stmt, ":trial_index", row->trial_index);
    db_bind_i64(&stmt, ":left_stimulus_id", row->left_stimulus_id);
    if (is_reward) {
        db_bind_i64(&stmt, ":right_stimulus_id", row->right_stimulus_id);
        db_bind_i64(&stmt, ":left_points", row->left_points);
        db_bind_i64(&stmt, ":right_points", row->right_points);
    } else {
        db_bind_text(&stmt, ":category", row->category);
    }
    return db_run(&stmt, err);
}

static bool read_id(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int64_t *)row = db_i64(stmt, 0);
    return true;
}

bool store_condition_lease(struct store *store, int64_t study_id, bool is_pilot, int open_max, int64_t *id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LEASE);
    bool        is_found;

    *id = 0;
    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":is_pilot", is_pilot);
    db_bind_i64(&stmt, ":open_max", open_max);
    return row_find(&stmt, NULL, read_id, id, &is_found, err);
}

static bool read_condition(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct condition_row *out = row;

    (void)arena;
    (void)err;
    out->condition_id     = db_i64(stmt, 0);
    out->study_id         = db_i64(stmt, 1);
    out->condition_number = (int)db_i64(stmt, 2);
    out->dimension        = (int)db_i64(stmt, 3);
    db_copy_text(stmt, 4, out->high_dinosaur, sizeof out->high_dinosaur);
    out->points_min = (int)db_i64(stmt, 5);
    out->points_max = (int)db_i64(stmt, 6);
    db_hash(stmt, 7, &out->sha256);
    out->is_dimension_missing = db_i64(stmt, 8) != 0;
    return true;
}

bool store_condition_by_id(struct store *store, int64_t condition_id, struct condition_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_ID);
    bool        is_found;

    db_bind_i64(&stmt, ":condition_id", condition_id);
    if (!row_find(&stmt, NULL, read_condition, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no condition %lld", (long long)condition_id);
}

bool store_conditions(struct store *store, int64_t study_id, struct arena *arena, struct condition_row **rows, int *count,
                      struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ALL);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_condition, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_condition_count(struct store *store, int64_t study_id, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_COUNT);
    int64_t     found;
    bool        is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!row_find(&stmt, NULL, read_id, &found, &is_found, err)) return false;
    *count = is_found ? (int)found : 0;
    return true;
}

static bool read_trial(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct condition_trial_row *out = row;

    out->trial_index       = (int)db_i64(stmt, 0);
    out->left_stimulus_id  = db_i64(stmt, 1);
    out->right_stimulus_id = db_i64(stmt, 2);
    db_copy_text(stmt, 3, out->category, sizeof out->category);
    out->left_points  = (int)db_i64(stmt, 4);
    out->right_points = (int)db_i64(stmt, 5);
    out->left_row     = (int)db_i64(stmt, 6);
    out->right_row    = db_is_null(stmt, 7) ? -1 : (int)db_i64(stmt, 7);
    db_hash(stmt, 8, &out->left_media);
    db_hash(stmt, 9, &out->right_media);
    if (arena == NULL) return true;
    out->left_label  = db_text(stmt, 10, arena);
    out->right_label = db_text(stmt, 11, arena);
    if ((out->left_label == NULL && !db_is_null(stmt, 10)) || (out->right_label == NULL && !db_is_null(stmt, 11)))
        return err_no_memory(err);
    return true;
}

bool store_condition_trial(struct store *store, int64_t condition_id, enum phase phase, int trial_index,
                           struct condition_trial_row *out, bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TRIAL);

    db_bind_i64(&stmt, ":condition_id", condition_id);
    db_bind_text(&stmt, ":phase", phase_name(phase));
    db_bind_i64(&stmt, ":trial_index", trial_index);
    return row_find(&stmt, NULL, read_trial, out, is_found, err);
}

bool store_condition_trials(struct store *store, int64_t condition_id, enum phase phase, struct arena *arena,
                            struct condition_trial_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TRIALS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":condition_id", condition_id);
    db_bind_text(&stmt, ":phase", phase_name(phase));
    if (!rows_collect(&stmt, arena, sizeof **rows, read_trial, &all, count, err)) return false;
    *rows = all;
    return true;
}
