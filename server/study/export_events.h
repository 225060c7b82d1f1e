/* export_events.h - what happened beside the responses, and the final questions: a row per event, and per session that answered.
 *
 * Row by row in constant memory. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_EXPORT_EVENTS_H
#define DINOLAB_STUDY_EXPORT_EVENTS_H

#include "study/export.h"

const struct table_column *export_event_columns(enum task_kind task);
const struct table_column *export_questionnaire_columns(enum task_kind task);

MUST_CHECK bool export_events(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                              struct err *err);
MUST_CHECK bool export_questionnaires(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                                      struct err *err);

#endif
