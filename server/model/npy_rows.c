#include "model/npy_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/npy_number.h"

enum { HEADER_BYTES_MAX = 12 + 65536, FIRST_BYTES = 4096 }; /* NumPy's own headers have 128 bytes, or a few more */

struct npy_rows {
    int               descriptor;
    struct npy_header header;
    char             *path; /* for sentences */
};

static bool read_at(const struct npy_rows *file, size_t offset, size_t byte_count, unsigned char *out, struct err *err)
{
    while (byte_count > 0) {
        const ssize_t got = pread(file->descriptor, out, byte_count, (off_t)offset);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_errno(err, "read '%s'", file->path);
        if (got == 0) return err_set(err, ERR_STORAGE, "read '%s': fewer bytes than it had when opened", file->path);
        offset += (size_t)got;
        out += got;
        byte_count -= (size_t)got;
    }
    return true;
}

/* Most headers are in the first bytes; only where they do not suffice more is read. */
static bool read_header(struct npy_rows *file, size_t file_bytes, struct err *err)
{
    unsigned char *bytes = malloc(HEADER_BYTES_MAX);
    bool           ok    = false;

    if (bytes == NULL) return err_no_memory(err);
    for (size_t most = FIRST_BYTES;; most = HEADER_BYTES_MAX) {
        const size_t count = file_bytes < most ? file_bytes : most;

        if (!read_at(file, 0, count, bytes, err)) break;
        ok = npy_header_read(file->path, bytes, count, &file->header, err);
        if (ok || count == file_bytes || most == HEADER_BYTES_MAX) break;
    }
    free(bytes);
    return ok;
}

static bool open_file(struct npy_rows *file, struct err *err)
{
    struct stat status;

    file->descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
    if (file->descriptor < 0 && errno == ENOENT) return err_set(err, ERR_NOT_FOUND, "there is no file '%s'", file->path);
    if (file->descriptor < 0) return err_errno(err, "open '%s'", file->path);
    if (fstat(file->descriptor, &status) != 0) return err_errno(err, "look at '%s'", file->path);
    if (!S_ISREG(status.st_mode)) return err_set(err, ERR_INVALID, "%s: is not a file", file->path);
    return read_header(file, (size_t)status.st_size, err) &&
           npy_header_fits(file->path, &file->header, (size_t)status.st_size, err);
}

struct npy_rows *npy_rows_open(const char *path, struct err *err)
{
    struct npy_rows *file = calloc(1, sizeof *file);

    if (file == NULL) return err_no_memory(err), NULL;
    file->descriptor = -1;
    file->path       = strdup(path);
    if (file->path == NULL)
        err_no_memory(err);
    else if (open_file(file, err))
        return file;
    npy_rows_close(file);
    return NULL;
}

void npy_rows_close(struct npy_rows *file)
{
    if (file == NULL) return;
    if (file->descriptor >= 0) (void)close(file->descriptor);
    free(file->path);
    free(file);
}

int npy_rows_row_count(const struct npy_rows *file)
{
    return file->header.row_count;
}

int npy_rows_column_count(const struct npy_rows *file)
{
    return file->header.column_count;
}

static bool read_row_major(const struct npy_rows *file, const int *rows, int count, unsigned char *buffer, double *out,
                           struct err *err)
{
    const struct npy_header *header    = &file->header;
    const size_t             row_bytes = (size_t)header->column_count * (size_t)header->width;

    for (int i = 0; i < count; i++) {
        double              *row   = out + (size_t)i * (size_t)header->column_count;
        unsigned char *const bytes = npy_is_own_double(header) ? (unsigned char *)row : buffer;

        if (!read_at(file, header->data_offset + (size_t)rows[i] * row_bytes, row_bytes, bytes, err)) return false;
        if (bytes == buffer) npy_numbers(header, buffer, header->column_count, row);
    }
    return true;
}

static bool read_column_major(const struct npy_rows *file, const int *rows, int count, int first, int last, unsigned char *buffer,
                              double *out, struct err *err)
{
    const struct npy_header *header = &file->header;
    const size_t             width  = (size_t)header->width;

    for (int j = 0; j < header->column_count; j++) {
        const size_t index = (size_t)j * (size_t)header->row_count + (size_t)first;

        if (!read_at(file, header->data_offset + index * width, (size_t)(last - first + 1) * width, buffer, err)) return false;
        for (int i = 0; i < count; i++)
            out[(size_t)i * (size_t)header->column_count + (size_t)j] =
                npy_number(header, buffer + (size_t)(rows[i] - first) * width);
    }
    return true;
}

bool npy_rows_read(const struct npy_rows *file, const int *rows, int count, double *out, struct err *err)
{
    const struct npy_header *header = &file->header;
    const size_t             width  = (size_t)header->width;
    int                      first = header->row_count, last = 0;
    unsigned char           *buffer;
    bool                     ok;

    for (int i = 0; i < count; i++) {
        if (rows[i] < 0 || rows[i] >= header->row_count)
            return err_set(err, ERR_INVALID, "%s: has no row %d, its rows are 0 to %d", file->path, rows[i],
                           header->row_count - 1);
        if (rows[i] < first) first = rows[i];
        if (rows[i] > last) last = rows[i];
    }
    if (count == 0) return true;
    buffer = malloc(width * (size_t)(header->is_fortran ? last - first + 1 : header->column_count));
    if (buffer == NULL) return err_no_memory(err);
    ok = header->is_fortran ? read_column_major(file, rows, count, first, last, buffer, out, err)
                            : read_row_major(file, rows, count, buffer, out, err);
    free(buffer);
    for (int i = 0; ok && i < count; i++)
        ok = npy_row_is_finite(file->path, rows[i], out + (size_t)i * (size_t)header->column_count, header->column_count, err);
    return ok;
}
