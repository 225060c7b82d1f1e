/* reference.h - expected values of other programs, kept in tests/model_reference, and the made-up conditions they belong to.
 *
 * A file of expected values is CSV: comment lines with '#' name program and version, then one header line, then numbers and words.
 * The conditions are those of tests/model_reference/fixture.py, number for number; see there. */
#ifndef DINOLAB_TESTS_MODEL_REFERENCE_H
#define DINOLAB_TESTS_MODEL_REFERENCE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/learner.h"

static inline double reference_uniform(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static inline double reference_bell(uint64_t *state)
{
    double sum = 0.0;

    for (int i = 0; i < 4; i++) sum += reference_uniform(state);
    return sum - 2.0;
}

/* features and targets are malloc'ed; free them with reference_condition_close. */
static inline void reference_condition(enum learner_task task, const char *kind, int trial_count, int feature_count,
                                       uint64_t seed, struct learner_trials *out)
{
    const int rows     = trial_count * (task == LEARNER_TASK_REWARD ? 2 : 1);
    double   *features = calloc((size_t)rows * (size_t)feature_count, sizeof *features);
    double   *targets  = calloc((size_t)rows, sizeof *targets);

    if (features == NULL || targets == NULL) abort();
    for (int i = 0; i < rows; i++) {
        double *row = features + (size_t)i * (size_t)feature_count;
        double  score;

        for (int j = 0; j < feature_count; j++) row[j] = reference_bell(&seed);
        score      = 2.0 * row[0] - (feature_count > 1 ? row[1] : 0.0) + 0.5 * reference_bell(&seed);
        targets[i] = task == LEARNER_TASK_REWARD                     ? floor(50.0 + 12.0 * score + 0.5)
                     : strcmp(kind, "one_class") == 0 || score > 0.0 ? 1.0
                                                                     : 0.0;
        for (int j = 0; strcmp(kind, "constant") == 0 && j < feature_count; j += 3) row[j] = 3.0;
        for (int j = 0; strcmp(kind, "offset") == 0 && j < feature_count; j++) row[j] += 100.0;
        if (strcmp(kind, "identical") == 0 && i >= 6)
            memcpy(row, features + (size_t)(i % 6) * (size_t)feature_count, (size_t)feature_count * sizeof *row);
    }
    *out = (struct learner_trials){task, trial_count, feature_count, features, targets};
}

static inline void reference_condition_close(struct learner_trials *trials)
{
    free((double *)trials->features);
    free((double *)trials->targets);
}

/* The next line of expected values without its newline; comments and the header (the first other line) are passed over. The path is
 * relative to the top of the project, where the tests run. */
struct reference_file {
    FILE *file;
    bool  has_header;
};

static inline void reference_open(struct reference_file *reference, const char *path)
{
    *reference = (struct reference_file){.file = fopen(path, "r")};
    if (reference->file == NULL) {
        perror(path);
        abort();
    }
}

static inline bool reference_line(struct reference_file *reference, char *line, int bytes)
{
    while (fgets(line, bytes, reference->file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#') continue;
        if (reference->has_header) return true;
        reference->has_header = true;
    }
    return false;
}

static inline void reference_close(struct reference_file *reference)
{
    (void)fclose(reference->file);
}

#endif
