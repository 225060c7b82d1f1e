#include "model/npy.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/matrix_text.h"
#include "model/npy_header.h"

static const size_t FILE_BYTES_MAX = (size_t)2 * 1024 * 1024 * 1024; /* 26,000 pictures x 4,096 features as doubles: 0.9 GB */

enum { WRITE_CHUNK_VALUES = 4096 };

void matrix_close(struct matrix *matrix)
{
    free(matrix->values);
    *matrix = (struct matrix){0};
}

/* `bytes` in the machine's own terms: the integer that they spell. */
static uint64_t gather(const unsigned char *bytes, int width, bool is_big_endian)
{
    uint64_t bits = 0;

    for (int i = 0; i < width; i++) bits |= (uint64_t)bytes[is_big_endian ? width - 1 - i : i] << (8 * i);
    return bits;
}

static double decode_float(uint64_t bits, int width)
{
    double   wide;
    float    narrow;
    uint32_t low = (uint32_t)bits;

    if (width == 8) {
        memcpy(&wide, &bits, sizeof wide);
        return wide;
    }
    memcpy(&narrow, &low, sizeof narrow);
    return (double)narrow;
}

static double decode_signed(uint64_t bits, int width)
{
    const uint64_t sign = (uint64_t)1 << (8 * width - 1);

    /* In two's complement the magnitude of a negative number is what is missing to 2^(8 width). */
    if ((bits & sign) == 0) return (double)bits;
    return -(double)((sign - 1 - (bits & (sign - 1))) + 1);
}

static double decode(const struct npy_header *header, const unsigned char *bytes)
{
    const uint64_t bits = gather(bytes, header->width, header->is_big_endian);

    switch (header->kind) {
    case NPY_FLOAT:
        return decode_float(bits, header->width);
    case NPY_SIGNED:
        return decode_signed(bits, header->width);
    case NPY_UNSIGNED:
        return (double)bits;
    }
    return NAN;
}

static bool read_values(const char *name, const struct npy_header *header, const unsigned char *bytes, struct matrix *out,
                        struct err *err)
{
    for (int i = 0; i < out->row_count; i++) {
        for (int j = 0; j < out->column_count; j++) {
            const size_t row = (size_t)i;
            const size_t index =
                header->is_fortran ? (size_t)j * (size_t)out->row_count + row : row * (size_t)out->column_count + (size_t)j;
            const double value = decode(header, bytes + index * (size_t)header->width);

            if (!isfinite(value))
                return err_set(err, ERR_INVALID, "%s: row %d, column %d (from 0) is %s", name, i, j,
                               isnan(value) ? "not a number" : "infinite");
            out->values[row * (size_t)out->column_count + (size_t)j] = value;
        }
    }
    return true;
}

bool npy_read_bytes(const char *name, const unsigned char *bytes, size_t byte_count, struct matrix *out, struct err *err)
{
    struct npy_header header;
    struct matrix     matrix = {0};
    size_t            value_count;
    size_t            data_bytes;

    if (!npy_header_read(name, bytes, byte_count, &header, err)) return false;
    matrix.row_count    = header.row_count;
    matrix.column_count = header.column_count;
    value_count         = (size_t)header.row_count * (size_t)header.column_count; /* below 2^62 */
    data_bytes          = byte_count - header.data_offset;
    if (value_count != data_bytes / (size_t)header.width || data_bytes % (size_t)header.width != 0)
        return err_set(err, ERR_INVALID,
                       "%s: a matrix of %d x %d numbers of %d bytes does not fit the %zu bytes after the header (%s)", name,
                       header.row_count, header.column_count, header.width, data_bytes,
                       value_count > data_bytes / (size_t)header.width ? "truncated" : "trailing bytes");
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
