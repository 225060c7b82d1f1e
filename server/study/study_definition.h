/* study_definition.h - a study as its description says it (create_study.h), read back, with its stage and what cannot change now. */
#ifndef DINOLAB_STUDY_STUDY_DEFINITION_H
#define DINOLAB_STUDY_STUDY_DEFINITION_H

#include "store/store_study.h"
#include "json/json_write.h"

/* One object: slug, title, task, stimulus_set, representations, settings, generative, condition_count and seed (null where conditions were
 * written out), documents as texts, state, is_unblinded, made_condition_count, frozen. ERR_NOT_FOUND when there is no such study. */
MUST_CHECK bool study_definition_write(struct store *store, const char *slug, struct text *out, struct err *err);

/* The members that the file of a study shares: slug to documents. */
MUST_CHECK bool study_description_write(struct store *store, const struct study_row *row, struct json_writer *writer,
                                        struct err *err);

#endif
