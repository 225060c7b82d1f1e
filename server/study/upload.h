/* upload.h - large files on their way from a browser: DIR/uploads/, until somebody imports them.
 *
 * A file comes in pieces, each at the offset where the last one ended, so that a broken connection costs one piece. Two files belong
 * to an upload: <id> has the bytes, <id>.about the name and the size that were announced; what is received is the length of <id>.
 * Nothing of it is in the database: an upload is a means, and is gone after UPLOAD_KEEP_HOURS without a new byte. Nothing is synced
 * either: whoever imports it writes, and syncs, what stays.
 *
 * Importers: upload_whole gives the path of a file that is all there; upload_delete once it was taken over.
 * Threads: several may use it at once; one upload belongs to one sender, and the same piece twice at a time writes the same bytes. */
#ifndef DINOLAB_STUDY_UPLOAD_H
#define DINOLAB_STUDY_UPLOAD_H

#include <stdint.h>

#include "store/data_folder.h"

enum {
    UPLOAD_ID_BYTES    = 33,  /* 32 hexadecimal digits and the closing NUL */
    UPLOAD_NAME_BYTES  = 256, /* with the NUL */
    UPLOAD_COUNT_MAX   = 200, /* at a time: 86 matrices with their lists of ids */
    UPLOAD_KEEP_HOURS  = 24,
    UPLOAD_PIECE_BYTES = 8 * 1024 * 1024, /* largest piece */
};

#define UPLOAD_BYTES_MAX     (INT64_C(8) << 30)  /* of one file */
#define UPLOAD_ALL_BYTES_MAX (INT64_C(64) << 30) /* announced by all that are there */
#define UPLOAD_FREE_BYTES    (INT64_C(1) << 30)  /* of the disk, left for what participants send */

struct upload {
    char    id[UPLOAD_ID_BYTES];
    char    name[UPLOAD_NAME_BYTES]; /* as the sender called it: for people, never for paths */
    char    path[PATH_BYTES];
    int64_t byte_count; /* announced */
    int64_t received;   /* from the first byte on, without gaps */
};

/* `name`: 1 to 255 bytes. ERR_TOO_LARGE over the limit of one file, ERR_TOO_MANY over those of all together, ERR_STORAGE when the
 * disk has no room for it. */
MUST_CHECK bool upload_create(const struct data_folder *folder, const char *name, int64_t byte_count, struct upload *out,
                              struct err *err);

/* ERR_NOT_FOUND when there is none, or no more. */
MUST_CHECK bool upload_find(const struct data_folder *folder, const char *id, struct upload *out, struct err *err);

/* A descriptor for writing the piece that begins at `offset`, which the caller closes. ERR_CONFLICT, with what is received in the
 * sentence and in *out, unless the piece follows it. */
MUST_CHECK bool upload_open(const struct data_folder *folder, const char *id, int64_t offset, struct upload *out, int *file,
                            struct err *err);

/* An upload of which every byte is there; ERR_CONFLICT when some are not. */
MUST_CHECK bool upload_whole(const struct data_folder *folder, const char *id, struct upload *out, struct err *err);

/* A new, empty file beside the uploads, open for writing, for what an importer makes; it has an id and a path only. Left behind by a
 * crash it goes as they do. The caller closes *file, and renames or deletes it. */
MUST_CHECK bool upload_scratch(const struct data_folder *folder, struct upload *out, int *file, struct err *err);

/* The sentence names the upload's file as its sender does, where it has our path. */
void upload_name_in(const struct upload *upload, struct err *err);

/* One that is not there is gone already. */
void upload_delete(const struct data_folder *folder, const char *id);

/* Removes every file to which nothing was added since `before_ms` (wall clock). */
MUST_CHECK bool upload_expire(const struct data_folder *folder, int64_t before_ms, int *removed_count, struct err *err);

#endif
