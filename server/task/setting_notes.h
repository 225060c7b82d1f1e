/* setting_notes.h - what is said of each setting of a study: a title, a sentence, a unit, and in which stages it may change.
 *
 * One row per field of the tables by which settings are read (study_settings.c, recruitment.c); names are paths, as in sentences about
 * mistakes ("recruitment.quota"). A row that is missing is found by a test. Pure. Threads: none. */
#ifndef DINOLAB_TASK_SETTING_NOTES_H
#define DINOLAB_TASK_SETTING_NOTES_H

#include "task/study_settings.h"
#include "json/json_read.h"

/* When a setting may change. Nothing changes in a closed study. */
enum setting_change {
    CHANGE_SAMPLE,  /* what conditions are made from: in a draft that nobody has played */
    CHANGE_MODELS,  /* what is fitted: in a draft or a pilot that nobody has played */
    CHANGE_PROMISE, /* what is promised at opening: in a draft or a pilot, before the study was opened */
    CHANGE_SESSION, /* what sessions run with: in a draft or a pilot, before there is a live session */
    CHANGE_ALWAYS,  /* texts and recruitment: until the study is closed */
    CHANGE_COUNT
};

struct setting_note {
    const char         *path;
    const char         *group;
    const char         *title;
    const char         *unit; /* "" none */
    enum setting_change change;
    const char         *sentence;
};

extern const struct setting_note SETTING_NOTES[]; /* closed by a NULL path */

/* NULL when there is no such setting. */
const struct setting_note *setting_note(const char *path);

/* The tables by which settings are read. */
extern const struct json_field STUDY_SETTING_FIELDS[], BLIND_FIELDS[];
extern const size_t            STUDY_SETTING_FIELD_COUNT, BLIND_FIELD_COUNT;

/* JSON Schema (2020-12) of the settings of a task, with the notes and the defaults. Ends with a line end. */
MUST_CHECK bool setting_schema_write(enum task_kind task, struct text *out, struct err *err);

#endif
