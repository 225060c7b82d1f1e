/* blind.h - whether a study's numbers are hidden: accuracies, fits, group numbers, and whatever they could be computed from at a glance.
 *
 * The stop rule is in the settings (struct blind_rule) and is promised when the study opens. Pilots are not part of the study's data: their
 * numbers are shown. The live layer asks the same of its own form of a study (live_study.h). Threads: as the store. */
#ifndef DINOLAB_STUDY_BLIND_H
#define DINOLAB_STUDY_BLIND_H

#include "store/session_mode.h"
#include "study/study_catalog.h"

/* ERR_FORBIDDEN with a sentence that names the rule while numbers of live sessions are hidden and `mode` has any. */
MUST_CHECK bool blind_check(struct store *store, const struct study *study, enum session_mode mode, int64_t now_ms,
                            struct err *err);

#endif
