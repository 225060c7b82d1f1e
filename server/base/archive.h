/* archive.h - zip files, read entry by entry: the only user of libzip.
 *
 * Names are as the file says them, in UTF-8: they may be anything, such as ../../etc/passwd, and must never become paths. An entry's
 * length is held against a limit before memory is taken, and its checksum is checked.
 * Threads: an archive belongs to one thread at a time; several may be open on one file. */
#ifndef DINOLAB_BASE_ARCHIVE_H
#define DINOLAB_BASE_ARCHIVE_H

#include <stdint.h>

#include "base/text.h"

struct archive;

/* ERR_NOT_FOUND when there is no such file; ERR_INVALID when it is not a whole zip. */
MUST_CHECK struct archive *archive_open(const char *path, struct err *err);
void                       archive_close(struct archive *archive); /* accepts NULL */

int archive_entry_count(const struct archive *archive);

/* Entry `index`, from 0: *name is borrowed until close; a folder's ends with '/'. *byte_count is the length when unpacked, as the file
 * says it. */
MUST_CHECK bool archive_entry(struct archive *archive, int index, const char **name, int64_t *byte_count, struct err *err);

/* The bytes of an entry, appended to `out`. ERR_TOO_LARGE for more than `bytes_max`; ERR_INVALID when it is damaged or encrypted. */
MUST_CHECK bool archive_read(struct archive *archive, int index, size_t bytes_max, struct text *out, struct err *err);

#endif
