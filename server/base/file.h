/* file.h - small whole files into memory. Not for media streams or the database. Threads: none. */
#ifndef DINOLAB_BASE_FILE_H
#define DINOLAB_BASE_FILE_H

#include "base/text.h"

/* All bytes of a file, appended to `out` (the caller's; text_init before, text_close after). More than `bytes_max` is ERR_TOO_LARGE;
 * a file that is not there is ERR_NOT_FOUND; both name the path. */
MUST_CHECK bool file_read(const char *path, size_t bytes_max, struct text *out, struct err *err);

#endif
