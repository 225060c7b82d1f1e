/* representation_list.h - the representations of a study: what is known of each and what it is like, as far as it was measured. */
#ifndef DINOLAB_STUDY_REPRESENTATION_LIST_H
#define DINOLAB_STUDY_REPRESENTATION_LIST_H

#include "store/store_representation.h"
#include "study/study_catalog.h"

struct representation_entry {
    struct representation_row   row;
    struct representation_facts facts;
    bool                        is_generative; /* the study's conditions were made from it */
    bool                        is_measured;   /* false: the metrics are still to be computed and mean nothing */
    struct stored_metric        class_separation;
    struct stored_metric        class_separation_paper;
    struct stored_metric        cka;
    struct stored_metric        intrinsic_dimension;
};

/* In the study's order; all in `arena`. */
MUST_CHECK bool representation_list_load(struct store *store, const struct study *study, struct arena *arena,
                                         struct representation_entry **out, int *count, struct err *err);

#endif
