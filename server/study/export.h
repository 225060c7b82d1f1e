/* export.h - the tables that can be taken home of a study, by name: the list itself is in exports.h, since one of them is made by the
 * live layer. */
#ifndef DINOLAB_STUDY_EXPORT_H
#define DINOLAB_STUDY_EXPORT_H

#include <stdio.h>

#include "store/session_mode.h"
#include "study/study_catalog.h"

struct export_kind {
    const char *name; /* "trials": the file is <study>-trials.csv; NULL closes a list */
    const char *row;  /* what a row is, in the plural, for sentences */

    /* CSV to `out` from its position on, flushed. The caller holds a snapshot of the store. */
    bool (*write)(struct store *store, const struct study *study, enum session_mode mode, FILE *out, int64_t *row_count,
                  struct err *err);
};

#endif
