#include "store/store_copy.h"

#include <stdio.h>
#include <string.h>

#include "store/store_private.h"

/* On a connection of the new file, with the database attached as `source`: other statements than those of store_prepare_all. */
static const char SQL_ATTACH[]  = "ATTACH :path AS source";
static const char SQL_VERSION[] = "PRAGMA source.user_version";

/* The tables that are copied, by name; the order is that of their rows, each of which is found by rows that were copied before. */
#define COPIED                                                                                                                   \
    "('migration', 'study', 'stimulus_set', 'stimulus', 'media', 'representation', 'study_representation', 'condition',"         \
    " 'condition_trial', 'session', 'participant', 'trial', 'comprehension_attempt', 'event', 'questionnaire', 'acceptance',"    \
    " 'study_document', 'document', 'arrival', 'tombstone', 'value_table', 'fit', 'representation_metric',"                      \
    " 'study_settings', 'picture', 'stimulus_picture', 'score')"
static const char SQL_SCHEMA[] =
    "SELECT sql FROM source.sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index') AND tbl_name IN " COPIED
    " ORDER BY type = 'index', rowid";

#define OF_MODE "(:mode = 'all' OR is_pilot = (:mode = 'pilot'))"
#define BLANK   "CAST(printf('%032d', "

static const char *const STEPS_OF_STUDY[] = {
    "CREATE TEMP TABLE one_study AS SELECT * FROM source.study WHERE study_id = :study_id",
    "CREATE TEMP TABLE its_settings AS SELECT * FROM source.study_settings WHERE study_id = :study_id",
    NULL,
};
#define OF_STUDY "study_id = (SELECT study_id FROM one_study)"
static const char *const STEPS_OF_MODE[] = {
    "CREATE TEMP TABLE its_session AS SELECT * FROM source.session WHERE " OF_STUDY " AND " OF_MODE,
    "CREATE TEMP TABLE its_arrival AS SELECT * FROM source.arrival WHERE " OF_STUDY " AND " OF_MODE,
    "INSERT INTO main.tombstone SELECT * FROM source.tombstone WHERE " OF_STUDY " AND " OF_MODE,
    NULL,
};

#define COPY(table, where) "INSERT INTO main." table " SELECT * FROM source." table " WHERE " where
#define WITHOUT_CODES      "json_remove(settings, '$.completion_code', '$.completion_url', '$.recruitment')"
static const char *const STEPS[] = {
    "UPDATE one_study SET settings = " WITHOUT_CODES,
    "UPDATE its_settings SET settings = " WITHOUT_CODES,
    "UPDATE its_session SET token_hash = " BLANK "session_id) AS BLOB)",
    "UPDATE its_arrival SET visit_hash = " BLANK "arrival_number) AS BLOB)",
    "INSERT INTO main.study SELECT * FROM one_study",
    "INSERT INTO main.study_settings SELECT * FROM its_settings",
    "INSERT INTO main.session SELECT * FROM its_session",
    "INSERT INTO main.arrival SELECT * FROM its_arrival",
    COPY("migration", "true"),
    COPY("stimulus_set", "stimulus_set_id = (SELECT stimulus_set_id FROM one_study)"),
    COPY("stimulus", "stimulus_set_id = (SELECT stimulus_set_id FROM one_study)"),
    COPY("stimulus_picture", "stimulus_id IN (SELECT stimulus_id FROM main.stimulus)"),
    COPY("picture", "original_sha256 IN (SELECT original_sha256 FROM main.stimulus_picture)"),
    COPY("media", "sha256 IN (SELECT media_sha256 FROM main.stimulus UNION SELECT picture_sha256 FROM main.picture"
                  " UNION SELECT thumbnail_sha256 FROM main.picture)"),
    COPY("representation", "stimulus_set_id = (SELECT stimulus_set_id FROM one_study)"),
    COPY("score", "representation_id IN (SELECT representation_id FROM main.representation)"),
    COPY("study_representation", OF_STUDY),
    COPY("condition", OF_STUDY),
    COPY("condition_trial", "condition_id IN (SELECT condition_id FROM main.condition)"),
    COPY("participant", "participant_id IN (SELECT participant_id FROM its_session)"),
    COPY("trial", "session_id IN (SELECT session_id FROM its_session)"),
    COPY("comprehension_attempt", "session_id IN (SELECT session_id FROM its_session)"),
    COPY("event", "session_id IN (SELECT session_id FROM its_session)"),
    COPY("questionnaire", "session_id IN (SELECT session_id FROM its_session)"),
    COPY("acceptance", "session_id IN (SELECT session_id FROM its_session)"),
    COPY("fit", "session_id IN (SELECT session_id FROM its_session)"),
    COPY("study_document", OF_STUDY),
    COPY("document", "sha256 IN (SELECT sha256 FROM main.study_document UNION SELECT sha256 FROM main.acceptance)"),
    COPY("value_table", "condition_id IN (SELECT condition_id FROM main.condition)"),
    COPY("representation_metric", "matrix_sha256 IN (SELECT matrix_sha256 FROM main.representation)"),
    NULL,
};

