#include "fit/matrix_file.h"

#include <errno.h>
#include <stdio.h>

#include "model/npy_header.h"

enum { HEAD_BYTES = 4096 }; /* NumPy's headers of matrices have 128 */

bool matrix_file_look(const char *path, const struct stimulus_list *stimuli, struct err *err)
{
    unsigned char     head[HEAD_BYTES];
    struct npy_header header;
    size_t            length;
    bool              is_readable;
    FILE             *file = fopen(path, "rbe");

    if (file == NULL && errno == ENOENT) return err_set(err, ERR_NOT_FOUND, "there is no file %s", path);
    if (file == NULL) return err_errno(err, "open %s", path);
    length      = fread(head, 1, sizeof head, file);
    is_readable = ferror(file) == 0;
    (void)fclose(file);
    if (!is_readable) return err_set(err, ERR_INVALID, "%s cannot be read as a file", path);
    if (!npy_has_magic(head, length) || !npy_header_read(path, head, length, &header, NULL)) return true;
    return stimulus_list_fits(stimuli, path, header.row_count, err);
}

bool matrix_file_open(const char *path, const struct stimulus_list *stimuli, struct matrix_map *out, struct err *err)
{
    if (!matrix_map_open(path, out, err)) return false;
    if (stimulus_list_fits(stimuli, path, out->matrix.row_count, err)) return true;
    matrix_map_close(out);
    return false;
}
