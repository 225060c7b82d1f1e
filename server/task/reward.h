/* reward.h - reward learning: two images a trial, left (response 0) or right (response 1), each worth 0 to POINTS_MAX points.
 *
 * Called through the table in task.c and by condition.c. Pure; keeps nothing. */
#ifndef DINOLAB_TASK_REWARD_H
#define DINOLAB_TASK_REWARD_H

#include "task/task.h"

extern const struct comprehension_question REWARD_QUESTIONS[COMPREHENSION_QUESTION_COUNT];

struct score reward_score(const struct planned_trial *trial, int response, struct tally *tally);

/* base + max_bonus x max(0, (chance - regret) / chance), rounded half up once; base while no regret was possible. */
int64_t reward_pay_minor(const struct pay_rule *rule, const struct tally *tally);

/* Points of an image: its loading scaled so that `loading_min` is worth 0 and `loading_max` (larger) POINTS_MAX, rounded half up. */
int reward_points(double loading, double loading_min, double loading_max);

#endif
