/* live_study.h - a study as the live layer needs it: its task, its settings, and its models.
 *
 * A model is one learner on one representation. Models are numbered from 0: by the representation's position, then by the learner's
 * place in the settings; the same number everywhere in live/ and in the documents that researchers get.
 * Models never change once somebody has played; title, mode and the other settings can (live_study_refresh). Threads: a live_study belongs to one thread, its scratch numbers too. */
#ifndef DINOLAB_LIVE_LIVE_STUDY_H
#define DINOLAB_LIVE_LIVE_STUDY_H

#include "live/fit_state.h"
#include "store/store_study.h"
#include "task/study_settings.h"

struct live_model {
    const struct representation_row *representation; /* of the study's arena, as are texts below it */
    const struct learner_spec       *learner;        /* of the study's settings */
};

struct live_study {
    int64_t               study_id;
    char                  slug[NAME_BYTES];
    const char           *title;
    enum task_kind        task;
    int64_t               revision; /* of the study's row that this is of */
    bool                  is_pilot; /* being tried out */
    bool                  is_unblinded;
    bool                  is_blind; /* numbers of live sessions are hidden, as of the last live_study_refresh */
    struct study_settings settings;
    int                   model_count;
    struct live_model    *models;
    struct fit_trial      scratch;           /* model_count numbers each: of the response being taken in */
    double               *posterior_scratch; /* model_count numbers, free for one call's use */
    struct arena          arena;             /* owns all of the above */
};

/* ERR_NOT_FOUND when there is no such study. */
MUST_CHECK struct live_study *live_study_load(struct store *store, int64_t study_id, struct err *err);
void                          live_study_free(struct live_study *study); /* accepts NULL */

/* Take in what was changed since, and whether the study is blind now; cheap when nothing was. *has_other_models: the models are other ones now, which this form cannot become:
 * load the study anew (nobody has played it yet). */
MUST_CHECK bool live_study_refresh(struct store *store, struct live_study *study, bool *has_other_models, struct err *err);

/* Whether the numbers of a session are hidden (study/blind.h): what a document would say of them is null. */
bool live_study_hides(const struct live_study *study, bool is_pilot_session);

/* -1 when the study has no such model. */
int live_study_model_index(const struct live_study *study, int64_t representation_id, const char *learner);

#endif
