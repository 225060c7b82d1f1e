/* study_state.h - the stages of a study, and the steps between them.
 *
 *     draft -> pilot, open      pilot -> draft, open      open -> paused      paused -> open      all but draft -> closed
 *
 * A closed study can be opened again as what it was (a slip of the key must not end a study), and an open one that no live session has
 * begun in can be tried out again. The first step to pilot or open needs the conditions: they are made before, in steps of their own
 * (study_sample.h). Threads: as the store. */
#ifndef DINOLAB_STUDY_STUDY_STATE_H
#define DINOLAB_STUDY_STUDY_STATE_H

#include "store/data_folder.h"
#include "store/store_study.h"

MUST_CHECK bool study_stage_from_name(const char *name, enum study_stage *out);

/* ERR_CONFLICT, field "state", where the step is not possible. Changes nothing. *is_lacking: conditions are to be made first
 * (study_sample.h). */
MUST_CHECK bool study_step_check(struct store *store, const char *slug, enum study_stage stage, bool *is_lacking,
                                 struct err *err);

/* The step itself. ERR_CONFLICT too when conditions are lacking. A step to where it is already does nothing. To be called in a
 * transaction. */
MUST_CHECK bool study_step_take(struct store *store, const char *slug, enum study_stage stage, int64_t now_ms, struct err *err);

/* All of it, for sub-commands, which nobody waits for. To be called in a transaction. */
MUST_CHECK bool study_set_state(struct store *store, const struct data_folder *folder, const char *slug, enum study_stage stage,
                                int64_t now_ms, struct err *err);

/* Show the numbers of a blind study before its stop rule is met; the reason is kept. ERR_CONFLICT when they are shown already. */
MUST_CHECK bool study_unblind(struct store *store, const char *slug, const char *reason, int64_t now_ms, struct err *err);

#endif
