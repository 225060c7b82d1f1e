/* study_settings.h - what a study is set to: one struct, one field table, JSON in and out.
 *
 * Every setting has a default (by task), a unit and a range; unknown settings are refused. What is said of each, and when it may change,
 * is in setting_notes.h. Pure. Threads: none. */
#ifndef DINOLAB_TASK_STUDY_SETTINGS_H
#define DINOLAB_TASK_STUDY_SETTINGS_H

#include <stdint.h>

#include "model/learner.h"
#include "task/input.h"
#include "task/recruitment.h"
#include "task/task.h"
#include "json/json_write.h"

enum { STUDY_LEARNER_MAX = 8, STUDY_DIMENSION_MAX = 64, TEXT_SETTING_BYTES = 8192, URL_BYTES = 512, CODE_BYTES = 65 };

/* Category: who likes high loadings. */
enum counterbalance {
    COUNTERBALANCE_ALTERNATE, /* Folty in the first round of the dimensions, Julty in the second, and so on */
    COUNTERBALANCE_JULTY_LOW, /* always Folty */
    COUNTERBALANCE_COUNT
};

/* While a study is blind, nobody is shown how well people or models do. It ends by itself with the first of the rules that is met. */
struct blind_rule {
    bool    is_blind;
    int     stop_finished_sessions; /* live ones; 0: no such rule */
    int64_t stop_at_ms;             /* 0: no such rule */
};

struct study_settings {
    int                trial_count;     /* 120 category, 60 reward */
    int                practice_count;  /* pairs before the trials; reward only */
    int                feedback_ms;     /* how long the feedback is shown */
    int                blank_ms;        /* blank screen before the stimuli */
    int                image_height_px; /* on screen */
    bool               is_fullscreen_required;
    bool               allows_input[INPUT_COUNT];  /* by enum input_kind; at least one */
    int                comprehension_attempts_max; /* 0: as often as they like */
    struct pay_rule    pay;
    int                sessions_per_condition; /* active at the same time */
    int                absence_minutes;        /* without a sign of life for this long, a session is closed */
    char               completion_url[URL_BYTES];
    char               completion_code[CODE_BYTES];
    char               consent_text[TEXT_SETTING_BYTES]; /* paragraphs separated by empty lines */
    struct recruitment recruitment;
    int                dimension_count;
    int    dimensions[STUDY_DIMENSION_MAX]; /* of the generative representation, from 0; conditions take them in turn */
    int    bin_count;                       /* of equal width in (0, loading_max] */
    double loading_max;
    int    longest_run_of_category; /* trials with the same answer in a row; 0: no limit */
    enum counterbalance counterbalance;
    struct blind_rule   blind;
    int                 learner_count;
    struct learner_spec learners[STUDY_LEARNER_MAX]; /* what is fitted to every participant, on every representation */
};

void study_settings_default(enum task_kind task, struct study_settings *out);

/* Start from the defaults, then take the members of `json` (an object's text); the empty text gives the defaults. */
MUST_CHECK bool study_settings_read(enum task_kind task, struct span json, struct study_settings *out, struct err *err);

/* Every setting written out; reading it back gives the same settings. */
void study_settings_write(const struct study_settings *settings, struct text *out);

/* Whether its numbers are hidden at this time, with so many live sessions finished and apart from being unblinded. */
bool study_settings_hides(const struct study_settings *settings, int64_t finished_count, int64_t now_ms);

/* The way back for an outcome. Without a platform, `completion_url` and `completion_code` are that of a completed session. */
void study_settings_return(const struct study_settings *settings, enum outcome outcome, const struct arrival *arrival,
                           struct return_link *out);

/* The learner's side of a task. */
enum learner_task study_learner_task(enum task_kind task);

#endif
