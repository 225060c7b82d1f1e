/* import.h - bring a researcher's material into a data folder: a stimulus set from files, representations from matrices.
 *
 * Works alone on a data folder (the sub-commands hold its lock) with a writing store; files first, then one transaction, so that a
 * row never points to a file that is not there. The embedded default takes the same way in. */
#ifndef DINOLAB_STUDY_IMPORT_H
#define DINOLAB_STUDY_IMPORT_H

#include "study/import_place.h"
#include "study/import_representation.h"

/* `csv_path`: columns id, object, file (relative to the csv's folder); its row order is the set's. Pictures are WebP, JPEG or PNG by
 * their first bytes. ERR_CONFLICT when a set of this name exists; ERR_INVALID names file, line and reason. */
MUST_CHECK bool import_stimulus_set(const struct import_place *place, const char *name, const char *csv_path, int *stimulus_count,
                                    struct err *err);

#endif
