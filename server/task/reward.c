#include "task/reward.h"

#include <math.h>

#include "task/condition.h"

const struct comprehension_question REWARD_QUESTIONS[COMPREHENSION_QUESTION_COUNT] = {
    {"reward_goal", 1},
    {"reward_keys", 0},
    {"reward_points", 2},
};

struct score reward_score(const struct planned_trial *trial, int response, struct tally *tally)
{
    int          chosen = response == 1 ? trial->right_points : trial->left_points;
    int          other  = response == 1 ? trial->left_points : trial->right_points;
    struct score score  = {.is_correct = chosen >= other, .is_tie = chosen == other};

    tally->response_count++;
    if (!score.is_tie) {
        tally->scored_count++;
        if (score.is_correct) tally->correct_count++;
        tally->chance_regret_doubled += chosen > other ? chosen - other : other - chosen;
    }
    if (!score.is_correct) tally->regret += other - chosen;
    return score;
}

/* The number of responses cancels: (chance - regret) / chance = (D - 2 R) / D with D = chance_regret_doubled and R = regret, whole
 * numbers. max_bonus is taken apart as quotient x D + rest, so that no product leaves 64 bits and only one rounding is left. */
int64_t reward_pay_minor(const struct pay_rule *rule, const struct tally *tally)
{
    int64_t chance_doubled = tally->chance_regret_doubled;
    int64_t gain           = chance_doubled - 2 * tally->regret;
    int64_t quotient, rest;

    if (chance_doubled <= 0 || gain <= 0) return rule->base_minor;
    quotient = rule->max_bonus_minor / chance_doubled;
    rest     = rule->max_bonus_minor % chance_doubled;
    return rule->base_minor + quotient * gain + (2 * rest * gain + chance_doubled) / (2 * chance_doubled);
}

int reward_points(double loading, double loading_min, double loading_max)
{
    return (int)floor((double)POINTS_MAX * (loading - loading_min) / (loading_max - loading_min) + 0.5);
}
