/* category.h - category learning: one image a trial, delivered to Julty (response 1) or Folty (response 0).
 *
 * Called through the table in task.c and by condition.c. Pure; keeps nothing. */
#ifndef DINOLAB_TASK_CATEGORY_H
#define DINOLAB_TASK_CATEGORY_H

#include "task/task.h"

extern const struct comprehension_question CATEGORY_QUESTIONS[COMPREHENSION_QUESTION_COUNT];

struct score category_score(const struct planned_trial *trial, int response, struct tally *tally);

/* base + per_correct x correct deliveries. */
int64_t category_pay_minor(const struct pay_rule *rule, const struct tally *tally);

/* Mark which of `count` loadings (even, > 0) lie above their median: half of them. False, and no such half, when the two middle
 * loadings are equal. `scratch` has room for `count`. */
MUST_CHECK bool category_split(const double *loadings, int count, double *scratch, bool *is_high);

#endif
