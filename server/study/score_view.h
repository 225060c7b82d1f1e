/* score_view.h - scores of other benchmarks beside alignment: the points and their rank correlation. */
#ifndef DINOLAB_STUDY_SCORE_VIEW_H
#define DINOLAB_STUDY_SCORE_VIEW_H

#include "study/study_catalog.h"
#include "json/json_read.h"
#include "json/json_write.h"

/* Writes the document. `group` is that of the study (schema/openapi.yaml, Group), from which alignment is taken; `learner` NULL: the
 * task's main one. Alignment is r2_loo where every representation with a score on the benchmark has it, else r2_online for all of
 * them: one correlation never mixes the two, and the document says which it is. ERR_INVALID for a learner that the study has not. */
MUST_CHECK bool score_view_write(struct store *store, const struct study *study, const struct json_value *group,
                                 const char *learner, struct json_writer *writer, struct err *err);

#endif
