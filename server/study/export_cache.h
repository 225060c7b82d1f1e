/* export_cache.h - exports that were written stay for some minutes in DIR/exports-cache, so that a broken download can be resumed with
 * the same bytes though people go on playing.
 *
 * A file is known by whose it is (study, mode and name) and the SHA-256 of its bytes: knowing a hash gives nobody another study's file.
 * The files are pseudonymous, as all exports over HTTP; they are cleared as soon as a participant is deleted.
 * Threads: any; a file that is being sent stays readable when it is cleared. */
#ifndef DINOLAB_STUDY_EXPORT_CACHE_H
#define DINOLAB_STUDY_EXPORT_CACHE_H

#include <stdio.h>

#include "store/data_folder.h"

enum { EXPORT_CACHE_KEEP_MS = 15 * 60 * 1000, EXPORT_OWNER_BYTES = 256 };

struct export_cache_file {
    FILE *file; /* for writing; NULL when closed */
    char  path[PATH_BYTES];
};

/* A new file without its final name. */
MUST_CHECK bool export_cache_create(const struct data_folder *folder, struct export_cache_file *out, struct err *err);

/* Give it its name, and a descriptor to read it from its beginning. Closes the file. */
MUST_CHECK bool export_cache_keep(const struct data_folder *folder, struct export_cache_file *file, const char *owner,
                                  const struct secret_hash *sha256, int *descriptor, struct err *err);
void            export_cache_discard(struct export_cache_file *file); /* accepts one that was kept */

/* -1 where there is none any more. */
int export_cache_find(const struct data_folder *folder, const char *owner, const struct secret_hash *sha256, int64_t *byte_count);

/* Remove what is older than `keep_ms` at `now_ms`; 0 removes everything. */
void export_cache_expire(const struct data_folder *folder, int64_t now_ms, int64_t keep_ms);

#endif
