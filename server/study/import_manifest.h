/* import_manifest.h - many representations at once, from one table.
 *
 * A csv with the columns name, matrix, and any of ids, family, description, size_class, loss, parameters, training_images, baseline_of,
 * aligned_by; an empty field says nothing. Paths are relative to the table. A baseline may stand below the one that names it. Each
 * representation is imported by itself: one that fails is told and the others go on, and the same table again goes over what is there
 * already (import_representation.h). */
#ifndef DINOLAB_STUDY_IMPORT_MANIFEST_H
#define DINOLAB_STUDY_IMPORT_MANIFEST_H

#include "study/import_representation.h"

/* One of the table's rows is done. */
struct import_manifest_step {
    int                         done; /* rows, with this one */
    int                         total;
    const char                 *name;
    const struct import_result *result;
    const struct err           *err; /* why it failed; NULL: it did not */
};

typedef void (*import_manifest_fn)(void *argument, const struct import_manifest_step *step);

struct import_manifest_counts {
    int total;
    int imported;
    int unchanged; /* were there already */
    int failed;
};

/* False when the table cannot be read, with file, line and reason: then nothing was imported. Failures of single rows are in *counts,
 * each with its reason in its step. A baseline that cannot be noted is one more step of its row. */
MUST_CHECK bool import_manifest(const struct import_place *place, const char *stimulus_set, const char *path,
                                import_manifest_fn tell, void *argument, struct import_manifest_counts *counts, struct err *err);

#endif
