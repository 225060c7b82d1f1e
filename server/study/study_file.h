/* study_file.h - a study as one JSON file that runs the same elsewhere, and as a copy here.
 *
 *     {"format": "dinolab-study", "format_version": 1, "program_version": "...",
 *      "study": {a description (create_study.h): settings, texts, and the conditions with their answers by stimulus},
 *      "checksums": {"stimulus_set": HEX, "representations": {NAME: HEX}, "generative": HEX|null, "conditions": [HEX]}}
 *
 * A draft whose conditions are not made yet says how they will be. Threads: as the store. */
#ifndef DINOLAB_STUDY_STUDY_FILE_H
#define DINOLAB_STUDY_STUDY_FILE_H

#include "study/create_study.h"

/* ERR_NOT_FOUND when there is no such study; ERR_CONFLICT when it was brought in finished (old_data.h). */
MUST_CHECK bool study_file_write(struct store *store, const char *slug, struct text *out, struct err *err);

/* A draft is prepared (create_study.h). ERR_CONFLICT, with the field, when the stimulus set or a representation of that name is another
 * one here, or when a condition is not the same. */
MUST_CHECK bool study_file_prepare(struct store *store, const struct data_folder *folder, const struct json_value *file,
                                   int64_t now_ms, struct arena *arena, struct create_study_plan **out, struct err *err);

/* {"study": the description of a copy} with the same settings, texts and representations; NULL on failure. Sampled conditions are sampled
 * again when the copy opens, with the same seed; written ones are copied. ERR_CONFLICT as above. */
MUST_CHECK struct json_doc *study_copy_describe(struct store *store, const char *slug, const char *new_slug,
                                                const char *new_title, struct err *err);

#endif
