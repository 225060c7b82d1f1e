/* export_sessions.h - a study's sessions: one row each, in the order in which they began.
 *
 * The columns and what they mean: export_session_columns. Empty is what is not there yet. Times are the server's wall clock in
 * milliseconds since 1970. No token, no hash of one.
 * Row by row in constant memory. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_EXPORT_SESSIONS_H
#define DINOLAB_STUDY_EXPORT_SESSIONS_H

#include "study/export.h"

const struct table_column *export_session_columns(enum task_kind task);

MUST_CHECK bool export_sessions(struct store *store, const struct study *study, enum session_mode mode, struct table *table,
                                struct err *err);

#endif
