/* cost_selection.h - how a penalised logistic learner comes by its cost C: the option `selection` and the 17 candidates.
 *
 * In a spec the choice is own[0]: 0 is the learner's default, a positive number is the cost itself. With `training_accuracy`, the
 * papers' way, the cost is the first of the candidates with the most images of the whole condition on their right side, fitted to
 * all of them, z-scored by all of them, before any pca: it looks ahead. Pure; threads: none. */
#ifndef DINOLAB_MODEL_COST_SELECTION_H
#define DINOLAB_MODEL_COST_SELECTION_H

#include "model/learner.h"
#include "model/prefix.h"

enum { COST_SELECTION_COUNT = 17 };

extern const double COST_SELECTION_COSTS[COST_SELECTION_COUNT]; /* ascending */
extern const double COST_SELECTION_TRAINING_ACCURACY;           /* in own[0]; negative */

/* `training_accuracy` or a number from 1e-6 to 1e6; false for anything else. */
bool cost_selection_read(const char *value, struct learner_spec *spec);

/* The canonical text; `fallback` stands for the default. */
void cost_selection_write(const struct learner_spec *spec, const char *fallback, char *out, size_t bytes);

bool cost_selection_needs_all_targets(const struct learner_spec *spec);

/* Until both categories are among the training rows nothing is fitted and the prediction is one half. */
bool cost_selection_has_both_categories(const struct prefix_view *view);

/* All rows of the condition as training rows, from a prefix made with LEARNER_STANDARDIZE_ALL. Borrowed as from prefix_at. */
struct prefix_view cost_selection_all_rows(struct prefix *prefix, const struct learner_trials *trials);

/* How many rows are on their right side: Julty where the logit is above 0, Folty at 0 and below. */
int cost_selection_right_count(const double *logits, const double *targets, int row_count);

#endif
