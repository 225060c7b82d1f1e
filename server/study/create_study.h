/* create_study.h - make a study with its conditions from one description.
 *
 *     {"slug": "category-demo", "title": "...", "task": "category", "stimulus_set": "demo",
 *      "representations": ["task", "words"], "settings": {...},
 *      "generative": "task", "condition_count": 48, "seed": 1}          conditions sampled, or
 *      "conditions": [...] instead of the last two                       conditions written out (task/condition_file.h);
 *                                                                         'generative' may say what they come from
 *      "documents": {"consent": {"en": "consent.en.md"}, ...}            may be there: its own texts, study/document_files.h
 *
 * Sampled condition k (from 1) uses dimension (k - 1) mod 3 of the generative representation, as the papers did; for category
 * learning the dinosaur that likes high loadings alternates every three conditions.
 * One transaction: the study is there with everything, or not at all. The store must be for writing. */
#ifndef DINOLAB_STUDY_CREATE_STUDY_H
#define DINOLAB_STUDY_CREATE_STUDY_H

#include "store/data_folder.h"
#include "store/store_study.h"

struct create_study_result {
    char slug[NAME_BYTES];
    int  condition_count;
};

/* `json` is the description's text; `name`, its path, stands for it in sentences, and documents are looked for beside it. The study is
 * open at once. */
MUST_CHECK bool create_study(struct store *store, const struct data_folder *folder, int64_t now_ms, const char *name,
                             struct span json, struct create_study_result *out, struct err *err);

#endif
