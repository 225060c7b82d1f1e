#include "store/store_representation.h"

#include <stdio.h>
#include <string.h>

#include "store/store_private.h"

static const char SQL_SET_FACTS[] =
    "UPDATE representation SET size_class = coalesce(:size_class, size_class), loss = coalesce(:loss, loss),"
    " parameter_count = coalesce(:parameter_count, parameter_count),"
    " training_image_count = coalesce(:training_image_count, training_image_count),"
    " baseline_of = coalesce(:baseline_of, baseline_of), aligned_by = coalesce(:aligned_by, aligned_by)"
    " WHERE representation_id = :representation_id";
static const char SQL_STUDY_FACTS[] =
    "SELECT r.size_class, r.loss, r.parameter_count, r.training_image_count, r.baseline_of, r.aligned_by, b.name"
    " FROM study_representation AS s JOIN representation AS r USING (representation_id)"
    " LEFT JOIN representation AS b ON b.representation_id = r.baseline_of WHERE s.study_id = :study_id ORDER BY s.position";
static const char SQL_SET_GENERATIVE[] = "UPDATE study SET generative_representation_id = :representation_id"
                                         " WHERE study_id = :study_id";
static const char SQL_GENERATIVE[] =
    "SELECT r.representation_id, r.matrix_sha256, r.name FROM study AS s JOIN representation AS r"
    " ON r.representation_id = s.generative_representation_id WHERE s.study_id = :study_id";

#define METRIC_COLUMNS                                                                                                           \
    "content_key, revision, matrix_sha256, class_separation, class_separation_reason, cka, cka_reason, intrinsic_dimension,"     \
    " intrinsic_dimension_reason, compute_ms, computed_at_ms"

static const char SQL_METRIC_PUT[] =
    "INSERT OR REPLACE INTO representation_metric (" METRIC_COLUMNS ") VALUES (:content_key, :revision, :matrix_sha256,"
    " :class_separation, :class_separation_reason, :cka, :cka_reason, :intrinsic_dimension, :intrinsic_dimension_reason,"
    " :compute_ms, :computed_at_ms)";
static const char SQL_METRIC_GET[]     = "SELECT " METRIC_COLUMNS " FROM representation_metric WHERE content_key = :content_key";
static const char SQL_METRIC_DISCARD[] = "DELETE FROM representation_metric WHERE revision <> :revision";
static const char SQL_METRIC_DELETE[]  = "DELETE FROM representation_metric";

const char *const STORE_REPRESENTATION_SQL[] = {
    SQL_SET_FACTS,  SQL_STUDY_FACTS,    SQL_SET_GENERATIVE, SQL_GENERATIVE, SQL_METRIC_PUT,
    SQL_METRIC_GET, SQL_METRIC_DISCARD, SQL_METRIC_DELETE,  NULL,
};

/* --- facts --- */

static void bind_text_or_null(struct stmt *stmt, const char *name, const char *value)
{
    if (value != NULL)
        db_bind_text(stmt, name, value);
    else
        db_bind_null(stmt, name);
}

static void bind_i64_or_null(struct stmt *stmt, const char *name, int64_t value)
{
    if (value != 0)
        db_bind_i64(stmt, name, value);
    else
        db_bind_null(stmt, name);
}

bool store_representation_set_facts(struct store *store, int64_t representation_id, const struct representation_facts *facts,
                                    struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_FACTS);

    db_bind_i64(&stmt, ":representation_id", representation_id);
    bind_text_or_null(&stmt, ":size_class", facts->size_class);
    bind_text_or_null(&stmt, ":loss", facts->loss);
    bind_i64_or_null(&stmt, ":parameter_count", facts->parameter_count);
    bind_i64_or_null(&stmt, ":training_image_count", facts->training_image_count);
    bind_i64_or_null(&stmt, ":baseline_of", facts->baseline_id);
    bind_text_or_null(&stmt, ":aligned_by", facts->aligned_by);
    return db_run(&stmt, err);
}

/* False when there is no memory; NULL stays NULL. */
static bool copy_text(const struct stmt *stmt, int column, struct arena *arena, const char **out)
{
    *out = NULL;
    if (db_is_null(stmt, column)) return true;
    *out = db_text(stmt, column, arena);
    return *out != NULL;
}

static bool read_facts(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct representation_facts *out = row;

    out->parameter_count      = db_i64(stmt, 2); /* NULL reads as 0 */
    out->training_image_count = db_i64(stmt, 3);
    out->baseline_id          = db_i64(stmt, 4);
    if (copy_text(stmt, 0, arena, &out->size_class) && copy_text(stmt, 1, arena, &out->loss) &&
        copy_text(stmt, 5, arena, &out->aligned_by) && copy_text(stmt, 6, arena, &out->baseline_name))
        return true;
    return err_no_memory(err);
}

