#include "live/metric_rebuild.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live/metric_work.h"

enum { SENTENCE_BYTES = 512 };

#define METRIC_TOLERANCE 1e-9 /* relative */

struct metric_walk {
    const struct rebuild   *rebuild;
    struct rebuild_counts  *counts;
    const struct study_row *row;
    struct metric_study     study;
    struct arena           *arena; /* of the study */
};

static void problem(const struct metric_walk *walk, int index, const char *what)
{
    char sentence[SENTENCE_BYTES];

    (void)snprintf(sentence, sizeof sentence, "study '%s', metrics of %s: %s", walk->row->slug,
                   walk->study.representations[index].name, what);
    walk->counts->problem_count++;
    if (walk->rebuild->problem != NULL) walk->rebuild->problem(walk->rebuild->argument, sentence);
}

static bool compute(const struct metric_walk *walk, int index, struct metric_row *out)
{
    struct err err;

    if (metric_compute(&walk->study, index, walk->rebuild->store, walk->rebuild->folder, walk->rebuild->clock, NULL, NULL, out,
                       &err)) {
        walk->counts->metric_count++;
        return true;
    }
    problem(walk, index, err.message);
    return false;
}

static bool put(const struct metric_walk *walk, int index, const struct metric_row *stored, struct err *err)
{
    struct store     *store = walk->rebuild->store;
    struct metric_row row;

    if (stored != NULL || !compute(walk, index, &row)) return true; /* of another study, with the same content */
    if (!store_begin(store, err)) return false;
    if (store_metric_put(store, &row, err) && store_commit(store, err)) return true;
    store_rollback(store);
    return false;
}

static const char *or_number(const char *reason)
{
    return reason != NULL ? reason : "a number";
}

static void compare_metric(const struct metric_walk *walk, int index, const char *name, const struct stored_metric *stored,
                           const struct stored_metric *now)
{
    char what[SENTENCE_BYTES / 2];

    if (stored->reason == NULL && now->reason == NULL) {
        if (fabs(stored->value - now->value) <= METRIC_TOLERANCE * fmax(fabs(stored->value), fabs(now->value))) return;
        (void)snprintf(what, sizeof what, "%s %.17g is stored, %.17g comes out", name, stored->value, now->value);
    } else {
        if (strcmp(or_number(stored->reason), or_number(now->reason)) == 0) return;
        (void)snprintf(what, sizeof what, "%s: '%s' is stored, '%s' comes out", name, or_number(stored->reason),
                       or_number(now->reason));
    }
    problem(walk, index, what);
}

static bool compare(const struct metric_walk *walk, int index, const struct metric_row *stored, struct err *err)
{
    struct metric_row now;

    (void)err;
    if (stored == NULL || !compute(walk, index, &now)) return true;
    if (memcmp(stored->matrix_sha256.bytes, now.matrix_sha256.bytes, sizeof now.matrix_sha256.bytes) != 0)
        problem(walk, index, "the stored numbers are of another matrix");
    compare_metric(walk, index, "class_separation", &stored->class_separation, &now.class_separation);
    compare_metric(walk, index, "cka", &stored->cka, &now.cka);
    compare_metric(walk, index, "intrinsic_dimension", &stored->intrinsic_dimension, &now.intrinsic_dimension);
    return true;
}

typedef bool (*metric_fn)(const struct metric_walk *walk, int index, const struct metric_row *stored, struct err *err);

static bool walk_study(struct metric_walk *walk, metric_fn visit, struct err *err)
{
    struct store *store = walk->rebuild->store;

    if (!metric_study_load(store, walk->row, walk->arena, &walk->study, err)) return false;
    for (int i = 0; i < walk->study.representation_count; i++) {
        struct secret_hash key;
        struct metric_row  stored;
        bool               is_there;

        metric_study_key(&walk->study, i, &key);
        if (!store_metric_get(store, &key, walk->arena, &stored, &is_there, err)) return false;
        if (!visit(walk, i, is_there ? &stored : NULL, err)) return false;
    }
    return true;
}

static bool walk_all(const struct rebuild *rebuild, struct rebuild_counts *counts, metric_fn visit, struct err *err)
{
    struct metric_walk walk  = {.rebuild = rebuild, .counts = counts};
    struct study_row  *rows  = NULL;
    int                count = 0;
    struct arena       arena;
    bool               ok;

    arena_init(&arena);
    ok = store_studies(rebuild->store, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++) {
        struct arena of_study;

        arena_init(&of_study);
        walk.row   = &rows[i];
        walk.arena = &of_study;
        ok         = walk_study(&walk, visit, err);
        arena_close(&of_study);
    }
    arena_close(&arena);
    return ok;
}

bool metric_rebuild_all(const struct rebuild *rebuild, struct rebuild_counts *counts, struct err *err)
{
    return walk_all(rebuild, counts, put, err);
}

bool metric_rebuild_check(const struct rebuild *rebuild, struct rebuild_counts *counts, struct err *err)
{
    return walk_all(rebuild, counts, compare, err);
}
