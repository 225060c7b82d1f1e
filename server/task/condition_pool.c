#include "task/condition_pool.h"

#include <math.h>
#include <stdlib.h>

enum { NOT_USED = -1 };

struct picture {
    int object; /* the caller's number */
    int bin;
    int row;
};

/* The pictures of one object are neighbours, sorted by bin: those of bin b are first[b] .. first[b + 1] - 1. Bin bins.count is of those
 * outside of all. */
struct object {
    int first[CONDITION_BIN_MAX + 2];
    int used_by; /* the bin that the last draw gave it to */
};

struct condition_pool {
    struct condition_bins bins;
    struct picture       *pictures;
    struct object        *objects;
    int                  *order; /* of objects, shuffled by every draw */
    int                   picture_count;
    int                   object_count;
};

const struct condition_bins CONDITION_BINS_OF_PAPERS = {CONDITION_BIN_COUNT, CONDITION_LOADING_MAX};

double condition_bin_edge(const struct condition_bins *bins, int index)
{
    return bins->loading_max * (index + 1) / bins->count;
}

int condition_bin_of(const struct condition_bins *bins, double loading)
{
    int bin = 0;

    if (!(loading > 0.0)) return bins->count;
    while (bin < bins->count && loading > condition_bin_edge(bins, bin)) bin++;
    return bin;
}

int condition_pool_bin(double loading)
{
    return condition_bin_of(&CONDITION_BINS_OF_PAPERS, loading);
}

static int compare_pictures(const void *left, const void *right)
{
    const struct picture *a = left;
    const struct picture *b = right;

    if (a->object != b->object) return a->object < b->object ? -1 : 1;
    if (a->bin != b->bin) return a->bin - b->bin;
    return a->row - b->row;
}

static bool is_new_object(const struct condition_pool *pool, int picture_index)
{
    return picture_index == 0 || pool->pictures[picture_index].object != pool->pictures[picture_index - 1].object;
}

/* Fills objects[] from the sorted pictures. */
static void group_objects(struct condition_pool *pool)
{
    int picture_index = 0;

    for (int o = 0; o < pool->object_count; o++) {
        struct object *object = &pool->objects[o];
        int            start  = picture_index;

        object->used_by = NOT_USED;
        for (int bin = 0; bin <= pool->bins.count; bin++) {
            object->first[bin] = picture_index;
            while (picture_index < pool->picture_count && pool->pictures[picture_index].bin == bin &&
                   (picture_index == start || !is_new_object(pool, picture_index)))
                picture_index++;
        }
        object->first[pool->bins.count + 1] = picture_index;
    }
}

struct condition_pool *condition_pool_new(const struct condition_bins *bins, const struct candidate *candidates,
                                          int candidate_count, struct err *err)
{
    struct condition_pool *pool = calloc(1, sizeof *pool);

    if (pool == NULL) return err_no_memory(err), NULL;
    pool->bins          = *bins;
    pool->picture_count = candidate_count;
    pool->pictures      = calloc((size_t)candidate_count + 1, sizeof *pool->pictures);
    if (pool->pictures == NULL) goto no_memory;
    for (int i = 0; i < candidate_count; i++) {
        if (!isfinite(candidates[i].loading)) {
            err_set(err, ERR_INVALID, "the loading of the stimulus in row %d is not a finite number", i);
            goto failed;
        }
        pool->pictures[i] = (struct picture){candidates[i].object, condition_bin_of(bins, candidates[i].loading), i};
    }
    qsort(pool->pictures, (size_t)candidate_count, sizeof *pool->pictures, compare_pictures);
    for (int i = 0; i < candidate_count; i++)
        if (is_new_object(pool, i)) pool->object_count++;
    pool->objects = calloc((size_t)pool->object_count + 1, sizeof *pool->objects);
    pool->order   = calloc((size_t)pool->object_count + 1, sizeof *pool->order);
    if (pool->objects == NULL || pool->order == NULL) goto no_memory;
    group_objects(pool);
    return pool;

no_memory:
    err_no_memory(err);
failed:
    condition_pool_free(pool);
    return NULL;
}

