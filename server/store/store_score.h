/* store_score.h - scores of representations on other benchmarks. */
#ifndef DINOLAB_STORE_STORE_SCORE_H
#define DINOLAB_STORE_STORE_SCORE_H

#include "store/store_material.h"

struct score_row {
    int64_t     representation_id;
    const char *representation; /* read only: its name; from the arena, as is the benchmark's */
    const char *family;         /* read only */
    const char *benchmark;      /* write: borrowed */
    double      score;
    int64_t     recorded_at_ms; /* write only */
};

/* Replaces the representation's score on this benchmark. */
MUST_CHECK bool store_score_put(struct store *store, const struct score_row *row, struct err *err);

/* Of the representations that a study fits: by benchmark, then in the study's order. */
MUST_CHECK bool store_study_scores(struct store *store, int64_t study_id, struct arena *arena, struct score_row **rows,
                                   int *count, struct err *err);

#endif
