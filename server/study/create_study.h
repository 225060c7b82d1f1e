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
 * One transaction: the study is there with everything, or not at all. The store must be for writing. */
#ifndef DINOLAB_STUDY_CREATE_STUDY_H
#define DINOLAB_STUDY_CREATE_STUDY_H

#include "store/data_folder.h"
#include "store/store_study.h"
#include "json/json_read.h"

enum { STUDY_TITLE_BYTES_MAX = 200 };

struct create_study_result {
    char             slug[NAME_BYTES];
    int64_t          study_id;
    enum study_stage stage;
    int              condition_count; /* that were made */
};

/* Where a description comes from. */
struct create_study_source {
    const struct data_folder *folder;
    int64_t                   now_ms;
    const char               *path;  /* of the description; documents are files beside it. NULL: documents are given as texts */
    enum study_stage          stage; /* of a study that does not say "state" */
};

/* To be called in a transaction. */
MUST_CHECK bool create_study_described(struct store *store, const struct create_study_source *source,
                                       const struct json_value *description, struct create_study_result *out, struct err *err);

/* `json` is the description's text; `name`, its path, stands for it in sentences, and documents are looked for beside it. The study is
 * open at once when it does not say otherwise. */
MUST_CHECK bool create_study(struct store *store, const struct data_folder *folder, int64_t now_ms, const char *name,
                             struct span json, struct create_study_result *out, struct err *err);

#endif
