#include "model/matrix_rows.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/matrix_text.h"
#include "model/npy_header.h"
#include "model/npy_rows.h"

enum { MAGIC_BYTES = 16, LINES_AT_FIRST = 1024 };

struct text_line {
    off_t offset;
    int   number; /* from 1, blank ones counted */
};

struct matrix_rows {
    struct npy_rows  *npy;  /* NULL: a text */
    FILE             *text; /* owned */
    char             *path;
    char             *buffer; /* of getline */
    size_t            buffer_bytes;
    struct text_line *lines; /* those that are not blank */
    int               line_count;
    int               line_capacity;
    int               column_count;
};

static bool is_blank_line(const char *line, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (strchr(" \t\r\n", line[i]) == NULL || line[i] == '\0') return false;
    return true;
}

static bool add_line(struct matrix_rows *file, off_t offset, int number, struct err *err)
{
    if (file->line_count == file->line_capacity) {
        const int         capacity = file->line_capacity == 0 ? LINES_AT_FIRST : 2 * file->line_capacity;
        struct text_line *lines    = reallocarray(file->lines, (size_t)capacity, sizeof *lines);

        if (lines == NULL) return err_no_memory(err);
        file->lines         = lines;
        file->line_capacity = capacity;
    }
    file->lines[file->line_count++] = (struct text_line){.offset = offset, .number = number};
    return true;
}

static bool find_lines(struct matrix_rows *file, struct err *err)
{
    off_t   offset = 0;
    ssize_t length;

    for (int number = 1; (length = getline(&file->buffer, &file->buffer_bytes, file->text)) >= 0; number++) {
        if (number > INT_MAX / 4) return err_set(err, ERR_INVALID, "%s: has too many lines", file->path);
        if (!is_blank_line(file->buffer, (size_t)length) && !add_line(file, offset, number, err)) return false;
        offset += length;
    }
    if (ferror(file->text) != 0) return err_errno(err, "read '%s'", file->path);
    return file->line_count > 0 ? true : err_set(err, ERR_INVALID, "%s: holds no numbers", file->path);
}

static bool read_text_row(struct matrix_rows *file, int row, struct matrix *out, struct err *err)
{
    const struct text_line *line = &file->lines[row];
    ssize_t                 length;

    if (fseeko(file->text, line->offset, SEEK_SET) != 0) return err_errno(err, "read '%s'", file->path);
    length = getline(&file->buffer, &file->buffer_bytes, file->text);
    if (length < 0) return err_set(err, ERR_STORAGE, "read '%s': fewer bytes than it had when opened", file->path);
    return matrix_read_text_line(file->path, line->number, file->buffer, (size_t)length, out, err);
}

static bool open_text(struct matrix_rows *file, struct err *err)
{
    struct matrix first = {0};

    rewind(file->text);
    if (!find_lines(file, err) || !read_text_row(file, 0, &first, err)) return false;
    file->column_count = first.column_count;
    matrix_close(&first);
    return true;
}

static bool open_any(struct matrix_rows *file, struct err *err)
{
    unsigned char magic[MAGIC_BYTES];
    size_t        bytes;

    file->text = fopen(file->path, "rbe");
    if (file->text == NULL && errno == ENOENT) return err_set(err, ERR_NOT_FOUND, "there is no file '%s'", file->path);
    if (file->text == NULL) return err_errno(err, "open '%s'", file->path);
    bytes = fread(magic, 1, sizeof magic, file->text);
    if (ferror(file->text) != 0 && errno == EISDIR) return err_set(err, ERR_INVALID, "%s: is not a file", file->path);
    if (!npy_has_magic(magic, bytes)) return open_text(file, err);
    file->npy = npy_rows_open(file->path, err);
    if (file->npy == NULL) return false;
    file->column_count = npy_rows_column_count(file->npy);
    return true;
}

struct matrix_rows *matrix_rows_open(const char *path, struct err *err)
{
    struct matrix_rows *file = calloc(1, sizeof *file);

    if (file == NULL) return err_no_memory(err), NULL;
    file->path = strdup(path);
    if (file->path == NULL)
        err_no_memory(err);
    else if (open_any(file, err))
        return file;
    matrix_rows_close(file);
    return NULL;
}

void matrix_rows_close(struct matrix_rows *file)
{
    if (file == NULL) return;
    npy_rows_close(file->npy);
    if (file->text != NULL) (void)fclose(file->text);
    free(file->lines);
    free(file->buffer);
    free(file->path);
    free(file);
}

int matrix_rows_row_count(const struct matrix_rows *file)
{
    return file->npy != NULL ? npy_rows_row_count(file->npy) : file->line_count;
}

int matrix_rows_column_count(const struct matrix_rows *file)
{
    return file->column_count;
}

static bool read_text(struct matrix_rows *file, int row, double *out, struct err *err)
{
    struct matrix line = {0};
    bool          ok   = read_text_row(file, row, &line, err);

    if (ok && line.column_count != file->column_count)
        ok = err_set(err, ERR_INVALID, "%s: line %d has %d numbers, the first line has %d", file->path, file->lines[row].number,
                     line.column_count, file->column_count);
    if (ok) memcpy(out, line.values, (size_t)file->column_count * sizeof *out);
    matrix_close(&line);
    return ok;
}

bool matrix_rows_read(struct matrix_rows *file, const int *rows, int count, double *out, struct err *err)
{
    if (file->npy != NULL) return npy_rows_read(file->npy, rows, count, out, err);
    for (int i = 0; i < count; i++) {
        if (rows[i] < 0 || rows[i] >= file->line_count)
            return err_set(err, ERR_INVALID, "%s: has no row %d, its rows are 0 to %d", file->path, rows[i],
                           file->line_count - 1);
        if (!read_text(file, rows[i], out + (size_t)i * (size_t)file->column_count, err)) return false;
    }
    return true;
}
