/* candidates.h - made-up stimuli for the tests of the sampler; include after cmocka.h. */
#ifndef DINOLAB_TESTS_CANDIDATES_H
#define DINOLAB_TESTS_CANDIDATES_H

#include "task/condition.h"

enum { TRIALS_CATEGORY = 120, TRIALS_REWARD = 60, PRACTICE = 3, SEED_COUNT = 200, CANDIDATE_MAX = 4000 };

struct material {
    int              count;
    struct candidate candidates[CANDIDATE_MAX];
};

static inline void material_add(struct material *material, int object, double loading)
{
    assert_true(material->count < CANDIDATE_MAX);
    material->candidates[material->count++] = (struct candidate){object, loading};
}

/* 500 objects with 1 to 4 pictures each: near one another, so that many objects are in two bins; some lie outside (0, 2]. */
static inline struct material *rich_material(void)
{
    struct material *material = test_calloc(1, sizeof *material);
    struct rng       rng;

    rng_init(&rng, 11);
    for (int object = 0; object < 500; object++) {
        double centre        = 2.3 * rng_uniform(&rng) - 0.1;
        int    picture_count = 1 + (int)rng_below(&rng, 4);

        for (int i = 0; i < picture_count; i++) material_add(material, 7 * object - 100, centre + 0.2 * rng_normal(&rng));
    }
    return material;
}

/* `per_bin` objects with one picture in each bin, spread over its lower half, so that points are left for practice. */
static inline void add_full_bins(struct material *material, int per_bin, int first_object)
{
    for (int i = 0; i < CONDITION_BIN_COUNT * per_bin; i++)
        material_add(material, first_object + i,
                     0.4 * (i % CONDITION_BIN_COUNT) + 0.2 * (i / CONDITION_BIN_COUNT + 1) / (per_bin + 1));
}

/* The edges written out, so that the test does not share the sampler's arithmetic. */
static inline int bin_of(double loading)
{
    static const double EDGES[] = {0.0, 0.4, 0.8, 1.2, 1.6, 2.0};

    for (int bin = 0; bin < CONDITION_BIN_COUNT; bin++)
        if (loading > EDGES[bin] && loading <= EDGES[bin + 1]) return bin;
    return CONDITION_BIN_COUNT;
}

static inline struct condition_settings settings_of(enum task_kind task, uint64_t seed)
{
    struct condition_settings settings = {.task          = task,
                                          .trial_count   = task == TASK_CATEGORY ? TRIALS_CATEGORY : TRIALS_REWARD,
                                          .high_dinosaur = seed % 2 == 0 ? DINOSAUR_JULTY : DINOSAUR_FOLTY,
                                          .seed          = seed};

    if (task == TASK_REWARD) settings.practice_count = PRACTICE;
    return settings;
}

#endif
