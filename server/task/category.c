#include "task/category.h"

#include <stdlib.h>
#include <string.h>

const struct comprehension_question CATEGORY_QUESTIONS[COMPREHENSION_QUESTION_COUNT] = {
    {"category_goal", 1},
    {"category_keys", 0},
    {"category_likes", 2},
};

struct score category_score(const struct planned_trial *trial, int response, struct tally *tally)
{
    struct score score = {.is_correct = response == (int)trial->category, .is_tie = false};

    tally->response_count++;
    tally->scored_count++;
    if (score.is_correct) tally->correct_count++;
    return score;
}

int64_t category_pay_minor(const struct pay_rule *rule, const struct tally *tally)
{
    return rule->base_minor + rule->per_correct_minor * tally->correct_count;
}

static int compare_loadings(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

bool category_split(const double *loadings, int count, double *scratch, bool *is_high)
{
    memcpy(scratch, loadings, (size_t)count * sizeof *loadings);
    qsort(scratch, (size_t)count, sizeof *scratch, compare_loadings);
    for (int i = 0; i < count; i++) is_high[i] = loadings[i] >= scratch[count / 2];
    return scratch[count / 2 - 1] < scratch[count / 2];
}
