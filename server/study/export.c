#include "study/export.h"

const char *export_format_name(enum export_format format)
{
    return format == EXPORT_NDJSON ? "ndjson" : "csv";
}

bool export_write(const struct export_kind *kind, struct store *store, const struct study *study, enum session_mode mode,
                  enum export_format format, struct sink *out, int64_t *row_count, struct err *err)
{
    const enum table_format table_format = format == EXPORT_NDJSON ? TABLE_NDJSON : kind->is_quoted ? TABLE_QUOTED : TABLE_CSV;
    struct table            table;
    bool                    ok;

    ok = table_open(&table, table_format, kind->columns(study->task), out, err) && kind->write(store, study, mode, &table, err) &&
         table_finish(&table, err);
    table_close(&table);
    *row_count = table.row_count;
    return ok;
}
