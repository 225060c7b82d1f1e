#include "model/npy.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/matrix_text.h"
#include "model/npy_number.h"

static const size_t FILE_BYTES_MAX = (size_t)2 * 1024 * 1024 * 1024; /* 26,000 pictures x 4,096 features as doubles: 0.9 GB */

enum { WRITE_CHUNK_VALUES = 4096 };

void matrix_close(struct matrix *matrix)
{
    free(matrix->values);
    *matrix = (struct matrix){0};
}

static bool read_values(const char *name, const struct npy_header *header, const unsigned char *bytes, struct matrix *out,
                        struct err *err)
{
    const size_t width = (size_t)header->width;

    for (int i = 0; i < out->row_count; i++) {
        double *row = out->values + (size_t)i * (size_t)out->column_count;

        if (!header->is_fortran)
            npy_numbers(header, bytes + (size_t)i * (size_t)out->column_count * width, out->column_count, row);
        else
            for (int j = 0; j < out->column_count; j++)
                row[j] = npy_number(header, bytes + ((size_t)j * (size_t)out->row_count + (size_t)i) * width);
        if (!npy_row_is_finite(name, i, row, out->column_count, err)) return false;
    }
    return true;
}

bool npy_read_bytes(const char *name, const unsigned char *bytes, size_t byte_count, struct matrix *out, struct err *err)
{
    struct npy_header header;
    struct matrix     matrix = {0};
    size_t            value_count;

    if (!npy_header_read(name, bytes, byte_count, &header, err)) return false;
    matrix.row_count    = header.row_count;
    matrix.column_count = header.column_count;
    value_count         = (size_t)header.row_count * (size_t)header.column_count; /* below 2^62 */
    if (!npy_header_fits(name, &header, byte_count, err)) return false;
    if (value_count > SIZE_MAX / sizeof *matrix.values) return err_no_memory(err);
    matrix.values = malloc(value_count * sizeof *matrix.values);
    if (matrix.values == NULL) return err_no_memory(err);
    if (!read_values(name, &header, bytes + header.data_offset, &matrix, err)) {
        matrix_close(&matrix);
        return false;
    }
    *out = matrix;
    return true;
}

/* The whole of a regular file; the caller frees. */
static bool read_whole(const char *path, unsigned char **bytes, size_t *byte_count, struct err *err)
{
    struct stat    status;
    FILE          *file = fopen(path, "rb");
    unsigned char *data = NULL;
    bool           ok   = false;

    if (file == NULL && errno == ENOENT) return err_set(err, ERR_NOT_FOUND, "there is no file '%s'", path);
    if (file == NULL) return err_errno(err, "open '%s'", path);
    if (fstat(fileno(file), &status) != 0) {
        err_errno(err, "look at '%s'", path);
        goto done;
    }
    if (!S_ISREG(status.st_mode)) {
        err_set(err, ERR_INVALID, "%s: is not a file", path);
        goto done;
    }
    if (status.st_size < 0 || (uintmax_t)status.st_size > FILE_BYTES_MAX) {
        err_set(err, ERR_TOO_LARGE, "%s: has more than %zu bytes", path, FILE_BYTES_MAX);
        goto done;
    }
    *byte_count = (size_t)status.st_size;
    data        = malloc(*byte_count + 1);
    if (data == NULL) {
        err_no_memory(err);
        goto done;
    }
    if (fread(data, 1, *byte_count, file) != *byte_count) {
        err_set(err, ERR_STORAGE, "read '%s': fewer bytes than the %zu it had when opened", path, *byte_count);
        goto done;
    }
    *bytes = data;
    data   = NULL;
    ok     = true;
done:
    free(data);
    (void)fclose(file);
    return ok;
}

bool npy_read_file(const char *path, struct matrix *out, struct err *err)
{
    unsigned char *bytes      = NULL;
    size_t         byte_count = 0;
    bool           ok;

    if (!read_whole(path, &bytes, &byte_count, err)) return false;
    if (npy_has_magic(bytes, byte_count))
        ok = npy_read_bytes(path, bytes, byte_count, out, err);
    else
        ok = matrix_read_text(path, (const char *)bytes, byte_count, out, err);
    free(bytes);
    return ok;
}

static bool write_values(FILE *file, const struct matrix *matrix)
{
    unsigned char chunk[WRITE_CHUNK_VALUES * 8];
    const size_t  value_count = (size_t)matrix->row_count * (size_t)matrix->column_count;
    size_t        used        = 0;

    for (size_t i = 0; i < value_count; i++) {
        uint64_t bits;

        memcpy(&bits, &matrix->values[i], sizeof bits);
        for (int j = 0; j < 8; j++) chunk[used++] = (unsigned char)(bits >> (8 * j));
        if (used < sizeof chunk && i + 1 < value_count) continue;
        if (fwrite(chunk, 1, used, file) != used) return false;
        used = 0;
    }
    return true;
}

bool npy_write_file(const char *path, const struct matrix *matrix, struct err *err)
{
    unsigned char header[NPY_HEADER_BYTES];
    FILE         *file = fopen(path, "wb");
    bool          ok;

    if (file == NULL) return err_errno(err, "create '%s'", path);
    npy_header_write(matrix->row_count, matrix->column_count, header);
    ok = fwrite(header, 1, sizeof header, file) == sizeof header && write_values(file, matrix);
    if (!ok) err_errno(err, "write '%s'", path);
    if (fclose(file) != 0 && ok) ok = err_errno(err, "write '%s'", path);
    if (!ok) (void)unlink(path); /* half a matrix must not be taken for one */
    return ok;
}
