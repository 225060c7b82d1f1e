#include "task/task.h"

#include <assert.h>
#include <string.h>

#include "task/category.h"
#include "task/reward.h"

struct task_row {
    const char                          *name;
    const struct comprehension_question *questions;
    struct score (*score)(const struct planned_trial *trial, int response, struct tally *tally);
    int64_t (*pay_minor)(const struct pay_rule *rule, const struct tally *tally);
};

static const struct task_row TASKS[] = {
    [TASK_CATEGORY] = {"category", CATEGORY_QUESTIONS, category_score, category_pay_minor},
    [TASK_REWARD]   = {"reward", REWARD_QUESTIONS, reward_score, reward_pay_minor},
};
_Static_assert(sizeof TASKS / sizeof TASKS[0] == TASK_KIND_COUNT, "a task has no row");

static const char *const DINOSAUR_NAMES[] = {[DINOSAUR_FOLTY] = "folty", [DINOSAUR_JULTY] = "julty"};

const char *task_name(enum task_kind kind)
{
    return TASKS[kind].name;
}

bool task_from_name(const char *name, enum task_kind *out)
{
    for (int i = 0; i < TASK_KIND_COUNT; i++) {
        if (strcmp(name, TASKS[i].name) != 0) continue;
        *out = (enum task_kind)i;
        return true;
    }
    return false;
}

const char *dinosaur_name(enum dinosaur dinosaur)
{
    return DINOSAUR_NAMES[dinosaur];
}

bool dinosaur_from_name(const char *name, enum dinosaur *out)
{
    for (int i = 0; i < CHOICE_COUNT; i++) {
        if (strcmp(name, DINOSAUR_NAMES[i]) != 0) continue;
        *out = (enum dinosaur)i;
        return true;
    }
    return false;
}

struct score task_score(enum task_kind kind, const struct planned_trial *trial, int response, struct tally *tally)
{
    assert(response >= 0 && response < CHOICE_COUNT);
    return TASKS[kind].score(trial, response, tally);
}

int64_t task_pay_minor(enum task_kind kind, const struct pay_rule *rule, const struct tally *tally)
{
    return TASKS[kind].pay_minor(rule, tally);
}

const struct comprehension_question *task_comprehension(enum task_kind kind)
{
    return TASKS[kind].questions;
}
