/* import_scores.h - scores of other benchmarks, from a csv with the columns representation, benchmark, score. */
#ifndef DINOLAB_STUDY_IMPORT_SCORES_H
#define DINOLAB_STUDY_IMPORT_SCORES_H

#include "base/text.h"
#include "store/store_score.h"

/* In the caller's transaction, all or none. `name` stands for the table in sentences. A score that is there already is replaced;
 * ERR_INVALID names the line: a representation that the set does not have, a score that is no finite number, a pair that comes twice. */
MUST_CHECK bool import_scores(struct store *store, const char *stimulus_set, const char *name, struct span csv, int64_t now_ms,
                              int *count, struct err *err);

#endif
