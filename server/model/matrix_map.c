#include "model/matrix_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/matrix_rows.h"
#include "model/npy_number.h"

static const char SCRATCH_FOLDER[] = "/var/tmp"; /* on disk, where /tmp is often memory */

enum { SCRATCH_PATH_BYTES = 4096 };

void matrix_map_close(struct matrix_map *map)
{
    if (map->bytes != NULL) (void)munmap(map->bytes, map->byte_count);
    *map = (struct matrix_map){0};
}

/* --- as it is --- */

/* The bytes of a regular file; none of an empty one, which cannot be mapped. */
static bool map_file(const char *path, struct matrix_map *map, struct err *err)
{
    const int   file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    void       *bytes = NULL;
    bool        ok    = false;

    if (file < 0 && errno == ENOENT) return err_set(err, ERR_NOT_FOUND, "there is no file '%s'", path);
    if (file < 0) return err_errno(err, "open '%s'", path);
    if (fstat(file, &status) != 0)
        err_errno(err, "look at '%s'", path);
    else if (!S_ISREG(status.st_mode))
        err_set(err, ERR_INVALID, "%s: is not a file", path);
    else if (status.st_size == 0)
        ok = true;
    else if ((bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0)) == MAP_FAILED)
        err_errno(err, "map '%s'", path);
    else
        ok = true;
    (void)close(file); /* the mapping stays */
    if (ok && bytes != NULL) *map = (struct matrix_map){.bytes = bytes, .byte_count = (size_t)status.st_size};
    return ok;
}

static bool check_numbers(const char *path, const struct matrix *matrix, struct err *err)
{
    for (int i = 0; i < matrix->row_count; i++)
        if (!npy_row_is_finite(path, i, matrix->values + (size_t)i * (size_t)matrix->column_count, matrix->column_count, err))
            return false;
    return true;
}

/* Show the numbers of a mapped file where they lie. *is_shown stays false, without an error, when they are not doubles of the machine
 * row after row. */
static bool show(const char *path, struct matrix_map *map, bool *is_shown, struct err *err)
{
    struct npy_header header;

    *is_shown = false;
    if (!npy_has_magic(map->bytes, map->byte_count)) return true;
    if (!npy_header_read(path, map->bytes, map->byte_count, &header, err) ||
        !npy_header_fits(path, &header, map->byte_count, err))
        return false;
    if (!npy_is_own_double(&header) || header.is_fortran || header.data_offset % sizeof(double) != 0) return true;
    map->matrix = (struct matrix){.row_count    = header.row_count,
                                  .column_count = header.column_count,
                                  .values       = (double *)(void *)((char *)map->bytes + header.data_offset)};
    *is_shown   = true;
    return check_numbers(path, &map->matrix, err);
}

/* --- converted --- */

/* A file of so many bytes of disk, without a name; -1 and an error. */
static int scratch_file(size_t byte_count, struct err *err)
{
    const char *folder = getenv("TMPDIR");
    char        path[SCRATCH_PATH_BYTES];
    int         file, problem;

    if (folder == NULL || folder[0] == '\0') folder = SCRATCH_FOLDER;
    if ((size_t)snprintf(path, sizeof path, "%s/dinolab-matrix-XXXXXX", folder) >= sizeof path)
        return err_set(err, ERR_INVALID, "the path of TMPDIR is too long"), -1;
    file = mkostemp(path, O_CLOEXEC);
    if (file < 0) return err_errno(err, "make a file for the matrix in '%s' (TMPDIR names another folder)", folder), -1;
    (void)unlink(path);
    problem = posix_fallocate(file, 0, (off_t)byte_count); /* a full disk is found here, and not by a page that cannot be kept */
    if (problem == 0) return file;
    errno = problem;
    err_errno(err, "make room for %zu bytes in '%s' (TMPDIR names another folder)", byte_count, folder);
    (void)close(file);
    return -1;
}

/* Room for doubles: a file's where they are many. */
static bool map_room(size_t byte_count, struct matrix_map *map, struct err *err)
{
    const bool is_small = byte_count <= MATRIX_MAP_SMALL_BYTES;
    const int  file     = is_small ? -1 : scratch_file(byte_count, err);
    void      *bytes;

    if (!is_small && file < 0) return false;
    bytes = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, is_small ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, file, 0);
    if (bytes == MAP_FAILED) err_errno(err, "map %zu bytes of a matrix", byte_count);
    if (file >= 0) (void)close(file);
    if (bytes == MAP_FAILED) return false;
    *map = (struct matrix_map){.bytes = bytes, .byte_count = byte_count};
    return true;
}

static bool read_into(struct matrix_rows *from, struct matrix_map *map, struct err *err)
{
    const int    row_count = matrix_rows_row_count(from), column_count = matrix_rows_column_count(from);
    const size_t value_count = (size_t)row_count * (size_t)column_count; /* below 2^62 */
    int         *rows        = malloc((size_t)row_count * sizeof *rows);
    bool         ok;

    if (rows == NULL || value_count > SIZE_MAX / sizeof(double)) return free(rows), err_no_memory(err);
    for (int i = 0; i < row_count; i++) rows[i] = i;
    ok = map_room(value_count * sizeof(double), map, err) && matrix_rows_read(from, rows, row_count, map->bytes, err);
    free(rows);
    if (!ok) return false;
    map->matrix = (struct matrix){.row_count = row_count, .column_count = column_count, .values = map->bytes};
    return mprotect(map->bytes, map->byte_count, PROT_READ) == 0 || err_errno(err, "protect a matrix");
}

static bool convert(const char *path, struct matrix_map *map, struct err *err)
{
    struct matrix_rows *from = matrix_rows_open(path, err);
    bool                ok;

    if (from == NULL) return false;
    ok = read_into(from, map, err);
    matrix_rows_close(from);
    return ok;
}

bool matrix_map_open(const char *path, struct matrix_map *out, struct err *err)
{
    bool is_shown, ok;

    *out = (struct matrix_map){0};
    ok   = map_file(path, out, err) && show(path, out, &is_shown, err);
    if (ok && !is_shown) {
        matrix_map_close(out);
        ok = convert(path, out, err);
    }
    if (!ok) matrix_map_close(out);
    return ok;
}
