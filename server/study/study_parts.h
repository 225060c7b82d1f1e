/* study_parts.h - what making a study and changing it share: its representations, its settings as text, the studies that it excludes, its
 * texts, and its conditions once they are needed. To be called in a transaction. Threads: as the store. */
#ifndef DINOLAB_STUDY_STUDY_PARTS_H
#define DINOLAB_STUDY_STUDY_PARTS_H

#include "study/create_study.h"
#include "study/make_conditions.h"

enum { STUDY_REPRESENTATION_MAX = 200 };

/* The settings written out, and their hash, into the row; `text` owns the former. */
MUST_CHECK bool study_row_set_settings(struct study_row *row, const struct study_settings *settings, struct text *text,
                                       struct err *err);

/* Of a row that was read. */
MUST_CHECK bool study_row_settings(const struct study_row *row, struct study_settings *out, enum task_kind *task,
                                   struct err *err);

/* A list of names; the study must have none yet. */
MUST_CHECK bool study_add_representations(struct store *store, int64_t study_id, int64_t stimulus_set_id,
                                          const struct json_value *list, struct err *err);

/* The studies that the settings exclude exist, and get their participants in a way by which they are recognised. Mistakes are in
 * "settings". */
MUST_CHECK bool study_check_excludes(struct store *store, const struct study_settings *settings, struct err *err);

/* Sample the conditions of a study that needs them and has none: nothing is done for others. */
MUST_CHECK bool study_make_conditions(struct store *store, const struct data_folder *folder, const struct study_row *row,
                                      struct err *err);

#endif
