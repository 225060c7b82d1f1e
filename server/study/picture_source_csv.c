#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "study/picture_source_private.h"

enum { CSV_BYTES_MAX = 64 * 1024 * 1024 };

static bool add_row(struct picture_source *source, const struct csv_reader *reader, const int columns[3], struct err *err)
{
    const char           *slash = strrchr(reader->name, '/');
    struct picture_entry *entry = picture_source_add(source, err);

    if (entry == NULL) return false;
    entry->name   = reader->fields[columns[0]];
    entry->object = reader->fields[columns[1]];
    if (entry->name[0] == '\0' || entry->object[0] == '\0')
        return err_set(err, ERR_INVALID, "%s, line %d: id and object must not be empty", reader->name, reader->line);
    entry->path  = arena_printf(&source->arena, "%.*s/%s", slash == NULL ? 1 : (int)(slash - reader->name),
                               slash == NULL ? "." : reader->name, reader->fields[columns[2]]);
    entry->label = arena_printf(&source->arena, "%s, line %d", reader->name, reader->line);
    return entry->path != NULL && entry->label != NULL ? true : err_no_memory(err);
}

static bool read_rows(struct picture_source *source, const char *csv_path, struct span csv, struct err *err)
{
    static const char *const COLUMNS[3] = {"id", "object", "file"};
    int                      columns[3];
    struct csv_reader        reader;
    bool                     has_row = true;

    if (!csv_begin(&reader, csv_path, csv, &source->arena, err)) return false;
    for (int i = 0; i < 3; i++)
        if (!csv_need_column(&reader, COLUMNS[i], &columns[i], err)) return false;
    while (has_row) {
        if (!csv_next(&reader, &has_row, err)) return false;
        if (has_row && !add_row(source, &reader, columns, err)) return false;
    }
    return source->count > 0 ? true : err_set(err, ERR_INVALID, "%s lists no stimuli", csv_path);
}

struct picture_source *picture_source_open_csv(const char *csv_path, struct err *err)
{
    struct picture_source *source = picture_source_new(err);
    struct text            csv;
    bool                   ok;

    if (source == NULL) return NULL;
    text_init(&csv);
    ok = file_read(csv_path, CSV_BYTES_MAX, &csv, err) && read_rows(source, csv_path, (struct span){csv.data, csv.length}, err);
    text_close(&csv);
    if (ok) return source;
    picture_source_close(source);
    return NULL;
}
