/* export.h - a table of a study as CSV in memory, for unit tests of what is in it. */
#ifndef DINOLAB_TESTS_SUPPORT_EXPORT_H
#define DINOLAB_TESTS_SUPPORT_EXPORT_H

#include "exports.h"

/* To `out` as the sub-command does. */
static inline bool export_csv(const char *name, struct store *store, const struct study *study, FILE *out, int64_t *row_count,
                              struct err *err)
{
    struct file_sink sink;

    file_sink_init(&sink, out, false);
    return export_write(export_kind_by_name(name), store, study, SESSION_MODE_LIVE, EXPORT_CSV, &sink.base, row_count, err) &&
           file_sink_flush(&sink, err);
}

#endif
