/* matrix_map.h - a whole matrix that is in a file, and not in the program's memory.
 *
 * A .npy file of little-endian doubles, row after row - what the server stores, what NumPy writes of float64 - is mapped as it is:
 * `matrix` shows the bytes of the file. The system brings in the pages that are looked at and takes them back when it needs room;
 * several programs and threads that look at one file share them. NumPy pads its headers so that the numbers begin at a multiple of
 * 64 bytes; a file where they do not begin at a multiple of eight cannot be shown as it is.
 * Anything else that npy.h reads (float32, integers, big-endian, Fortran order, text) is written once, as doubles, into a file without
 * a name in the folder of the environment's TMPDIR, or /var/tmp, and that is mapped: it takes eight bytes of disk a number until it is
 * closed. Up to MATRIX_MAP_SMALL_BYTES it stays in memory, so that small matrices need no such folder. Who needs a few rows or each row
 * once takes matrix_rows.h.
 *
 * When it is opened the header, the file's length and, in one pass, every number are checked, with the sentences of npy_read_file.
 * A file that is cut short while it is mapped kills the program by SIGBUS where a page that is gone is looked at; written over it
 * changes what is seen. Stored files are safe: they are named by their content, renamed into place when whole and never written
 * again. A researcher's own file must be left alone while a sub-command works on it; to replace it by renaming another is harmless.
 * Threads: any number may read one open matrix. */
#ifndef DINOLAB_MODEL_MATRIX_MAP_H
#define DINOLAB_MODEL_MATRIX_MAP_H

#include <stddef.h>

#include "model/npy.h"

enum { MATRIX_MAP_SMALL_BYTES = 16 * 1024 * 1024 }; /* 1,854 x 49 doubles: 0.7 MB */

struct matrix_map {
    struct matrix matrix; /* for reading only: a write is a segmentation fault; never for matrix_close */
    void         *bytes;  /* the mapping, from its first page */
    size_t        byte_count;
};

/* ERR_NOT_FOUND when there is no such file; ERR_INVALID when it is no matrix; ERR_STORAGE when the disk has no room for the doubles. On
 * failure nothing is open and *out is zeroed. */
MUST_CHECK bool matrix_map_open(const char *path, struct matrix_map *out, struct err *err);
void            matrix_map_close(struct matrix_map *map); /* accepts a zeroed or closed one */

#endif
