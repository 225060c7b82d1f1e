/* targets.h - parsers of other people's files, each as one function over bytes: what must hold whatever the bytes are.
 *
 * `make fuzz` lets libFuzzer look for bytes for which it does not; inputs that were ever found are kept in tests/fuzz/inputs/<target>
 * and run by tests/unit/fuzz in every `make test`. Files there are taken as they are; those that end with .hex are hexadecimal digits,
 * two a byte, white space between them as one likes. To add a target: a function here and its line in FUZZ_TARGETS. */
#ifndef DINOLAB_TESTS_FUZZ_TARGETS_H
#define DINOLAB_TESTS_FUZZ_TARGETS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/learner.h"
#include "model/matrix_text.h"
#include "model/npy.h"

#define FUZZ_TARGETS(ROW)                                                                                                        \
    ROW(npy)                                                                                                                     \
    ROW(matrix_text)                                                                                                             \
    ROW(learner_spec)

/* Not assert: it must hold in every build. */
static inline void fuzz_must(bool holds)
{
    if (!holds) abort();
}

/* What is refused is bad input, told in a sentence that names the file. */
static inline void fuzz_refused(const struct err *err, const char *name)
{
    fuzz_must(err->kind == ERR_INVALID && strstr(err->message, name) != NULL);
}

static inline void fuzz_matrix(struct matrix *matrix)
{
    fuzz_must(matrix->row_count > 0 && matrix->column_count > 0);
    for (size_t i = 0; i < (size_t)matrix->row_count * (size_t)matrix->column_count; i++)
        fuzz_must(isfinite(matrix->values[i]) != 0);
    matrix_close(matrix);
}

static inline void fuzz_npy(const uint8_t *bytes, size_t byte_count)
{
    struct matrix matrix;
    struct err    err = {.message = ""};

    if (npy_read_bytes("file.npy", bytes, byte_count, &matrix, &err))
        fuzz_matrix(&matrix);
    else
        fuzz_refused(&err, "file.npy");
}

static inline void fuzz_matrix_text(const uint8_t *bytes, size_t byte_count)
{
    struct matrix matrix;
    struct err    err = {.message = ""};

    if (matrix_read_text("file.txt", (const char *)bytes, byte_count, &matrix, &err))
        fuzz_matrix(&matrix);
    else
        fuzz_refused(&err, "file.txt");
}

/* What is read has a canonical text that reads to the same again. */
static inline void fuzz_learner_spec(const uint8_t *bytes, size_t byte_count)
{
    char                text[2 * LEARNER_SPEC_BYTES] = "";
    struct learner_spec spec, again;
    struct err          err = {.message = ""};

    if (byte_count >= sizeof text) return;
    memcpy(text, bytes, byte_count);
    for (int task = LEARNER_TASK_CATEGORY; task <= LEARNER_TASK_REWARD; task++) {
        if (!learner_spec_read(text, (enum learner_task)task, &spec, &err)) {
            fuzz_must(err.kind == ERR_INVALID && err.message[0] != '\0');
            continue;
        }
        fuzz_must(learner_spec_read(spec.text, (enum learner_task)task, &again, &err));
        fuzz_must(strcmp(spec.text, again.text) == 0 && memcmp(spec.own, again.own, sizeof spec.own) == 0);
        fuzz_must(spec.standardize == again.standardize && spec.pca_count == again.pca_count);
    }
}

#endif
