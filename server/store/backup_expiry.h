/* backup_expiry.h - copies of the database that migrations made (migrate.h) hold what participants may have asked to be deleted since:
 * they are kept for some days only.
 *
 * What is removed is logged by name. Whole copies and what a crash left of one (".partial") alike; nothing else in the folder is
 * touched. Threads: none. */
#ifndef DINOLAB_STORE_BACKUP_EXPIRY_H
#define DINOLAB_STORE_BACKUP_EXPIRY_H

#include <stdint.h>

#include "base/err.h"

enum { BACKUP_DAYS_DEFAULT = 30, BACKUP_DAYS_MAX = 36500 };

/* Remove copies last written more than `days` ago; days 0: none, they are kept for ever. One that cannot be removed is an error, after
 * the others were. */
MUST_CHECK bool backup_expiry_run(const char *database_path, int days, int64_t now_ms, int *removed_count, struct err *err);

#endif
