/* condition_file.h - conditions written out by a researcher, as JSON.
 *
 *     {"conditions": [{"condition_number": 1, "dimension": 0, "high_dinosaur": "folty", "practice": [TRIAL...], "trials": [TRIAL...]}]}
 *     TRIAL of category learning: {"image": "cat_face", "category": "julty"}
 *     TRIAL of reward learning:   {"left_image": "cat_face", "right_image": "car", "left_points": 12, "right_points": 80}
 *
 * high_dinosaur (category only) may be absent: then Folty likes high loadings, as in the papers. practice (reward only) may be absent.
 * Numbers of conditions are unique, all conditions have the same number of trials, and no image comes twice in one condition,
 * practice included. Sentences of errors name the condition, the trial (from 0) and the reason.
 * For explicit sequences only; condition.h samples new ones. Pure but for its memory; threads: none. */
#ifndef DINOLAB_TASK_CONDITION_FILE_H
#define DINOLAB_TASK_CONDITION_FILE_H

#include "base/text.h"
#include "task/condition.h"

enum { CONDITION_FILE_CONDITION_MAX = 10000, CONDITION_FILE_TRIAL_MAX = 1000, CONDITION_FILE_DIMENSION_MAX = 100000 };

/* The row index of the image with this name in the study's stimulus set; -1 when there is none. */
typedef int (*condition_image_fn)(void *argument, const char *name);

struct explicit_condition {
    int              condition_number; /* >= 1 */
    int              dimension;        /* of the generative representation, from 0 */
    enum dinosaur    high_dinosaur;    /* category only */
    struct condition condition;        /* owned by the file */
};

struct condition_file {
    int                        count;
    struct explicit_condition *conditions; /* owned; in the order of the text */
};

/* ERR_INVALID for anything that is not a complete set of conditions of this task. */
MUST_CHECK bool condition_file_read(struct span text, enum task_kind task, condition_image_fn image, void *argument,
                                    struct condition_file *out, struct err *err);
void            condition_file_close(struct condition_file *file); /* accepts a zeroed or closed file */

#endif
