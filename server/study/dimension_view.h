/* dimension_view.h - the pictures of a stimulus set along one dimension of a representation, in the bins that conditions are drawn from
 * (figure 1C of the paper), as JSON. Threads: a store per thread; reads the matrix's file. */
#ifndef DINOLAB_STUDY_DIMENSION_VIEW_H
#define DINOLAB_STUDY_DIMENSION_VIEW_H

#include "base/text.h"
#include "store/data_folder.h"
#include "store/store.h"

enum { DIMENSION_VIEW_LIMIT = 24, DIMENSION_VIEW_LIMIT_MAX = 1000 };

struct dimension_view {
    const char *set;
    const char *representation;
    int         dimension; /* from 0 */
    int         limit;     /* pictures of each bin; those that were chosen always */
    const char *study;     /* NULL: no condition's choice is marked */
    int         condition_number;
};

/* {"bins": [...], "out_of_range_count"} appended to `out`. Within a bin: what the condition chose, then a picture of each object, then
 * the rest, each from high to low. ERR_NOT_FOUND for a set, representation, dimension, or condition that is not there. */
MUST_CHECK bool dimension_view_json(struct store *store, const struct data_folder *folder, const struct dimension_view *view,
                                    struct text *out, struct err *err);

/* {"stimulus_sets": [...]} */
MUST_CHECK bool stimulus_sets_json(struct store *store, struct text *out, struct err *err);

#endif
