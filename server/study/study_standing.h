/* study_standing.h - what may change in a study now: by its stage, and by who has played it. Threads: as the store. */
#ifndef DINOLAB_STUDY_STUDY_STANDING_H
#define DINOLAB_STUDY_STUDY_STANDING_H

#include "store/store_study.h"
#include "task/setting_notes.h"

struct study_standing {
    enum study_stage stage;
    bool             was_opened;
    bool             is_sampled; /* its conditions are; else they were written out and do not change */
    struct study_use use;
};

MUST_CHECK bool study_standing_read(struct store *store, const struct study_row *row, struct study_standing *out,
                                    struct err *err);

bool study_may_change(const struct study_standing *standing, enum setting_change change);

/* ERR_CONFLICT with a sentence that names the field and the rule, unless it may change. */
MUST_CHECK bool study_check_change(const struct study_standing *standing, enum setting_change change, const char *field,
                                   struct err *err);

/* The paths of what cannot change, as an array named `key`: of the description, and of the settings ("settings.trial_count"). */
void study_write_frozen(const struct study_standing *standing, const char *key, struct json_writer *writer);

#endif
