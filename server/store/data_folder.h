/* data_folder.h - where things are in a data folder: dinolab.db, media/, representations/, uploads/.
 *
 * Pure path arithmetic plus making the folders. Threads: none. */
#ifndef DINOLAB_STORE_DATA_FOLDER_H
#define DINOLAB_STORE_DATA_FOLDER_H

#include "base/err.h"
#include "base/secret.h"

enum { PATH_BYTES = 1024 };

struct data_folder {
    char path[PATH_BYTES - 128]; /* room for the longest name below it */
};

/* Makes the folder (mode 0700) and its sub-folders where they are missing. */
MUST_CHECK bool data_folder_open(const char *path, struct data_folder *out, struct err *err);

void data_folder_database(const struct data_folder *folder, char path[PATH_BYTES]);
void data_folder_key(const struct data_folder *folder, char path[PATH_BYTES]); /* dinolab.key */
void data_folder_media(const struct data_folder *folder, const struct secret_hash *sha256, char path[PATH_BYTES]);
void data_folder_matrix(const struct data_folder *folder, const struct secret_hash *sha256, char path[PATH_BYTES]);

void data_folder_uploads(const struct data_folder *folder, char path[PATH_BYTES]); /* study/upload.h knows what is in it */

/* Only one program may work on a folder: takes DIR/dinolab.lock (flock) until the returned descriptor is closed, or the process ends.
 * -1 and ERR_BUSY with a sentence when another one has it. */
MUST_CHECK int data_folder_lock(const struct data_folder *folder, struct err *err);

/* Make the names in a file's folder durable (fsync of the folder): after a rename. */
MUST_CHECK bool data_folder_sync_names(const char *path);

/* Write a file so that it is there whole and synced, or not at all (temporary name, fsync, rename). */
MUST_CHECK bool data_folder_write(const char *path, const void *data, size_t bytes, struct err *err);

/* The same for many files: whole under its name, but durable only after data_folder_sync, which is to come before the rows that name
 * them. A file that is there already is written again, as an earlier one may not have been synced. */
MUST_CHECK bool data_folder_put(const char *path, const void *data, size_t bytes, struct err *err);
MUST_CHECK bool data_folder_sync(const struct data_folder *folder, struct err *err);

#endif
