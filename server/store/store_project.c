#include "store/store_project.h"

#include "store/store_private.h"

#define PROJECT_SELECT "SELECT project_id, slug, title, created_at_ms FROM project"

static const char SQL_INSERT[]  = "INSERT INTO project (slug, title, created_at_ms) VALUES (:slug, :title, :created_at_ms)";
static const char SQL_ADD[]     = "INSERT INTO project_study (project_id, study_id, position) VALUES (:project_id, :study_id,"
                                  " (SELECT coalesce(max(position) + 1, 0) FROM project_study WHERE project_id = :project_id))";
static const char SQL_REMOVE[]  = "DELETE FROM project_study WHERE project_id = :project_id AND study_id = :study_id";
static const char SQL_BY_SLUG[] = PROJECT_SELECT " WHERE slug = :slug";
static const char SQL_ALL[]     = PROJECT_SELECT " ORDER BY project_id";
static const char SQL_STUDIES[] = STUDY_SELECT " JOIN project_study AS ps USING (study_id) WHERE ps.project_id = :project_id"
                                               " ORDER BY ps.position";

const char *const STORE_PROJECT_SQL[] = {SQL_INSERT, SQL_ADD, SQL_REMOVE, SQL_BY_SLUG, SQL_ALL, SQL_STUDIES, NULL};

bool store_project_insert(struct store *store, const struct project_row *row, int64_t *id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_text(&stmt, ":slug", row->slug);
    db_bind_text(&stmt, ":title", row->title);
    db_bind_i64(&stmt, ":created_at_ms", row->created_at_ms);
    if (!db_run(&stmt, err)) return name_conflict(err, "project", row->slug);
    *id = db_last_insert_id(store->db);
    return true;
}

bool store_project_add(struct store *store, int64_t project_id, int64_t study_id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ADD);

    db_bind_i64(&stmt, ":project_id", project_id);
    db_bind_i64(&stmt, ":study_id", study_id);
    if (db_run(&stmt, err)) return true;
    return err != NULL && err->kind == ERR_CONFLICT ? err_set(err, ERR_CONFLICT, "the study is in the project already") : false;
}

bool store_project_remove(struct store *store, int64_t project_id, int64_t study_id, bool *was_there, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REMOVE);

    db_bind_i64(&stmt, ":project_id", project_id);
    db_bind_i64(&stmt, ":study_id", study_id);
    if (!db_run(&stmt, err)) return false;
    *was_there = db_change_count(store->db) > 0;
    return true;
}

static bool read_project(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct project_row *out = row;

    out->project_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->slug, sizeof out->slug);
    out->title         = db_text(stmt, 2, arena);
    out->created_at_ms = db_i64(stmt, 3);
    return out->title != NULL ? true : err_no_memory(err);
}

bool store_project_by_slug(struct store *store, const char *slug, struct arena *arena, struct project_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_SLUG);
    bool        is_found;

    db_bind_text(&stmt, ":slug", slug);
    if (!row_find(&stmt, arena, read_project, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no project '%.64s'", slug);
}

bool store_projects(struct store *store, struct arena *arena, struct project_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ALL);
    void       *all  = NULL;

    if (!rows_collect(&stmt, arena, sizeof **rows, read_project, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_project_studies(struct store *store, int64_t project_id, struct arena *arena, struct study_row **rows, int *count,
                           struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_STUDIES);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":project_id", project_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, study_row_read, &all, count, err)) return false;
    *rows = all;
    return true;
}
