/* stimulus_list.h - which row of the matrices is which stimulus.
 *
 * A CSV file with a column `id`, others are passed over; the i-th row after the header is row i of every matrix. An id that is empty
 * or comes twice is refused with file and line. Threads: none. */
#ifndef DINOLAB_FIT_STIMULUS_LIST_H
#define DINOLAB_FIT_STIMULUS_LIST_H

#include "base/name_index.h"
#include "model/npy.h"

struct stimulus_list {
    const char       *path; /* for sentences; borrowed */
    struct name_index ids;  /* position = row of the matrices */
};

/* Close it whether this succeeds or not. */
MUST_CHECK bool stimulus_list_read(struct stimulus_list *list, const char *path, struct err *err);
void            stimulus_list_close(struct stimulus_list *list);

/* A matrix must have one row per stimulus; else ERR_INVALID names both files and both counts. */
MUST_CHECK bool stimulus_list_fits(const struct stimulus_list *list, const char *matrix_path, int row_count, struct err *err);

#endif
