#include "store/store_score.h"

#include "store/store_private.h"

static const char SQL_PUT[]          = "INSERT INTO score (representation_id, benchmark, score, recorded_at_ms)"
                                       " VALUES (:representation_id, :benchmark, :score, :recorded_at_ms)"
                                       " ON CONFLICT DO UPDATE SET score = excluded.score, recorded_at_ms = excluded.recorded_at_ms";
static const char SQL_STUDY_SCORES[] = "SELECT r.representation_id, r.name, r.family, c.benchmark, c.score"
                                       " FROM study_representation AS s JOIN representation AS r USING (representation_id)"
                                       " JOIN score AS c USING (representation_id) WHERE s.study_id = :study_id"
                                       " ORDER BY c.benchmark, s.position";

const char *const STORE_SCORE_SQL[] = {SQL_PUT, SQL_STUDY_SCORES, NULL};

bool store_score_put(struct store *store, const struct score_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_PUT);

    db_bind_i64(&stmt, ":representation_id", row->representation_id);
    db_bind_text(&stmt, ":benchmark", row->benchmark);
    db_bind_f64(&stmt, ":score", row->score);
    db_bind_i64(&stmt, ":recorded_at_ms", row->recorded_at_ms);
    return db_run(&stmt, err);
}

static bool read_score(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct score_row *out = row;

    out->representation_id = db_i64(stmt, 0);
    out->representation    = db_text(stmt, 1, arena);
    out->family            = db_text(stmt, 2, arena);
    out->benchmark         = db_text(stmt, 3, arena);
    out->score             = db_f64(stmt, 4);
    return out->representation != NULL && out->family != NULL && out->benchmark != NULL ? true : err_no_memory(err);
}

bool store_study_scores(struct store *store, int64_t study_id, struct arena *arena, struct score_row **rows, int *count,
                        struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_STUDY_SCORES);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_score, &all, count, err)) return false;
    *rows = all;
    return true;
}
