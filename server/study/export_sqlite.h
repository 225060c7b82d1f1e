/* export_sqlite.h - one study as a SQLite database (store/store_copy.h says what is in it and what is not).
 *
 * Written to DIR/exports-cache first, since a database is not written from its beginning to its end; then passed on in constant memory.
 * Threads: the caller's. */
#ifndef DINOLAB_STUDY_EXPORT_SQLITE_H
#define DINOLAB_STUDY_EXPORT_SQLITE_H

#include "store/data_folder.h"
#include "study/export_bundle.h"

MUST_CHECK bool export_sqlite(const struct export_bundle *bundle, const struct data_folder *folder, struct sink *out,
                              struct err *err);

#endif
