/* demo_file.h - whole files in and out, for building the embedded default.
 *
 * Small files only: everything passes through memory. Not for uploads or the database. Threads: none. */
#ifndef DINOLAB_DEMO_DEMO_FILE_H
#define DINOLAB_DEMO_DEMO_FILE_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

/* All bytes of a file into an empty `out` (initialised by the caller, closed by the caller); more than `bytes_max` is ERR_TOO_LARGE. */
MUST_CHECK bool demo_file_read(const char *path, size_t bytes_max, struct text *out, struct err *err);

/* Replaces the file. It is complete when this returns true. */
MUST_CHECK bool demo_file_write(const char *path, struct span bytes, struct err *err);

/* A folder that is there afterwards, made now or before; its parent must exist. */
MUST_CHECK bool demo_folder_make(const char *path, struct err *err);

/* A file that is not there afterwards, removed now or missing before. */
MUST_CHECK bool demo_file_remove(const char *path, struct err *err);

#endif
