/* published_condition.h - one condition file of the 2024 experiments, and whether an embedding says the same.
 *
 *     category: [{"stimulus": "stimuli/anvil/anvil_08n.jpg", "true_category": "Folty", ...}, ...]                one entry a trial
 *     reward:   {"arm_0_image": {"0": "stimuli/tool/tool_06s.jpg", ...}, "arm_0_reward": {"0": 100, ...},         a member a trial, from "0"
 *                "arm_1_image": {...}, "arm_1_reward": {...}, "reward_dimension": {"0": 0, ...}, ...}             arm 0 is left
 *
 * Members besides are passed over. Julty gets the low half, as in the papers; a category file does not say its dimension: it is that of its
 * number, (number - 1) mod 3. Sentences name the trial (from 0) and the image. Pure; threads: none. */
#ifndef DINOLAB_TASK_PUBLISHED_CONDITION_H
#define DINOLAB_TASK_PUBLISHED_CONDITION_H

#include "base/text.h"
#include "task/condition_file.h"

enum { PUBLISHED_NOT_THERE = -1, PUBLISHED_NOT_ONE = -2, PUBLISHED_DIMENSION_COUNT = 3 };

/* The row of the stimulus for stimuli/<object>/<file>.<ending>; or why there is none: no such, or several of the object and none of the file. */
typedef int (*published_image_fn)(void *argument, const char *object, const char *file);

/* The caller owns out->condition (condition_close), also after a failure. */
MUST_CHECK bool published_condition_read(struct span text, enum task_kind task, int number, published_image_fn image,
                                         void *argument, struct explicit_condition *out, struct err *err);

/* A stimulus as the check sees it, by row of the stimulus set. */
struct published_stimulus {
    const char *name;
    double      loading; /* on the condition's dimension */
};

/* Category: the halves of the loadings are the categories. Reward: loadings scaled from the smallest (0) to the largest (100) are the
 * points. ERR_INVALID names the first trial and image that are not so. */
MUST_CHECK bool published_condition_check(enum task_kind task, const struct explicit_condition *condition,
                                          const struct published_stimulus *stimuli, struct err *err);

/* As a member of "conditions" (condition_file.h). */
void published_condition_write(enum task_kind task, const struct explicit_condition *condition,
                               const struct published_stimulus *stimuli, struct text *out);

#endif
