/* export.h - the tables that can be taken home of a study, by name: the list itself is in exports.h, since some of them are made by the
 * live layer.
 *
 * A kind tells its columns once; CSV, JSON lines, codebook and Psych-DS follow from them. */
#ifndef DINOLAB_STUDY_EXPORT_H
#define DINOLAB_STUDY_EXPORT_H

#include "base/table.h"
#include "store/session_mode.h"
#include "study/study_catalog.h"

enum export_format { EXPORT_CSV, EXPORT_NDJSON, EXPORT_FORMAT_COUNT };

/* "csv", "ndjson": also the file's ending. */
const char *export_format_name(enum export_format format);

struct export_kind {
    const char *name;      /* "trials": the file is <study>-trials.csv; NULL closes a list */
    const char *file;      /* its name in a folder of all tables, without an ending: "all" of trials, as the papers have it */
    const char *row;       /* what a row is, in the plural, for sentences */
    const char *about;     /* one sentence */
    bool        is_quoted; /* its CSV has every value in quotes */

    const struct table_column *(*columns)(enum task_kind task);

    /* Every row to a table with those columns. The caller holds a snapshot of the store. */
    bool (*write)(struct store *store, const struct study *study, enum session_mode mode, struct table *table, struct err *err);
};

/* A whole table to `out`. The caller holds a snapshot of the store. */
MUST_CHECK bool export_write(const struct export_kind *kind, struct store *store, const struct study *study,
                             enum session_mode mode, enum export_format format, struct sink *out, int64_t *row_count,
                             struct err *err);

#endif
