#include "fit/stimulus_list.h"

#include "fit/table_file.h"

static bool read_id(struct stimulus_list *list, const struct table_file *file, int column, struct err *err)
{
    const char *id = file->csv.fields[column];
    int         position;
    bool        is_new;

    if (id[0] == '\0') return table_file_refuse(file, err, "the id is empty");
    if (!name_index_add(&list->ids, id, &position, &is_new, err)) return false;
    return is_new ? true : table_file_refuse(file, err, "the id '%s' comes twice: it is stimulus %d already", id, position + 1);
}

bool stimulus_list_read(struct stimulus_list *list, const char *path, struct err *err)
{
    struct table_file file;
    int               column  = -1;
    bool              has_row = true;
    bool              ok;

    list->path = path;
    name_index_init(&list->ids);
    ok = table_file_open(&file, path, err) && csv_need_column(&file.csv, "id", &column, err);
    while (ok && has_row) {
        ok = table_file_next(&file, &has_row, err);
        if (ok && has_row) ok = read_id(list, &file, column, err);
    }
    table_file_close(&file);
    if (ok && list->ids.name_count == 0) ok = err_set(err, ERR_INVALID, "%s names no stimulus", path);
    return ok;
}

void stimulus_list_close(struct stimulus_list *list)
{
    name_index_close(&list->ids);
}

bool stimulus_list_fits(const struct stimulus_list *list, const char *matrix_path, int row_count, struct err *err)
{
    if (row_count == list->ids.name_count) return true;
    return err_set(err, ERR_INVALID, "%s has %d rows, %s names %d stimuli", matrix_path, row_count, list->path,
                   list->ids.name_count);
}
