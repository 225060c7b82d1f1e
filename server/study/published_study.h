/* published_study.h - a study description gets the conditions of the 2024 experiments' own files.
 *
 * The description (create_study.h) names task, stimulus set and 'generative', and has no conditions yet. Images are found by object and file:
 * stimuli/<object>/<file>.jpg is the stimulus of that object whose name is <file>, <file>.jpg or ends with /<file>.jpg, or else the only
 * one of that object. Every file is held against the generative representation (task/published_condition.h). Threads: the store's. */
#ifndef DINOLAB_STUDY_PUBLISHED_STUDY_H
#define DINOLAB_STUDY_PUBLISHED_STUDY_H

#include "base/text.h"
#include "store/data_folder.h"
#include "store/store.h"

struct published_file {
    int         number; /* of the condition */
    const char *name;   /* for sentences */
    struct span text;
};

/* The description with "conditions" into `out`, for create_study. ERR_INVALID names file, trial and image. */
MUST_CHECK bool published_study_describe(struct store *store, const struct data_folder *folder, struct span description,
                                         const struct published_file *files, int file_count, struct text *out, struct err *err);

#endif
