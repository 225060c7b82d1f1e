/* import.h - bring a researcher's material into a data folder: a stimulus set from files, representations from matrices.
 *
 * Works alone on a data folder (the sub-commands hold its lock) with a writing store; files first, then one transaction, so that a
 * row never points to a file that is not there. The embedded default takes the same way in. */
#ifndef DINOLAB_STUDY_IMPORT_H
#define DINOLAB_STUDY_IMPORT_H

#include "store/data_folder.h"
#include "store/store_material.h"

struct import_place {
    const struct data_folder *folder;
    struct store             *store; /* for writing */
    int64_t                   now_ms;
};

/* `csv_path`: columns id, object, file (relative to the csv's folder); its row order is the set's. Pictures are WebP, JPEG or PNG by
 * their first bytes. ERR_CONFLICT when a set of this name exists; ERR_INVALID names file, line and reason. */
MUST_CHECK bool import_stimulus_set(const struct import_place *place, const char *name, const char *csv_path, int *stimulus_count,
                                    struct err *err);

/* As the researcher wrote it; NULL: nothing was said. See import_facts.h. */
struct import_facts {
    const char *size_class;
    const char *loss;
    const char *parameter_count;
    const char *training_image_count;
    const char *baseline_of; /* name of another representation of the set */
    const char *aligned_by;
};

struct import_matrix {
    const char *stimulus_set;
    const char *name;
    const char *family;
    const char *description;
    const char *matrix_path; /* .npy or text */
    const char *ids_path;    /* csv with a column id, one row per row of the matrix; NULL: rows are in the set's order */

    struct import_facts facts;
};

/* Rows are matched by id. Stimuli without a row are ERR_INVALID (the first few are named); rows without a stimulus are left out and
 * counted in *extra_count. */
MUST_CHECK bool import_representation(const struct import_place *place, const struct import_matrix *matrix, int *extra_count,
                                      struct err *err);

#endif
