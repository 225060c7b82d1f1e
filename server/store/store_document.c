#include "store/store_document.h"

#include <string.h>

#include "store/store_private.h"

#define STUDY_DOCUMENT_SELECT                                                                                                    \
    "SELECT s.study_id, s.kind, s.language, s.version_number, s.sha256, s.created_at_ms, d.text FROM study_document AS s"        \
    " JOIN document AS d USING (sha256) WHERE s.study_id = :study_id"

static const char SQL_KEEP[]   = "INSERT INTO document (sha256, text, created_at_ms) VALUES (:sha256, :text, :created_at_ms)"
                                 " ON CONFLICT DO NOTHING";
static const char SQL_TEXT[]   = "SELECT text FROM document WHERE sha256 = :sha256";
static const char SQL_INSERT[] = "INSERT INTO study_document (study_id, kind, language, version_number, sha256, created_at_ms)"
                                 " VALUES (:study_id, :kind, :language, :version_number, :sha256, :created_at_ms)";
static const char SQL_NEWEST[] =
    STUDY_DOCUMENT_SELECT " AND s.kind = :kind AND s.version_number = (SELECT max(n.version_number) FROM study_document AS n"
                          " WHERE n.study_id = s.study_id AND n.kind = s.kind AND n.language = s.language) ORDER BY s.language";
static const char SQL_ALL[]    = STUDY_DOCUMENT_SELECT " ORDER BY s.kind, s.language, s.version_number";
static const char SQL_ACCEPT[] = "INSERT INTO acceptance (session_id, kind, sha256, accepted_at_ms)"
                                 " VALUES (:session_id, :kind, :sha256, :accepted_at_ms)";
static const char SQL_ACCEPTED[] =
    "SELECT session_id, kind, sha256, accepted_at_ms FROM acceptance WHERE session_id = :session_id ORDER BY kind";

const char *const STORE_DOCUMENT_SQL[] = {SQL_KEEP, SQL_TEXT, SQL_INSERT, SQL_NEWEST, SQL_ALL, SQL_ACCEPT, SQL_ACCEPTED, NULL};

static const char *const KIND_NAMES[DOCUMENT_KIND_COUNT] = {
    [DOCUMENT_CONSENT]         = "consent",
    [DOCUMENT_DATA_PROTECTION] = "data_protection",
    [DOCUMENT_CONTACT]         = "contact",
    [DOCUMENT_DEBRIEFING]      = "debriefing",
};

const char *document_kind_name(enum document_kind kind)
{
    return KIND_NAMES[kind];
}

bool document_kind_from_name(const char *name, enum document_kind *out)
{
    for (int i = 0; i < DOCUMENT_KIND_COUNT; i++)
        if (strcmp(KIND_NAMES[i], name) == 0) return *out = (enum document_kind)i, true;
    return false;
}

bool store_document_keep(struct store *store, const char *text, int64_t now_ms, struct secret_hash *sha256, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_KEEP);

    secret_sha256_of(text, strlen(text), sha256);
    db_bind_hash(&stmt, ":sha256", sha256);
    db_bind_text(&stmt, ":text", text);
    db_bind_i64(&stmt, ":created_at_ms", now_ms);
    return db_run(&stmt, err);
}

static bool read_text(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    const char **out = row;

    *out = db_text(stmt, 0, arena);
    return *out != NULL ? true : err_no_memory(err);
}

bool store_document_text(struct store *store, const struct secret_hash *sha256, struct arena *arena, const char **text,
                         struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TEXT);
    bool        is_found;

    *text = NULL;
    db_bind_hash(&stmt, ":sha256", sha256);
    return row_find(&stmt, arena, read_text, text, &is_found, err);
}

bool store_study_document_insert(struct store *store, const struct study_document_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_i64(&stmt, ":study_id", row->study_id);
    db_bind_text(&stmt, ":kind", document_kind_name(row->kind));
    db_bind_text(&stmt, ":language", row->language);
    db_bind_i64(&stmt, ":version_number", row->version_number);
    db_bind_hash(&stmt, ":sha256", &row->sha256);
    db_bind_i64(&stmt, ":created_at_ms", row->created_at_ms);
    return db_run(&stmt, err);
}

static bool read_kind(const struct stmt *stmt, int column, enum document_kind *out, struct err *err)
{
    char name[32];

    db_copy_text(stmt, column, name, sizeof name);
    return document_kind_from_name(name, out) ? true : err_set(err, ERR_STORAGE, "'%s' is no kind of document", name);
}

static bool read_study_document(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct study_document_row *out = row;

    out->study_id = db_i64(stmt, 0);
    if (!read_kind(stmt, 1, &out->kind, err)) return false;
    db_copy_text(stmt, 2, out->language, sizeof out->language);
    out->version_number = (int)db_i64(stmt, 3);
    db_hash(stmt, 4, &out->sha256);
    out->created_at_ms = db_i64(stmt, 5);
    out->text          = db_text(stmt, 6, arena);
    return out->text != NULL ? true : err_no_memory(err);
}

bool store_study_documents_newest(struct store *store, int64_t study_id, enum document_kind kind, struct arena *arena,
                                  struct study_document_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_NEWEST);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":kind", document_kind_name(kind));
    if (!rows_collect(&stmt, arena, sizeof **rows, read_study_document, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_study_documents(struct store *store, int64_t study_id, struct arena *arena, struct study_document_row **rows,
                           int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ALL);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_study_document, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_acceptance_insert(struct store *store, const struct acceptance_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ACCEPT);

    db_bind_i64(&stmt, ":session_id", row->session_id);
    db_bind_text(&stmt, ":kind", document_kind_name(row->kind));
    db_bind_hash(&stmt, ":sha256", &row->sha256);
    db_bind_i64(&stmt, ":accepted_at_ms", row->accepted_at_ms);
    return db_run(&stmt, err);
}

static bool read_acceptance(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct acceptance_row *out = row;

    (void)arena;
    out->session_id = db_i64(stmt, 0);
    db_hash(stmt, 2, &out->sha256);
    out->accepted_at_ms = db_i64(stmt, 3);
    return read_kind(stmt, 1, &out->kind, err);
}

bool store_acceptances(struct store *store, int64_t session_id, struct arena *arena, struct acceptance_row **rows, int *count,
                       struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ACCEPTED);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":session_id", session_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_acceptance, &all, count, err)) return false;
    *rows = all;
    return true;
}
