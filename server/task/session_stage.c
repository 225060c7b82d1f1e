#include "task/session_stage.h"

static const char *const STAGE_NAMES[STAGE_COUNT] = {
    [STAGE_INSTRUCTIONS] = "instructions",   [STAGE_PRACTICE] = "practice", [STAGE_TRIALS] = "trials",
    [STAGE_QUESTIONNAIRE] = "questionnaire", [STAGE_FINISH] = "finish",     [STAGE_FINISHED] = "finished",
};

enum session_stage session_stage(const struct session_progress *progress)
{
    if (progress->is_finished) return STAGE_FINISHED;
    if (!progress->has_passed_comprehension) return STAGE_INSTRUCTIONS;
    if (progress->practice_answered < progress->practice_planned) return STAGE_PRACTICE;
    if (progress->trials_answered < progress->trials_planned) return STAGE_TRIALS;
    return progress->has_questionnaire ? STAGE_FINISH : STAGE_QUESTIONNAIRE;
}

const char *session_stage_name(enum session_stage stage)
{
    return STAGE_NAMES[stage];
}
