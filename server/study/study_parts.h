/* study_parts.h - what making a study and changing it share: its representations, its settings as text, the studies that it excludes, its
 * texts. To be called in a transaction. Threads: as the store. */
#ifndef DINOLAB_STUDY_STUDY_PARTS_H
#define DINOLAB_STUDY_STUDY_PARTS_H

#include "store/store_study.h"
#include "task/study_settings.h"
#include "json/json_read.h"

enum { STUDY_REPRESENTATION_MAX = 200 };

/* The settings written out, and their hash, into the row; `text` owns the former. */
MUST_CHECK bool study_row_set_settings(struct study_row *row, const struct study_settings *settings, struct text *text,
                                       struct err *err);

/* Of a row that was read. */
MUST_CHECK bool study_row_settings(const struct study_row *row, struct study_settings *out, enum task_kind *task,
                                   struct err *err);

/* A list of names of the set's representations, each once. */
MUST_CHECK bool study_check_representations(struct store *store, int64_t stimulus_set_id, const struct json_value *list,
                                            struct err *err);

/* Such a list; the study must have none yet. */
MUST_CHECK bool study_add_representations(struct store *store, int64_t study_id, int64_t stimulus_set_id,
                                          const struct json_value *list, struct err *err);

/* The studies that the settings exclude exist, and get their participants in a way by which they are recognised. Mistakes are in
 * "settings". */
MUST_CHECK bool study_check_excludes(struct store *store, const struct study_settings *settings, struct err *err);

#endif