static bool attach(struct db *copy, const char *source, struct err *err)
{
    /* A single file when it is done; it is thrown away when it is not. */
    static const char PRAGMAS[] = "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                                  "PRAGMA cache_size = -8192";
    struct stmt       stmt;

    if (!db_execute(copy, PRAGMAS, err)) return false;
    stmt = db_stmt(copy, SQL_ATTACH);
    db_bind_text(&stmt, ":path", source);
    return db_run(&stmt, err);
}

/* The statements are collected first: a table cannot be made while the list of tables is read. */
static bool make_tables(struct db *copy, struct err *err)
{
    struct stmt  stmt = db_stmt(copy, SQL_SCHEMA);
    struct arena arena;
    void        *rows  = NULL;
    int          count = 0;
    bool         ok    = true;

    arena_init(&arena);
    for (bool has_row = true; ok;) {
        char **grown;

        ok = db_step(&stmt, &has_row, err);
        if (!ok || !has_row) break;
        grown = arena_alloc(&arena, (size_t)(count + 1) * sizeof *grown);
        if (grown == NULL) {
            ok = err_no_memory(err);
            break;
        }
        if (count > 0) memcpy(grown, rows, (size_t)count * sizeof *grown);
        grown[count] = db_text(&stmt, 0, &arena);
        rows         = grown;
        ok           = grown[count++] != NULL ? true : err_no_memory(err);
    }
    db_reset(&stmt);
    for (int i = 0; ok && i < count; i++) ok = db_execute(copy, ((char **)rows)[i], err);
    arena_close(&arena);
    return ok;
}

static bool run_steps(struct db *copy, const char *const *steps, const int64_t *study_id, const char *mode, struct err *err)
{
    for (; *steps != NULL; steps++) {
        struct stmt stmt = db_stmt(copy, *steps);

        if (study_id != NULL) db_bind_i64(&stmt, ":study_id", *study_id);
        if (mode != NULL) db_bind_text(&stmt, ":mode", mode);
        if (!db_run(&stmt, err)) return false;
    }
    return true;
}

static bool copy_version(struct db *copy, struct err *err)
{
    struct stmt stmt = db_stmt(copy, SQL_VERSION);
    char        sql[64];
    bool        has_row;

    if (!db_step(&stmt, &has_row, err)) return false;
    (void)snprintf(sql, sizeof sql, "PRAGMA main.user_version = %lld", has_row ? (long long)db_i64(&stmt, 0) : 0);
    db_reset(&stmt);
    return db_execute(copy, sql, err);
}

bool store_copy_study(struct store *store, int64_t study_id, enum session_mode mode, const char *path, struct err *err)
{
    struct db *copy = db_open(path, DB_MODE_WRITE, err);
    bool       ok;

    ok = copy != NULL && attach(copy, db_path(store->db), err) && db_execute(copy, "BEGIN", err) && make_tables(copy, err) &&
         run_steps(copy, STEPS_OF_STUDY, &study_id, NULL, err) &&
         run_steps(copy, STEPS_OF_MODE, NULL, session_mode_name(mode), err) && run_steps(copy, STEPS, NULL, NULL, err) &&
         copy_version(copy, err) && db_execute(copy, "COMMIT", err);
    if (!ok) err_wrap(err, "copy the study to %s", path);
    db_close(copy);
    return ok;
}
