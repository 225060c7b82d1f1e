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

/* Makes a draft. ERR_CONFLICT, with the field, when the stimulus set or a representation of that name is another one here, or when a
 * condition is not the same. To be called in a transaction. */
MUST_CHECK bool study_file_read(struct store *store, const struct data_folder *folder, const struct json_value *file,
                                int64_t now_ms, struct create_study_result *out, struct err *err);

/* A draft with the same settings, texts and representations. Sampled conditions are sampled again when it opens, with the same seed;
 * written ones are copied. ERR_CONFLICT as above. To be called in a transaction. */
MUST_CHECK bool study_duplicate(struct store *store, const struct data_folder *folder, const char *slug, const char *new_slug,
                                const char *new_title, int64_t now_ms, struct create_study_result *out, struct err *err);

#endif
