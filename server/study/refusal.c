#include "study/refusal.h"

struct refusal_row {
    const char   *name;
    enum err_kind kind;
    const char   *sentence;
    int           outcome; /* enum outcome; -1: none */
};

static const struct refusal_row REFUSALS[REFUSAL_COUNT] = {
    [REFUSAL_NONE]                 = {"", ERR_INTERNAL, "", -1},
    [REFUSAL_CLOSED]               = {"closed", ERR_CONFLICT, "this study is not open", OUTCOME_QUOTA_FULL},
    [REFUSAL_NOT_YET]              = {"not_yet", ERR_CONFLICT, "this study has not begun yet", OUTCOME_QUOTA_FULL},
    [REFUSAL_OVER]                 = {"over", ERR_CONFLICT, "this study is over", OUTCOME_QUOTA_FULL},
    [REFUSAL_FULL]                 = {"full", ERR_FULL, "this study is full at the moment", OUTCOME_QUOTA_FULL},
    [REFUSAL_SCREENED_OUT]         = {"screened_out", ERR_CONFLICT, "this study needs other participants", OUTCOME_SCREENED_OUT},
    [REFUSAL_EXCLUDED]             = {"excluded", ERR_CONFLICT, "who took part in an earlier study cannot take part in this one",
                                      OUTCOME_SCREENED_OUT},
    [REFUSAL_FAILED_COMPREHENSION] = {"failed_comprehension", ERR_GONE, "the questions about the instructions were not passed",
                                      OUTCOME_FAILED_COMPREHENSION},
    [REFUSAL_RETURNING] = {"returning", ERR_CONFLICT, "this person has begun this study already and cannot go on or begin again",
                           -1},
    [REFUSAL_FINISHED]  = {"finished", ERR_CONFLICT, "this person has finished this study already", -1},
    [REFUSAL_PREVIEW]   = {"preview", ERR_CONFLICT, "the task must be accepted before it can be begun", -1},
    [REFUSAL_NO_ID] = {"no_id", ERR_CONFLICT, "this link does not say who you are; open the study from where you found it", -1},
    [REFUSAL_CONSENT_CHANGED] = {"consent_changed", ERR_CONFLICT, "the consent text has changed; read it again", -1},
};

const char *refusal_name(enum refusal refusal)
{
    return REFUSALS[refusal].name;
}

bool refusal_describe(enum refusal refusal, enum outcome *outcome, struct err *err)
{
    const struct refusal_row *row = &REFUSALS[refusal];

    err_set(err, row->kind, "%s", row->sentence);
    if (row->outcome >= 0) *outcome = (enum outcome)row->outcome;
    return row->outcome >= 0;
}
