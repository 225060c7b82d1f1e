/* study_settings.h - what a study is set to: one struct, one field table, JSON in and out.
 *
 * Every setting has a default (by task), a unit and a range; unknown settings are refused. Pure. Threads: none. */
#ifndef DINOLAB_TASK_STUDY_SETTINGS_H
#define DINOLAB_TASK_STUDY_SETTINGS_H

#include <stdint.h>

#include "model/learner.h"
#include "task/input.h"
#include "task/recruitment.h"
#include "task/task.h"
#include "json/json_write.h"

enum { STUDY_LEARNER_MAX = 8, TEXT_SETTING_BYTES = 8192, URL_BYTES = 512, CODE_BYTES = 65 };

struct study_settings {
    int                 trial_count;     /* 120 category, 60 reward */
    int                 practice_count;  /* pairs before the trials; reward only */
    int                 feedback_ms;     /* how long the feedback is shown */
    int                 blank_ms;        /* blank screen before the stimuli */
    int                 image_height_px; /* on screen */
    bool                is_fullscreen_required;
    bool                allows_input[INPUT_COUNT];  /* by enum input_kind; at least one */
    int                 comprehension_attempts_max; /* 0: as often as they like */
    struct pay_rule     pay;
    int                 sessions_per_condition; /* active at the same time */
    int                 absence_minutes;        /* without a sign of life for this long, a session is closed */
    char                completion_url[URL_BYTES];
    char                completion_code[CODE_BYTES];
    char                consent_text[TEXT_SETTING_BYTES]; /* paragraphs separated by empty lines */
    struct recruitment  recruitment;
    int                 learner_count;
    struct learner_spec learners[STUDY_LEARNER_MAX]; /* what is fitted to every participant, on every representation */
};

void study_settings_default(enum task_kind task, struct study_settings *out);

/* Start from the defaults, then take the members of `json` (an object's text); the empty text gives the defaults. */
MUST_CHECK bool study_settings_read(enum task_kind task, struct span json, struct study_settings *out, struct err *err);

/* Every setting written out; reading it back gives the same settings. */
void study_settings_write(const struct study_settings *settings, struct text *out);

/* The way back for an outcome. Without a platform, `completion_url` and `completion_code` are that of a completed session. */
void study_settings_return(const struct study_settings *settings, enum outcome outcome, const struct arrival *arrival,
                           struct return_link *out);

/* The learner's side of a task. */
enum learner_task study_learner_task(enum task_kind task);

#endif
