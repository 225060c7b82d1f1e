#include "live/metric_work.h"

#include <stdlib.h>
#include <string.h>

#include "model/intrinsic_dimension.h"
#include "model/matrix_map.h"

static const char NO_GENERATIVE[] = "the study does not say which representation its conditions come from";

bool metric_study_load(struct store *store, const struct study_row *study, struct arena *arena, struct metric_study *out,
                       struct err *err)
{
    return store_stimulus_set_by_id(store, study->stimulus_set_id, &out->set, err) &&
           store_study_generative(store, study->study_id, &out->generative, err) &&
           store_study_representations(store, study->study_id, arena, &out->representations, &out->representation_count, err);
}

static const struct secret_hash *generative_hash(const struct metric_study *study)
{
    return study->generative.representation_id != 0 ? &study->generative.matrix_sha256 : NULL;
}

void metric_study_key(const struct metric_study *study, int representation_index, struct secret_hash *out)
{
    store_metric_key(&study->representations[representation_index].matrix_sha256, &study->set.sha256, generative_hash(study),
                     REPRESENTATION_METRICS_REVISION, out);
}

/* --- objects as numbers --- */

struct numbered {
    const char *object;
    int         row;
};

static int compare_objects(const void *left, const void *right)
{
    return strcmp(((const struct numbered *)left)->object, ((const struct numbered *)right)->object);
}

/* The object of each row, from 0; in `arena`. */
static bool number_objects(struct store *store, int64_t stimulus_set_id, struct arena *arena, int **object_index, int *row_count,
                           int *object_count, struct err *err)
{
    struct stimulus_row *stimuli = NULL;
    struct numbered     *sorted;

    if (!store_stimuli(store, stimulus_set_id, arena, &stimuli, row_count, err)) return false;
    sorted        = arena_alloc_array(arena, (size_t)*row_count + 1, sizeof *sorted);
    *object_index = arena_alloc_array(arena, (size_t)*row_count + 1, sizeof **object_index);
    if (sorted == NULL || *object_index == NULL) return err_no_memory(err);
    for (int i = 0; i < *row_count; i++) sorted[i] = (struct numbered){stimuli[i].object, i};
    qsort(sorted, (size_t)*row_count, sizeof *sorted, compare_objects);
    *object_count = 0;
    for (int i = 0; i < *row_count; i++) {
        if (i == 0 || strcmp(sorted[i].object, sorted[i - 1].object) != 0) ++*object_count;
        (*object_index)[sorted[i].row] = *object_count - 1;
    }
    return true;
}

/* --- the metrics of one matrix --- */

static void keep(const struct metric *metric, struct stored_metric *out)
{
    *out = (struct stored_metric){.value = metric->value, .reason = metric_reason(metric->status)};
}

static bool map_matrix(const struct data_folder *folder, const struct secret_hash *sha256, int row_count, struct matrix_map *out,
                       struct err *err)
{
    char path[PATH_BYTES];

    data_folder_matrix(folder, sha256, path);
    if (!matrix_map_open(path, out, err)) return false;
    if (out->matrix.row_count == row_count) return true;
    err_set(err, ERR_STORAGE, "%s has %d rows, the stimulus set has %d", path, out->matrix.row_count, row_count);
    matrix_map_close(out);
    return false;
}

static bool measure_cka(const struct metric_study *study, const struct data_folder *folder, const struct matrix *matrix,
                        struct metric_row *out, struct err *err)
{
    struct matrix_map generative = {0};
    struct metric     metric;
    bool              ok;

    if (generative_hash(study) == NULL) {
        out->cka = (struct stored_metric){.reason = NO_GENERATIVE};
        return true;
    }
    if (!map_matrix(folder, generative_hash(study), matrix->row_count, &generative, err))
        return err_wrap(err, "the generative representation");
    ok = metrics_linear_cka(matrix, &generative.matrix, &metric, err);
    matrix_map_close(&generative);
    if (ok) keep(&metric, &out->cka);
    return ok;
}

/* What the steps of one measurement share. */
struct measurement {
    const struct metric_study *study;
    const struct data_folder  *folder;
    const struct matrix       *matrix;
    const int                 *object_index;
    int                        object_count;
    bool (*is_stopped)(void *argument);
    void *argument;
};

static bool goes_on(const struct measurement *measurement, struct err *err)
{
    if (measurement->is_stopped == NULL || !measurement->is_stopped(measurement->argument)) return true;
    return err_set(err, ERR_BUSY, "stopped");
}

static bool measure(const struct measurement *measurement, struct metric_row *out, struct err *err)
{
    struct metric metric;

    if (!goes_on(measurement, err) ||
        !metrics_class_separation(measurement->matrix, measurement->object_index, measurement->object_count, &metric, err))
        return false;
    keep(&metric, &out->class_separation);
    if (!goes_on(measurement, err) || !measure_cka(measurement->study, measurement->folder, measurement->matrix, out, err))
        return false;
    if (!goes_on(measurement, err) || !intrinsic_dimension(measurement->matrix, &metric, err)) return false;
    keep(&metric, &out->intrinsic_dimension);
    return true;
}

bool metric_compute(const struct metric_study *study, int representation_index, struct store *store,
                    const struct data_folder *folder, const struct clock *clock, bool (*is_stopped)(void *argument),
                    void *argument, struct metric_row *out, struct err *err)
{
    const struct representation_row *representation = &study->representations[representation_index];
    const int64_t                    start_us       = clock_monotonic_us(clock);
    struct measurement measurement = {.study = study, .folder = folder, .is_stopped = is_stopped, .argument = argument};
    struct matrix_map  map         = {0};
    int               *objects     = NULL;
    int                row_count   = 0;
    struct arena       arena;
    bool               ok;

    *out = (struct metric_row){.revision = REPRESENTATION_METRICS_REVISION, .matrix_sha256 = representation->matrix_sha256};
    metric_study_key(study, representation_index, &out->content_key);
    arena_init(&arena);
    ok = number_objects(store, study->set.stimulus_set_id, &arena, &objects, &row_count, &measurement.object_count, err) &&
         map_matrix(folder, &representation->matrix_sha256, row_count, &map, err);
    measurement.matrix       = &map.matrix;
    measurement.object_index = objects;
    ok                       = ok && measure(&measurement, out, err);
    matrix_map_close(&map);
    arena_close(&arena);
    out->compute_ms     = (double)(clock_monotonic_us(clock) - start_us) / 1000.0;
    out->computed_at_ms = clock_wall_ms(clock);
    return ok;
}
