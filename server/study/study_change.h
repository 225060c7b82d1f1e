/* study_change.h - change what a study is set to: part of a description, held against what may change now (study_standing.h).
 *
 *     {"title": "...", "settings": {"recruitment": {"quota": 300}}, "representations": [...], "generative": "task",
 *      "condition_count": 48, "seed": 2, "documents": {"consent": {"en": "the text"}}}
 *
 * Members that are absent stay as they are, also inside the settings' objects; a list is replaced whole; null changes nothing. What is given
 * as it is already may be given at any time. To be called in a transaction. Threads: as the store. */
#ifndef DINOLAB_STUDY_STUDY_CHANGE_H
#define DINOLAB_STUDY_STUDY_CHANGE_H

#include "store/store_study.h"
#include "json/json_read.h"

/* ERR_CONFLICT, with the field, for what cannot change, and for a study that was brought in finished; ERR_INVALID for what is wrong. */
MUST_CHECK bool study_change(struct store *store, const char *slug, const struct json_value *change, int64_t now_ms,
                             struct err *err);

#endif
