/* migrate.h - bring a database to the newest schema, or refuse it.
 *
 * Migrations are schema/sql/NNNN_name.sql, embedded in the program, numbered from 1 without gaps, immutable once released. Each runs
 * in its own transaction. PRAGMA user_version holds the newest number applied. */
#ifndef DINOLAB_STORE_MIGRATE_H
#define DINOLAB_STORE_MIGRATE_H

#include "base/embedded.h"
#include "base/err.h"

struct migration_list {
    const struct embedded_file *files; /* sorted by name */
    size_t                      count;
};

/* The program's own migrations. */
struct migration_list migrations_embedded(void);

/* Creates the database where there is none. A newer one is refused (ERR_CONFLICT) untouched; an older one is first copied to
 * `<database_path>.before-NNNN` (NNNN: the first migration that it lacks) and then migrated; the copy's path is logged. A copy of that
 * name that is there already is kept. */
MUST_CHECK bool store_migrate(const char *database_path, const struct migration_list *migrations, struct err *err);

#endif
