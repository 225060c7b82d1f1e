/* category.h - category learning: one image a trial, delivered to Julty (response 1) or Folty (response 0).
 *
 * Called through the table in task.c and by condition.c. Pure; keeps nothing. */
#ifndef DINOLAB_TASK_CATEGORY_H
#define DINOLAB_TASK_CATEGORY_H

#include "base/rng.h"
#include "task/task.h"

extern const struct comprehension_question CATEGORY_QUESTIONS[COMPREHENSION_QUESTION_COUNT];

struct score category_score(const struct planned_trial *trial, int response, struct tally *tally);

/* base + per_correct x correct deliveries. */
int64_t category_pay_minor(const struct pay_rule *rule, const struct tally *tally);

/* Mark which of `count` loadings (even, > 0) lie above their median: half of them. False, and no such half, when the two middle
 * loadings are equal. `scratch` has room for `count`. */
MUST_CHECK bool category_split(const double *loadings, int count, double *scratch, bool *is_high);

/* An order of the images in which no more than `longest_run` of one half follow each other (half of `count` are high); 0: as they are.
 * Each next image is of a half with the chance of how many of it are left, unless that half's run is full or the rest could not be
 * arranged any more; within a half the order stays. */
void category_order(const bool *is_high, int count, int longest_run, struct rng *rng, int *order);

#endif
