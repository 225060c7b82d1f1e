#include "store/migrate.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/version.h"
#include "store/data_folder.h"
#include "store/db.h"

enum { MIGRATION_NAME_BYTES = 64, BACKUP_PATH_BYTES = 1100 };

struct migration {
    int         number;
    char        name[MIGRATION_NAME_BYTES];
    const char *sql;
    size_t      bytes;
};

struct migration_list migrations_embedded(void)
{
    return (struct migration_list){.files = EMBEDDED_SQL, .count = EMBEDDED_SQL_COUNT};
}

static bool migration_read(const struct migration_list *list, size_t index, struct migration *out, struct err *err)
{
    const struct embedded_file *file = &list->files[index];

    if (sscanf(file->path, "%4d_%63[a-z0-9_].sql", &out->number, out->name) != 2 || out->number != (int)index + 1)
        return err_set(err, ERR_INTERNAL, "migration file '%s' is not number %zu with a name", file->path, index + 1);
    out->sql   = (const char *)file->data;
    out->bytes = (size_t)(file->end - file->data);
    return true;
}

static bool version_of(struct db *db, int *version, struct err *err)
{
    static const char SQL_VERSION[] = "PRAGMA user_version";
    struct stmt       stmt          = db_stmt(db, SQL_VERSION);
    bool              has_row;

    if (!db_step(&stmt, &has_row, err)) return false;
    *version = has_row ? (int)db_i64(&stmt, 0) : 0;
    db_reset(&stmt);
    return true;
}

static bool note_migration(struct db *db, const struct migration *migration, struct err *err)
{
    static const char  SQL_NOTE[] = "INSERT INTO migration (migration_number, name, sha256, program_version, applied_at_ms)"
                                    " VALUES (:number, :name, :sha256, :program_version, :applied_at_ms)";
    struct stmt        stmt       = db_stmt(db, SQL_NOTE);
    struct secret_hash sha256;

    secret_sha256_of(migration->sql, migration->bytes, &sha256);
    db_bind_i64(&stmt, ":number", migration->number);
    db_bind_text(&stmt, ":name", migration->name);
    db_bind_hash(&stmt, ":sha256", &sha256);
    db_bind_text(&stmt, ":program_version", DINOLAB_VERSION);
    db_bind_i64(&stmt, ":applied_at_ms", clock_wall_ms(&CLOCK_SYSTEM));
    return db_run(&stmt, err);
}

static bool apply(struct db *db, const struct migration *migration, struct err *err)
{
    char       version[48];
    struct err ignored;
    bool       ok;

    (void)snprintf(version, sizeof version, "PRAGMA user_version = %d", migration->number);
    ok = db_execute(db, "BEGIN IMMEDIATE", err) && db_execute(db, migration->sql, err) && db_execute(db, version, err) &&
         note_migration(db, migration, err) && db_execute(db, "COMMIT", err);
    if (ok) return true;
    if (db_in_transaction(db)) (void)!db_execute(db, "ROLLBACK", &ignored);
    return err_wrap(err, "migration %04d_%s", migration->number, migration->name);
}

/* The copy has another name until it is whole and synced: what a crash leaves is never taken for a backup. */
static bool copy_whole(struct db *db, const char *path, struct err *err)
{
    char partial[BACKUP_PATH_BYTES + 16];
    int  file;
    bool ok;

    (void)snprintf(partial, sizeof partial, "%s.partial", path);
    (void)unlink(partial);
    if (!db_copy_to(db, partial, err)) return false;
    file = open(partial, O_RDONLY | O_CLOEXEC);
    ok   = file >= 0 && fsync(file) == 0 && rename(partial, path) == 0 && data_folder_sync_names(path)
               ? true
               : err_errno(err, "keep %s", path);
    if (file >= 0) (void)close(file);
    return ok;
}

static bool backup(struct db *db, const char *database_path, int version, struct err *err)
{
    char path[BACKUP_PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s.before-%04d", database_path, version + 1);
    if (access(path, F_OK) == 0) {
        log_info("the backup %s from before is kept", path);
        return true;
    }
    if (!copy_whole(db, path, err)) return err_wrap(err, "back up before migrating");
    log_info("database of schema %d backed up to %s", version, path);
    return true;
}

static bool migrate_open(struct db *db, const char *database_path, const struct migration_list *migrations, struct err *err)
{
    int version;

    if (!version_of(db, &version, err)) return false;
    if (version > (int)migrations->count)
        return err_set(err, ERR_CONFLICT,
                       "the database %s has schema %d, this program knows up to %zu: use the newer program, or restore a backup",
                       database_path, version, migrations->count);
    if (version > 0 && version < (int)migrations->count && !backup(db, database_path, version, err)) return false;
    for (size_t i = (size_t)version; i < migrations->count; i++) {
        struct migration migration;

        if (!migration_read(migrations, i, &migration, err) || !apply(db, &migration, err)) return false;
        log_info("schema %04d_%s applied", migration.number, migration.name);
    }
    return true;
}

bool store_migrate(const char *database_path, const struct migration_list *migrations, struct err *err)
{
    struct db *db = db_open(database_path, DB_MODE_WRITE, err);
    bool       ok;

    if (db == NULL) return false;
    ok = migrate_open(db, database_path, migrations, err);
    db_close(db);
    return ok;
}
