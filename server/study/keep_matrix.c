#include "study/keep_matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/npy_header.h"
#include "model/npy_number.h"
#include "study/upload.h"

enum { BLOCK_BYTES = 32 * 1024 * 1024 }; /* of doubles, at a time; a column-major file is passed over once for each block */

/* The file that it becomes, on its way. */
struct writing {
    FILE                *file;
    struct secret_sha256 sha;
};

static bool put(struct writing *writing, const void *bytes, size_t count)
{
    secret_sha256_add(&writing->sha, bytes, count);
    return fwrite(bytes, 1, count, writing->file) == count;
}

/* Memory for a block of rows. */
struct block {
    int            row_max;
    int           *rows;
    double        *values;
    unsigned char *bytes; /* of one row */
};

static bool block_init(struct block *block, int column_count, struct err *err)
{
    const size_t row_bytes = (size_t)column_count * sizeof *block->values;

    block->row_max = row_bytes < BLOCK_BYTES ? (int)(BLOCK_BYTES / row_bytes) : 1;
    block->rows    = malloc((size_t)block->row_max * sizeof *block->rows);
    block->values  = malloc((size_t)block->row_max * row_bytes);
    block->bytes   = malloc(row_bytes);
    return (block->rows != NULL && block->values != NULL && block->bytes != NULL) || err_no_memory(err);
}

static void block_close(struct block *block)
{
    free(block->rows);
    free(block->values);
    free(block->bytes);
}

static bool write_rows(struct writing *writing, struct matrix_rows *from, const int *row_of, int count, struct block *block,
                       struct err *err)
{
    const int column_count = matrix_rows_column_count(from);

    for (int first = 0; first < count; first += block->row_max) {
        const int rows = count - first < block->row_max ? count - first : block->row_max;

        for (int i = 0; i < rows; i++) block->rows[i] = row_of != NULL ? row_of[first + i] : first + i;
        if (!matrix_rows_read(from, block->rows, rows, block->values, err)) return false;
        for (int i = 0; i < rows; i++) {
            npy_put_numbers(block->values + (size_t)i * (size_t)column_count, column_count, block->bytes);
            if (!put(writing, block->bytes, (size_t)column_count * sizeof(double))) return err_errno(err, "write the matrix");
        }
    }
    return true;
}

static bool write_matrix(struct writing *writing, struct matrix_rows *from, const int *row_of, int count, struct err *err)
{
    struct block  block = {0};
    unsigned char header[NPY_HEADER_BYTES];
    bool          ok = block_init(&block, matrix_rows_column_count(from), err);

    npy_header_write(count, matrix_rows_column_count(from), header);
    if (ok && !put(writing, header, sizeof header)) ok = err_errno(err, "write the matrix");
    ok = ok && write_rows(writing, from, row_of, count, &block, err);
    block_close(&block);
    return ok;
}

/* Whole and synced under the name of its content, or not at all. */
static bool keep_file(const struct data_folder *folder, struct writing *writing, const char *temporary,
                      struct secret_hash *sha256, struct err *err)
{
    char path[PATH_BYTES];
    bool ok = fflush(writing->file) == 0 && fsync(fileno(writing->file)) == 0;

    secret_sha256_end(&writing->sha, sha256);
    data_folder_matrix(folder, sha256, path);
    ok = ok && rename(temporary, path) == 0 && data_folder_sync_names(path);
    return ok ? true : err_errno(err, "write %s", path);
}

bool keep_matrix(const struct data_folder *folder, struct matrix_rows *from, const int *row_of, int count,
                 struct secret_hash *sha256, struct err *err)
{
    struct writing writing = {0};
    struct upload  temporary;
    int            file;
    bool           ok;

    if (!upload_scratch(folder, &temporary, &file, err)) return false;
    writing.file = fdopen(file, "wb");
    if (writing.file == NULL) {
        err_errno(err, "open %s", temporary.path);
        (void)close(file);
        upload_delete(folder, temporary.id);
        return false;
    }
    secret_sha256_begin(&writing.sha);
    ok = write_matrix(&writing, from, row_of, count, err) && keep_file(folder, &writing, temporary.path, sha256, err);
    (void)fclose(writing.file);
    upload_delete(folder, temporary.id); /* gone already when all went well */
    return ok;
}
