/* session_stage.h - where a participant is, derived from what is stored; no state of its own. Pure. */
#ifndef DINOLAB_TASK_SESSION_STAGE_H
#define DINOLAB_TASK_SESSION_STAGE_H

#include <stdbool.h>

enum session_stage {
    STAGE_INSTRUCTIONS, /* instructions and comprehension questions */
    STAGE_PRACTICE,
    STAGE_TRIALS,
    STAGE_QUESTIONNAIRE,
    STAGE_FINISH, /* everything is stored; only the finish is missing */
    STAGE_FINISHED,
    STAGE_COUNT
};

struct session_progress {
    bool has_passed_comprehension;
    int  practice_planned;
    int  practice_answered;
    int  trials_planned;
    int  trials_answered;
    bool has_questionnaire;
    bool is_finished;
};

enum session_stage session_stage(const struct session_progress *progress);
const char        *session_stage_name(enum session_stage stage); /* "instructions", ... */

#endif