void condition_pool_free(struct condition_pool *pool)
{
    if (pool == NULL) return;
    free(pool->pictures);
    free(pool->objects);
    free(pool->order);
    free(pool);
}

static bool has_picture(const struct object *object, int bin)
{
    return object->first[bin + 1] > object->first[bin];
}

/* One object more for `bin`: a free one, else one of another bin that can replace it in turn. At most one call per bin deep. */
static bool take_object(struct condition_pool *pool, int bin, bool is_visited[CONDITION_BIN_MAX])
{
    is_visited[bin] = true;
    for (int i = 0; i < pool->object_count; i++) {
        struct object *object = &pool->objects[pool->order[i]];

        if (object->used_by != NOT_USED || !has_picture(object, bin)) continue;
        object->used_by = bin;
        return true;
    }
    for (int i = 0; i < pool->object_count; i++) {
        struct object *object = &pool->objects[pool->order[i]];

        if (object->used_by == NOT_USED || is_visited[object->used_by] || !has_picture(object, bin)) continue;
        if (!take_object(pool, object->used_by, is_visited)) continue;
        object->used_by = bin;
        return true;
    }
    return false;
}

static bool bin_error(const struct condition_pool *pool, int bin, int per_bin, struct err *err)
{
    int there = 0, taken = 0;

    for (int o = 0; o < pool->object_count; o++) {
        if (has_picture(&pool->objects[o], bin)) there++;
        if (pool->objects[o].used_by == bin) taken++;
    }
    if (there < per_bin)
        return err_set(err, ERR_INVALID,
                       "bin %d, loadings above %.3g up to %.3g, has pictures of %d different objects and needs %d", bin + 1,
                       condition_bin_edge(&pool->bins, bin - 1), condition_bin_edge(&pool->bins, bin), there, per_bin);
    return err_set(
        err, ERR_INVALID,
        "bin %d, loadings above %.3g up to %.3g, needs %d different objects and gets %d: it has pictures of %d, but the "
        "other bins need the rest of them",
        bin + 1, condition_bin_edge(&pool->bins, bin - 1), condition_bin_edge(&pool->bins, bin), per_bin, taken, there);
}

static int random_picture(const struct condition_pool *pool, struct rng *rng, int start, int end)
{
    return pool->pictures[start + (int)rng_below(rng, (uint64_t)(end - start))].row;
}

/* Every bin `per_bin` times, shuffled, is the order in which bins choose: none has the first pick of objects in several bins. */
bool condition_pool_draw(struct condition_pool *pool, struct rng *rng, int per_bin, int *rows, struct err *err)
{
    int count     = pool->bins.count * per_bin;
    int row_count = 0;

    for (int o = 0; o < pool->object_count; o++) {
        pool->objects[o].used_by = NOT_USED;
        pool->order[o]           = o;
    }
    rng_shuffle(rng, pool->order, (size_t)pool->object_count);
    for (int i = 0; i < count; i++) rows[i] = i % pool->bins.count;
    rng_shuffle(rng, rows, (size_t)count);
    for (int i = 0; i < count; i++) {
        bool is_visited[CONDITION_BIN_MAX] = {false};

        if (!take_object(pool, rows[i], is_visited)) return bin_error(pool, rows[i], per_bin, err);
    }
    for (int o = 0; o < pool->object_count; o++) {
        const struct object *object = &pool->objects[o];

        if (object->used_by == NOT_USED) continue;
        rows[row_count++] = random_picture(pool, rng, object->first[object->used_by], object->first[object->used_by + 1]);
    }
    rng_shuffle(rng, rows, (size_t)count);
    return true;
}

bool condition_pool_draw_spare(struct condition_pool *pool, struct rng *rng, int count, int *rows, struct err *err)
{
    int row_count = 0;

    for (int i = 0; i < pool->object_count && row_count < count; i++) {
        const struct object *object = &pool->objects[pool->order[i]];

        if (object->used_by != NOT_USED) continue;
        rows[row_count++] = random_picture(pool, rng, object->first[0], object->first[pool->bins.count + 1]);
    }
    if (row_count < count)
        return err_set(err, ERR_INVALID, "practice needs %d objects that are not in the main trials, but only %d of %d are left",
                       count, row_count, pool->object_count);
    return true;
}
