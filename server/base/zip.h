/* zip.h - a zip archive written front to back: entries are compressed as they come, sizes follow their data.
 *
 * Without zip64: an archive or an entry of 4 GB or more is refused with a sentence. Names are UTF-8 with '/' between folders.
 * Constant memory but for a line per entry. Named zip_writer_*: libzip has zip_open and its like. Threads: one at a time. */
#ifndef DINOLAB_BASE_ZIP_H
#define DINOLAB_BASE_ZIP_H

#include <time.h>

#include "base/sink.h"

enum { ZIP_ENTRY_MAX = 64, ZIP_NAME_BYTES = 200 };

struct zip_entry {
    char     name[ZIP_NAME_BYTES];
    uint32_t crc;
    uint32_t compressed_bytes;
    uint32_t bytes;
    uint32_t offset;
};

struct zip_writer {
    struct sink      base; /* first: the data of the entry that is open */
    struct sink     *out;  /* borrowed */
    void            *state;
    uint32_t         dos_time; /* of every entry */
    int64_t          offset;
    int64_t          compressed_bytes; /* of the entry that is open */
    int64_t          bytes;
    int              entry_count;
    struct zip_entry entries[ZIP_ENTRY_MAX];
};

/* `at_ms`: the time that entries get, since 1970, written as UTC. Close it whatever this says. */
MUST_CHECK bool zip_writer_open(struct zip_writer *zip, struct sink *out, int64_t at_ms, struct err *err);
void            zip_writer_close(struct zip_writer *zip);

/* Then write to zip->base until zip_writer_end. */
MUST_CHECK bool zip_writer_begin(struct zip_writer *zip, const char *name, struct err *err);
MUST_CHECK bool zip_writer_end(struct zip_writer *zip, struct err *err);

/* A whole entry at once. */
MUST_CHECK bool zip_writer_add(struct zip_writer *zip, const char *name, const void *data, size_t bytes, struct err *err);

MUST_CHECK bool zip_writer_finish(struct zip_writer *zip, struct err *err); /* the list of entries */

#endif
