/* store_representation.h - what is known of representations beyond their names, which one a study's conditions come from, and what
 * they are like. The first two are facts; metrics can be thrown away and computed again. */
#ifndef DINOLAB_STORE_STORE_REPRESENTATION_H
#define DINOLAB_STORE_STORE_REPRESENTATION_H

#include "store/store_material.h"

/* --- facts --- */

struct representation_facts {
    const char *size_class; /* NULL: nothing was said; write: borrowed; read: from the arena. So are the other texts */
    const char *loss;
    int64_t     parameter_count; /* 0: nothing was said */
    int64_t     training_image_count;
    int64_t     baseline_id; /* the representation that this is a changed version of; 0: none */
    const char *aligned_by;
    const char *baseline_name; /* read only */
};

/* Those that are given; the others stay. */
MUST_CHECK bool store_representation_set_facts(struct store *store, int64_t representation_id,
                                               const struct representation_facts *facts, struct err *err);

/* Of the representations that a study fits, in the order of store_study_representations. */
MUST_CHECK bool store_study_representation_facts(struct store *store, int64_t study_id, struct arena *arena,
                                                 struct representation_facts **rows, int *count, struct err *err);

/* The representation that the study's conditions were made from. It need not be one that the study fits. */
MUST_CHECK bool store_study_set_generative(struct store *store, int64_t study_id, int64_t representation_id, struct err *err);

struct generative_row {
    int64_t            representation_id; /* 0: the study does not say; the hash means nothing then */
    struct secret_hash matrix_sha256;
    char               name[NAME_BYTES];
};
MUST_CHECK bool store_study_generative(struct store *store, int64_t study_id, struct generative_row *out, struct err *err);

/* --- metrics --- */

/* A number, or why there is none. */
struct stored_metric {
    double      value;
    const char *reason; /* NULL: there is a value; write: borrowed; read: from the arena */
};

struct metric_row {
    struct secret_hash   content_key;
    int                  revision; /* of the program's metrics */
    struct secret_hash   matrix_sha256;
    struct stored_metric class_separation;
    struct stored_metric cka;
    struct stored_metric intrinsic_dimension;
    double               compute_ms;
    int64_t              computed_at_ms;
};

/* `generative_sha256` NULL: the study does not say which. */
void store_metric_key(const struct secret_hash *matrix_sha256, const struct secret_hash *set_sha256,
                      const struct secret_hash *generative_sha256, int revision, struct secret_hash *out);

/* Replaces; rows of other revisions go. */
MUST_CHECK bool store_metric_put(struct store *store, const struct metric_row *row, struct err *err);
MUST_CHECK bool store_metric_get(struct store *store, const struct secret_hash *content_key, struct arena *arena,
                                 struct metric_row *out, bool *is_found, struct err *err);
MUST_CHECK bool store_metric_delete_all(struct store *store, struct err *err);

#endif
