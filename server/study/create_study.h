/* create_study.h - make a study with its conditions from one description.
 *
 *     {"slug": "category-demo", "title": "...", "task": "category", "stimulus_set": "demo",
 *      "representations": ["task", "words"], "settings": {...},
 *      "generative": "task", "condition_count": 48, "seed": 1}          conditions sampled, or
 *      "conditions": [...] instead of the last two                       conditions written out (task/condition_file.h);
 *                                                                         'generative' may say what they come from
 *      "documents": {"consent": {"en": "consent.en.md"}, ...}            may be there: its own texts, study/document_files.h
 *
 *      "state": "draft"                                                   may be there: draft, pilot or open
 *
 * Conditions are sampled as in make_conditions.h; those of a draft when it is tried out or opened first (study_state.h).
 * Two parts: what takes a while is done in memory on a store that is only read, and then one short transaction makes the study. It is
 * there with everything, or not at all; but one with more sampled conditions than the writer should be held for is a draft until they
 * are all in (study_sample.h). Threads: as the stores. */
#ifndef DINOLAB_STUDY_CREATE_STUDY_H
#define DINOLAB_STUDY_CREATE_STUDY_H

#include "store/data_folder.h"
#include "store/store_study.h"
#include "study/study_description.h"
#include "study/study_sample.h"

struct create_study_result {
    char             slug[NAME_BYTES];
    int64_t          study_id;
    enum study_stage stage;
    int              condition_count; /* that were made */
    bool             is_unfinished;   /* it is a draft still: the rest of its conditions, and the step to its stage, come next */
};

/* Where a description comes from. */
struct create_study_source {
    const struct data_folder *folder;
    int64_t                   now_ms;
    const char               *path;  /* of the description; documents are files beside it. NULL: documents are given as texts */
    enum study_stage          stage; /* of a study that does not say "state" */
};

struct create_study_plan {
    struct create_study_source source;
    struct study_description   description; /* borrows from the document */
    struct condition_maker     maker;       /* with the conditions */
};

/* In `arena`; `description` and what `source` names are borrowed by the plan. */
MUST_CHECK bool create_study_prepare(struct store *store, const struct create_study_source *source,
                                     const struct json_value *description, struct arena *arena, struct create_study_plan **out,
                                     struct err *err);

/* Whether it has more sampled conditions than are stored in one step. */
bool create_study_is_long(const struct create_study_plan *plan);

/* To be called in a transaction. When the result is unfinished, `rest` is what remains to be stored; `rest` NULL: all of it now, for
 * sub-commands, which nobody waits for. */
MUST_CHECK bool create_study_insert(struct store *store, struct create_study_plan *plan, struct create_study_result *out,
                                    struct study_sample *rest, struct err *err);

/* All of it, in one transaction of its own. `json` is the description's text; `name`, its path, stands for it in sentences, and documents are looked for beside it. The study is
 * open at once when it does not say otherwise. */
MUST_CHECK bool create_study(struct store *store, const struct data_folder *folder, int64_t now_ms, const char *name,
                             struct span json, struct create_study_result *out, struct err *err);

#endif