bool store_study_representation_facts(struct store *store, int64_t study_id, struct arena *arena,
                                      struct representation_facts **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_STUDY_FACTS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_facts, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_study_set_generative(struct store *store, int64_t study_id, int64_t representation_id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_GENERATIVE);

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":representation_id", representation_id);
    return db_run(&stmt, err);
}

static bool read_generative(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct generative_row *out = row;

    (void)arena;
    (void)err;
    out->representation_id = db_i64(stmt, 0);
    db_hash(stmt, 1, &out->matrix_sha256);
    db_copy_text(stmt, 2, out->name, sizeof out->name);
    return true;
}

bool store_study_generative(struct store *store, int64_t study_id, struct generative_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_GENERATIVE);
    bool        is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!row_find(&stmt, NULL, read_generative, out, &is_found, err)) return false;
    if (!is_found) *out = (struct generative_row){0};
    return true;
}

/* --- metrics --- */

void store_metric_key(const struct secret_hash *matrix_sha256, const struct secret_hash *set_sha256,
                      const struct secret_hash *generative_sha256, int revision, struct secret_hash *out)
{
    struct secret_sha256 sha;
    char                 text[48];

    (void)snprintf(text, sizeof text, "metrics revision %d, %s", revision,
                   generative_sha256 != NULL ? "of a generative matrix" : "no generative matrix");
    secret_sha256_begin(&sha);
    secret_sha256_add(&sha, text, strlen(text) + 1); /* with the NUL: where it ends is part of it */
    secret_sha256_add(&sha, matrix_sha256->bytes, sizeof matrix_sha256->bytes);
    secret_sha256_add(&sha, set_sha256->bytes, sizeof set_sha256->bytes);
    if (generative_sha256 != NULL) secret_sha256_add(&sha, generative_sha256->bytes, sizeof generative_sha256->bytes);
    secret_sha256_end(&sha, out);
}

static void bind_metric(struct stmt *stmt, const char *value_name, const char *reason_name, const struct stored_metric *metric)
{
    bind_text_or_null(stmt, reason_name, metric->reason);
    if (metric->reason == NULL)
        db_bind_f64(stmt, value_name, metric->value);
    else
        db_bind_null(stmt, value_name);
}

bool store_metric_put(struct store *store, const struct metric_row *row, struct err *err)
{
    struct stmt discard = db_stmt(store->db, SQL_METRIC_DISCARD);
    struct stmt put;

    db_bind_i64(&discard, ":revision", row->revision);
    if (!db_run(&discard, err)) return false;
    put = db_stmt(store->db, SQL_METRIC_PUT);
    db_bind_hash(&put, ":content_key", &row->content_key);
    db_bind_i64(&put, ":revision", row->revision);
    db_bind_hash(&put, ":matrix_sha256", &row->matrix_sha256);
    bind_metric(&put, ":class_separation", ":class_separation_reason", &row->class_separation);
    bind_metric(&put, ":cka", ":cka_reason", &row->cka);
    bind_metric(&put, ":intrinsic_dimension", ":intrinsic_dimension_reason", &row->intrinsic_dimension);
    db_bind_f64(&put, ":compute_ms", row->compute_ms);
    db_bind_i64(&put, ":computed_at_ms", row->computed_at_ms);
    return db_run(&put, err);
}

static bool read_value(const struct stmt *stmt, int column, struct arena *arena, struct stored_metric *out)
{
    out->value = db_f64(stmt, column); /* NULL reads as 0 */
    return copy_text(stmt, column + 1, arena, &out->reason);
}

static bool read_metric(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct metric_row *out = row;

    db_hash(stmt, 0, &out->content_key);
    out->revision = (int)db_i64(stmt, 1);
    db_hash(stmt, 2, &out->matrix_sha256);
    out->compute_ms     = db_f64(stmt, 9);
    out->computed_at_ms = db_i64(stmt, 10);
    if (read_value(stmt, 3, arena, &out->class_separation) && read_value(stmt, 5, arena, &out->cka) &&
        read_value(stmt, 7, arena, &out->intrinsic_dimension))
        return true;
    return err_no_memory(err);
}

bool store_metric_get(struct store *store, const struct secret_hash *content_key, struct arena *arena, struct metric_row *out,
                      bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_METRIC_GET);

    db_bind_hash(&stmt, ":content_key", content_key);
    return row_find(&stmt, arena, read_metric, out, is_found, err);
}

bool store_metric_delete_all(struct store *store, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_METRIC_DELETE);

    return db_run(&stmt, err);
}
