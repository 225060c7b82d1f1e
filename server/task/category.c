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

/* What is left to be arranged, and the run that it goes on from. */
struct run {
    int  left[2]; /* low, high */
    int  length;  /* of the present run */
    bool is_high; /* its half */
};

/* Of the run's own half as many fit as its rest and the gaps behind each of the other half hold; of the other half as many as the gaps. */
static bool can_end(const struct run *run, int longest)
{
    int own   = run->left[run->is_high];
    int other = run->left[!run->is_high];

    return own <= longest - run->length + other * longest && other <= longest * (own + 1);
}

static struct run step(const struct run *run, bool is_high)
{
    struct run next = {{run->left[0], run->left[1]}, run->length > 0 && run->is_high == is_high ? run->length + 1 : 1, is_high};

    next.left[is_high]--;
    return next;
}

static bool is_possible(const struct run *run, bool is_high, int longest)
{
    struct run next = step(run, is_high);

    return run->left[is_high] > 0 && next.length <= longest && can_end(&next, longest);
}

void category_order(const bool *is_high, int count, int longest_run, struct rng *rng, int *order)
{
    struct run run     = {0};
    int        next[2] = {0, 0}; /* where the next of each half is looked for */

    for (int i = 0; i < count; i++) order[i] = i;
    if (longest_run == 0) return;
    for (int i = 0; i < count; i++) run.left[is_high[i]]++;
    for (int i = 0; i < count; i++) {
        bool wants_high = rng_below(rng, (uint64_t)(run.left[0] + run.left[1])) < (uint64_t)run.left[1];
        bool takes_high = is_possible(&run, wants_high, longest_run) ? wants_high : !wants_high;
        int *at         = &next[takes_high];

        while (is_high[*at] != takes_high) (*at)++;
        order[i] = (*at)++;
        run      = step(&run, takes_high);
    }
}
