/* matrix_file.h - a representation's matrix, held against the stimuli before hours are spent and again when it is opened.
 * Threads: none. */
#ifndef DINOLAB_FIT_MATRIX_FILE_H
#define DINOLAB_FIT_MATRIX_FILE_H

#include "fit/stimulus_list.h"
#include "model/matrix_map.h"

/* Is there a file, and when it is .npy: does its header fit the stimuli? What only the whole file can tell is left to matrix_file_open. */
MUST_CHECK bool matrix_file_look(const char *path, const struct stimulus_list *stimuli, struct err *err);

/* The whole, mapped, with one row per stimulus. The caller owns *out (matrix_map_close). */
MUST_CHECK bool matrix_file_open(const char *path, const struct stimulus_list *stimuli, struct matrix_map *out, struct err *err);

#endif
