#include "model/learner.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/learner_table.h"
#include "model/pca.h"
#include "model/prefix.h"

#define LEARNER_ROW(name) &name,
static const struct learner *const LEARNER_TABLE[] = {LEARNERS(LEARNER_ROW)};
#undef LEARNER_ROW

enum { LEARNER_COUNT = sizeof LEARNER_TABLE / sizeof LEARNER_TABLE[0] };

static const char *const TASK_NAMES[] = {[LEARNER_TASK_CATEGORY] = "category", [LEARNER_TASK_REWARD] = "reward"};

static const char *const STANDARDIZE_NAMES[] = {
    [LEARNER_STANDARDIZE_ONLINE] = "online",
    [LEARNER_STANDARDIZE_ALL]    = "all",
    [LEARNER_STANDARDIZE_NONE]   = "none",
};

enum { STANDARDIZE_COUNT = sizeof STANDARDIZE_NAMES / sizeof STANDARDIZE_NAMES[0], LIST_BYTES = 256 };

static bool standardize_read(const char *value, struct learner_spec *spec)
{
    for (int i = 0; i < STANDARDIZE_COUNT; i++) {
        if (strcmp(value, STANDARDIZE_NAMES[i]) != 0) continue;
        spec->standardize = (enum learner_standardize)i;
        return true;
    }
    return false;
}

static void standardize_write(const struct learner_spec *spec, char *out, size_t bytes)
{
    (void)snprintf(out, bytes, "%s", STANDARDIZE_NAMES[spec->standardize]);
}

const struct learner_option LEARNER_OPTION_STANDARDIZE = {
    .name  = "standardize",
    .legal = "online, all or none",
    .read  = standardize_read,
    .write = standardize_write,
};

static bool pca_read(const char *value, struct learner_spec *spec)
{
    int64_t count;

    if (!text_to_i64(value, 1, INT_MAX, &count)) return false;
    spec->pca_count = (int)count;
    return true;
}

static void pca_write(const struct learner_spec *spec, char *out, size_t bytes)
{
    if (spec->pca_count > 0) (void)snprintf(out, bytes, "%d", spec->pca_count);
}

const struct learner_option LEARNER_OPTION_PCA = {
    .name  = "pca",
    .legal = "a whole number of components from 1 on",
    .read  = pca_read,
    .write = pca_write,
};

/* Comma-separated names for a sentence; what does not fit is left off. */
static void list_add(char *list, const char *name)
{
    const size_t length = strlen(list);

    (void)snprintf(list + length, LIST_BYTES - length, "%s%s", length > 0 ? ", " : "", name);
}

static bool refuse_learner(const char *name, enum learner_task task, struct err *err)
{
    char list[LIST_BYTES] = "";

    for (int i = 0; i < LEARNER_COUNT; i++)
        if (LEARNER_TABLE[i]->task == task) list_add(list, LEARNER_TABLE[i]->name);
    return err_set(err, ERR_INVALID, "'%s' is not a learner of the %s task; there are: %s", name, TASK_NAMES[task], list);
}

static bool refuse_option(const struct learner *learner, const char *key, struct err *err)
{
    char list[LIST_BYTES] = "";

    for (int i = 0; i < LEARNER_OPTION_MAX && learner->options[i] != NULL; i++) list_add(list, learner->options[i]->name);
    return err_set(err, ERR_INVALID, "learner '%s' has no option '%s'; it has: %s", learner->name, key, list);
}

/* One "key=value", which is cut in two in place; `seen` has a place per option. */
static bool read_option(char *text, struct learner_spec *spec, bool *seen, struct err *err)
{
    const struct learner *learner = spec->learner;
    char                 *value   = strchr(text, '=');

    if (value == NULL)
        return err_set(err, ERR_INVALID, "learner '%s': option '%s' is not of the form key=value", learner->name, text);
    *value++ = '\0';
    for (int i = 0; i < LEARNER_OPTION_MAX && learner->options[i] != NULL; i++) {
        const struct learner_option *option = learner->options[i];

        if (strcmp(text, option->name) != 0) continue;
        if (seen[i]) return err_set(err, ERR_INVALID, "learner '%s': option '%s' is given twice", learner->name, text);
        seen[i] = true;
        if (option->read(value, spec)) return true;
        return err_set(err, ERR_INVALID, "learner '%s': %s is %s, not '%s'", learner->name, option->name, option->legal, value);
    }
    return refuse_option(learner, text, err);
}

static void write_canonical(struct learner_spec *spec)
{
    size_t length = (size_t)snprintf(spec->text, sizeof spec->text, "%s", spec->learner->name);

    for (int i = 0; i < LEARNER_OPTION_MAX && spec->learner->options[i] != NULL; i++) {
        const struct learner_option *option                    = spec->learner->options[i];
        char                         value[LEARNER_SPEC_BYTES] = "";

        option->write(spec, value, sizeof value);
        if (value[0] == '\0') continue;
        length += (size_t)snprintf(spec->text + length, sizeof spec->text - length, ":%s=%s", option->name, value);
    }
}

