/* targets.h - parsers of other people's files, each as one function over bytes: what must hold whatever the bytes are.
 *
 * `make fuzz` lets libFuzzer look for bytes for which it does not; inputs that were ever found are kept in tests/fuzz/inputs/<target>
 * and run by tests/unit/fuzz in every `make test`. Files there are taken as they are; those that end with .hex are hexadecimal digits,
 * two a byte, white space between them as one likes. To add a target: a function here and its line in FUZZ_TARGETS. */
#ifndef DINOLAB_TESTS_FUZZ_TARGETS_H
#define DINOLAB_TESTS_FUZZ_TARGETS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fit/loglik_table.h"
#include "fit/trial_table.h"
#include "model/learner.h"
#include "model/matrix_text.h"
#include "model/npy.h"

#define FUZZ_TARGETS(ROW)                                                                                                        \
    ROW(npy)                                                                                                                     \
    ROW(matrix_text)                                                                                                             \
    ROW(learner_spec)                                                                                                            \
    ROW(reward_trials)                                                                                                           \
    ROW(category_trials)                                                                                                         \
    ROW(stimulus_list)                                                                                                           \
    ROW(loglik_table)

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

/* Bytes as a file in memory, for readers that take a path. */
enum { FUZZ_PATH_BYTES = 64 };

static inline int fuzz_file(const uint8_t *bytes, size_t byte_count, char path[FUZZ_PATH_BYTES])
{
    const int descriptor = memfd_create("fuzz", MFD_CLOEXEC);

    fuzz_must(descriptor >= 0 && write(descriptor, bytes, byte_count) == (ssize_t)byte_count);
    (void)snprintf(path, FUZZ_PATH_BYTES, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

static inline void fuzz_trials(enum learner_task task, const uint8_t *bytes, size_t byte_count)
{
    static const uint8_t IDS[] = "id\na\nb\nc\nd\n";
    struct stimulus_list stimuli;
    struct trial_table   table;
    struct err           err = {.message = ""};
    char                 ids_path[FUZZ_PATH_BYTES], path[FUZZ_PATH_BYTES];
    const int            ids  = fuzz_file(IDS, sizeof IDS - 1, ids_path);
    const int            file = fuzz_file(bytes, byte_count, path);

    fuzz_must(stimulus_list_read(&stimuli, ids_path, &err));
    if (!trial_table_read(&table, path, task, &stimuli, &err)) {
        fuzz_refused(&err, path);
    } else {
        fuzz_must(table.participant_count > 0 && table.first[table.participant_count] == table.trial_count);
        for (int i = 0; i < table.trial_count; i++) fuzz_must(table.choices[i] == 0 || table.choices[i] == 1);
        for (int i = 0; i < table.trial_count * table.image_count; i++)
            fuzz_must(table.images[i] >= 0 && table.images[i] < 4 && isfinite(table.targets[i]) != 0);
    }
    trial_table_close(&table);
    stimulus_list_close(&stimuli);
    (void)close(file);
    (void)close(ids);
}

static inline void fuzz_reward_trials(const uint8_t *bytes, size_t byte_count)
{
    fuzz_trials(LEARNER_TASK_REWARD, bytes, byte_count);
}

static inline void fuzz_category_trials(const uint8_t *bytes, size_t byte_count)
{
    fuzz_trials(LEARNER_TASK_CATEGORY, bytes, byte_count);
}

static inline void fuzz_stimulus_list(const uint8_t *bytes, size_t byte_count)
{
    struct stimulus_list stimuli;
    struct err           err = {.message = ""};
    char                 path[FUZZ_PATH_BYTES];
    const int            file = fuzz_file(bytes, byte_count, path);

    if (!stimulus_list_read(&stimuli, path, &err)) fuzz_refused(&err, path);
    stimulus_list_close(&stimuli);
    (void)close(file);
}

static inline void fuzz_loglik_table(const uint8_t *bytes, size_t byte_count)
{
    struct loglik_table table;
    struct err          err = {.message = ""};
    char                path[FUZZ_PATH_BYTES];
    const int           file = fuzz_file(bytes, byte_count, path);

    if (!loglik_table_read(&table, path, &err)) {
        fuzz_refused(&err, path);
    } else {
        for (int i = 0; i < table.participants.name_count * table.models.name_count; i++)
            fuzz_must(!isnan(table.sums[i]) && table.sums[i] < INFINITY);
    }
    loglik_table_close(&table);
    (void)close(file);
}

#endif
