/* stimulus_index.h - from the picture that a server shows to its row in a representation.
 *
 * A server names a stimulus by the SHA-256 of its picture. The stimulus set's table (CSV with a header line; the column `file`
 * names each picture relative to the table's folder; line i below the header is row i of every matrix) is read once and each
 * picture hashed. When two rows hold the same picture, the first row stands for both. Threads: reading is safe from any. */
#ifndef DINOLAB_SIMULATE_STIMULUS_INDEX_H
#define DINOLAB_SIMULATE_STIMULUS_INDEX_H

#include "base/err.h"
#include "base/secret.h"

struct stimulus_index;

/* ERR_INVALID with file and line for a table without `file` column, with uneven lines, or naming a picture that cannot be
 * read. */
MUST_CHECK struct stimulus_index *stimulus_index_new(const char *csv_path, struct err *err);
void                              stimulus_index_free(struct stimulus_index *index); /* accepts NULL */

int stimulus_index_row_count(const struct stimulus_index *index);

/* The row; ERR_INVALID with the hash when no picture of the set has this content. */
MUST_CHECK bool stimulus_index_find(const struct stimulus_index *index, const struct secret_hash *hash, int *row,
                                    struct err *err);

#endif
