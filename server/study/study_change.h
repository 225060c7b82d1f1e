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

/* ERR_CONFLICT, with the field, for what cannot change, and for a study that was brought in finished; ERR_INVALID for what is wrong.
 * *is_crowded (NULL: do it all the same, nobody waits): it failed only because more conditions are to go than the writer should be held for;
 * make room, and change then. */
MUST_CHECK bool study_change(struct store *store, const char *slug, const struct json_value *change, int64_t now_ms,
                             bool *is_crowded, struct err *err);

/* Some conditions of a draft that may be sampled anew go; what is left is made whole when the study opens (study_sample.h). ERR_CONFLICT
 * where that may not be. To be called in a transaction, until *is_done. */
MUST_CHECK bool study_change_make_room(struct store *store, const char *slug, bool *is_done, struct err *err);

#endif