bool learner_spec_read(const char *text, enum learner_task task, struct learner_spec *out, struct err *err)
{
    char                copy[LEARNER_SPEC_BYTES];
    char               *rest                     = copy;
    char               *name                     = NULL;
    bool                seen[LEARNER_OPTION_MAX] = {false};
    struct learner_spec spec                     = {0};

    if (strlen(text) >= sizeof copy)
        return err_set(err, ERR_INVALID, "a learner's text has at most %d characters", LEARNER_SPEC_BYTES - 1);
    memcpy(copy, text, strlen(text) + 1);
    name = strsep(&rest, ":");
    for (int i = 0; i < LEARNER_COUNT; i++)
        if (LEARNER_TABLE[i]->task == task && strcmp(LEARNER_TABLE[i]->name, name) == 0) spec.learner = LEARNER_TABLE[i];
    if (spec.learner == NULL) return refuse_learner(name, task, err);
    while (rest != NULL)
        if (!read_option(strsep(&rest, ":"), &spec, seen, err)) return false;
    write_canonical(&spec);
    *out = spec;
    return true;
}

bool learner_needs_all_targets(const struct learner_spec *spec)
{
    return spec->learner->needs_all_targets != NULL && spec->learner->needs_all_targets(spec);
}

bool learner_looks_ahead(const struct learner_spec *spec)
{
    if (spec->learner->ignores_features) return false;
    return spec->standardize == LEARNER_STANDARDIZE_ALL || spec->pca_count > 0 || learner_needs_all_targets(spec);
}

bool learner_is_for_studies(const struct learner_spec *spec)
{
    return spec->learner->is_for_comparison_only == NULL || !spec->learner->is_for_comparison_only(spec);
}

const char *learner_name(const struct learner *learner)
{
    return learner->name;
}

const char *learner_name_at(enum learner_task task, int position)
{
    for (int i = 0; i < LEARNER_COUNT; i++)
        if (LEARNER_TABLE[i]->task == task && position-- == 0) return LEARNER_TABLE[i]->name;
    return NULL;
}

const char *learner_default(enum learner_task task)
{
    const char *name = learner_name_at(task, 0);

    if (name == NULL) abort(); /* a task without a learner is a mistake in the table */
    return name;
}

static bool check_trials(const struct learner_spec *spec, const struct learner_trials *trials, struct err *err)
{
    if (spec->learner->task != trials->task)
        return err_set(err, ERR_INVALID, "learner '%s' is for the %s task, the trials are of the %s task", spec->learner->name,
                       TASK_NAMES[spec->learner->task], TASK_NAMES[trials->task]);
    if (trials->trial_count < 1 || trials->feature_count < 1 || trials->feature_count > INT_MAX / 2 ||
        trials->trial_count > INT_MAX / prefix_rows_per_trial(trials->task))
        return err_set(err, ERR_INVALID, "a learner cannot work on %d trials with %d features", trials->trial_count,
                       trials->feature_count);
    return true;
}

static void reduced_free(struct learner_trials *reduced)
{
    if (reduced != NULL) free((double *)reduced->features);
    free(reduced);
}

/* The first min(count, rows - 1, features) principal components of the condition's images; targets stay those of `trials`. */
static struct learner_trials *reduced_new(const struct learner_trials *trials, int count, struct err *err)
{
    const int              row_count = trials->trial_count * prefix_rows_per_trial(trials->task);
    struct learner_trials *reduced   = malloc(sizeof *reduced);
    double                *scores    = NULL;

    if (count > row_count - 1) count = row_count - 1;
    if (count > trials->feature_count) count = trials->feature_count;
    if (count < 1) count = 1; /* a single image: its one score is 0 */
    scores = calloc((size_t)row_count * (size_t)count, sizeof *scores);
    if (reduced == NULL || scores == NULL) {
        err_no_memory(err);
        goto fail;
    }
    if (row_count > 1 && !pca_scores(trials->features, row_count, trials->feature_count, count, scores, err)) goto fail;
    *reduced               = *trials;
    reduced->features      = scores;
    reduced->feature_count = count;
    return reduced;
fail:
    free(scores);
    free(reduced);
    return NULL;
}

struct learner_run *learner_run_new(const struct learner_spec *spec, const struct learner_trials *trials, struct err *err)
{
    struct learner_trials *reduced = NULL;
    struct learner_run    *run     = NULL;

    if (!check_trials(spec, trials, err)) return NULL;
    if (spec->pca_count > 0 && !spec->learner->ignores_features) {
        reduced = reduced_new(trials, spec->pca_count, err);
        if (reduced == NULL) return NULL;
    }
    run = spec->learner->run_new(spec, reduced != NULL ? reduced : trials, trials, err);
    if (run == NULL) {
        reduced_free(reduced);
        return NULL;
    }
    run->learner = spec->learner;
    run->spec    = *spec;
    run->trials  = reduced != NULL ? reduced : trials;
    run->reduced = reduced;
    return run;
}

void learner_run_free(struct learner_run *run)
{
    struct learner_trials *reduced;

    if (run == NULL) return;
    reduced = run->reduced;
    run->learner->run_free(run);
    reduced_free(reduced);
}

void learner_run_value(struct learner_run *run, int trial_index, struct learner_value *out)
{
    assert(trial_index >= 0 && trial_index < run->trials->trial_count);
    run->learner->run_value(run, trial_index, out);
}
