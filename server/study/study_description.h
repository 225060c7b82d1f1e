/* study_description.h - what a study is to be, as JSON says it (create_study.h), read and checked as far as no store is needed. */
#ifndef DINOLAB_STUDY_STUDY_DESCRIPTION_H
#define DINOLAB_STUDY_STUDY_DESCRIPTION_H

#include "task/study_settings.h"
#include "json/json_read.h"

enum { STUDY_STATE_NOT_GIVEN = -1, STUDY_TITLE_BYTES_MAX = 200 };

/* Texts and values are borrowed from the document. */
struct study_description {
    const char              *slug;
    const char              *title;
    int                      task;
    const char              *stimulus_set;
    const struct json_value *representations;
    const struct json_value *given_settings;
    const char              *generative;
    int                      condition_count;
    int64_t                  seed;
    const struct json_value *conditions;
    const struct json_value *documents;
    int                      state;    /* enum study_stage; STUDY_STATE_NOT_GIVEN */
    struct study_settings    settings; /* every one */
};

MUST_CHECK bool study_description_read(const struct json_value *root, struct study_description *out, struct err *err);

#endif
