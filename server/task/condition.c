#include "task/condition.h"

#include <stdlib.h>

#include "task/category.h"
#include "task/condition_pool.h"
#include "task/reward.h"

/* A draw can miss what its task asks beyond full bins (a tie at the median; no points left for practice) while the next one does
 * not. When none of so many draws fits, it is the material that does not. */
enum { DRAW_COUNT_MAX = 1000 };

enum draw_status {
    DRAW_FITS,
    DRAW_DOES_NOT_FIT, /* `err` holds the reason, in case that it was the last draw */
    DRAW_FAILED,       /* another draw would fail in the same way */
};

/* What is drawn, and room to work on it; taken once per condition. */
struct draw {
    int     image_count;
    int    *rows;       /* of the main trials' images, in the order in which they are shown */
    double *loadings;   /* of these images */
    double *scratch;    /* image_count */
    int    *order;      /* image_count: category, where runs are limited */
    bool   *is_high;    /* category: whether an image's loading lies above the median */
    int    *spare_rows; /* reward: of the practice images */
};

struct sampling {
    int images_per_trial;
    enum draw_status (*arrange)(const struct condition_settings *settings, struct draw *draw, struct condition_pool *pool,
                                struct rng *rng, struct condition *condition, struct err *err);
};

static enum draw_status arrange_category(const struct condition_settings *settings, struct draw *draw,
                                         struct condition_pool *pool, struct rng *rng, struct condition *condition,
                                         struct err *err)
{
    enum dinosaur high = settings->high_dinosaur;
    enum dinosaur low  = high == DINOSAUR_JULTY ? DINOSAUR_FOLTY : DINOSAUR_JULTY;

    (void)pool;
    if (!category_split(draw->loadings, draw->image_count, draw->scratch, draw->is_high)) {
        err_set(err, ERR_INVALID, "the images cannot be split at their median loading: the two middle loadings are equal (%.6g)",
                draw->scratch[draw->image_count / 2]);
        return DRAW_DOES_NOT_FIT;
    }
    category_order(draw->is_high, draw->image_count, settings->longest_run, rng, draw->order);
    for (int i = 0; i < settings->trial_count; i++)
        condition->trials[i] = (struct planned_trial){.left_stimulus  = draw->rows[draw->order[i]],
                                                      .right_stimulus = -1,
                                                      .category       = draw->is_high[draw->order[i]] ? high : low};
    return DRAW_FITS;
}

static void arrange_pairs(struct draw *draw, struct condition *condition)
{
    double loading_min = draw->loadings[0];
    double loading_max = draw->loadings[0];

    for (int i = 1; i < draw->image_count; i++) {
        if (draw->loadings[i] < loading_min) loading_min = draw->loadings[i];
        if (draw->loadings[i] > loading_max) loading_max = draw->loadings[i];
    }
    for (int t = 0; t < condition->trial_count; t++) {
        const int    *rows     = &draw->rows[2 * t];
        const double *loadings = &draw->loadings[2 * t];

        condition->trials[t] = (struct planned_trial){.left_stimulus  = rows[0],
                                                      .right_stimulus = rows[1],
                                                      .left_points    = reward_points(loadings[0], loading_min, loading_max),
                                                      .right_points   = reward_points(loadings[1], loading_min, loading_max)};
    }
    condition->points_min = 0;
    condition->points_max = POINTS_MAX;
}

/* The points that no image of the main trials is worth, in random order; returns how many there are. */
static int unused_points(const struct condition *condition, struct rng *rng, int points[POINTS_MAX + 1])
{
    bool is_used[POINTS_MAX + 1] = {false};
    int  count                   = 0;

    for (int t = 0; t < condition->trial_count; t++) {
        is_used[condition->trials[t].left_points]  = true;
        is_used[condition->trials[t].right_points] = true;
    }
    for (int value = 0; value <= POINTS_MAX; value++)
        if (!is_used[value]) points[count++] = value;
    rng_shuffle(rng, points, (size_t)count);
    return count;
}

/* Practice points are drawn, not computed from loadings: practice shows screen and keys, and must not teach a rule that the learners
 * have no way to see. */
static enum draw_status arrange_reward(const struct condition_settings *settings, struct draw *draw, struct condition_pool *pool,
                                       struct rng *rng, struct condition *condition, struct err *err)
{
    int points[POINTS_MAX + 1];
    int image_count = 2 * settings->practice_count;
    int point_count;

    arrange_pairs(draw, condition);
    point_count = unused_points(condition, rng, points);
    if (point_count < image_count) {
        err_set(err, ERR_INVALID, "practice needs %d different points that are not in the main trials, but only %d are left",
                image_count, point_count);
        return DRAW_DOES_NOT_FIT;
    }
    if (!condition_pool_draw_spare(pool, rng, image_count, draw->spare_rows, err)) return DRAW_FAILED;
    for (int t = 0; t < settings->practice_count; t++)
        condition->practice[t] = (struct planned_trial){.left_stimulus  = draw->spare_rows[2 * t],
                                                        .right_stimulus = draw->spare_rows[2 * t + 1],
                                                        .left_points    = points[2 * t],
                                                        .right_points   = points[2 * t + 1]};
    return DRAW_FITS;
}

static const struct sampling SAMPLINGS[] = {
    [TASK_CATEGORY] = {1, arrange_category},
    [TASK_REWARD]   = {2, arrange_reward},
};
_Static_assert(sizeof SAMPLINGS / sizeof SAMPLINGS[0] == TASK_KIND_COUNT, "a task cannot be sampled");

static bool draw_init(struct draw *draw, int image_count, int practice_count, struct err *err)
{
    *draw            = (struct draw){.image_count = image_count};
    draw->rows       = calloc((size_t)image_count, sizeof *draw->rows);
    draw->loadings   = calloc((size_t)image_count, sizeof *draw->loadings);
    draw->scratch    = calloc((size_t)image_count, sizeof *draw->scratch);
    draw->order      = calloc((size_t)image_count, sizeof *draw->order);
    draw->is_high    = calloc((size_t)image_count, sizeof *draw->is_high);
    draw->spare_rows = calloc(2 * (size_t)practice_count + 1, sizeof *draw->spare_rows);
    if (draw->rows == NULL || draw->loadings == NULL || draw->scratch == NULL || draw->order == NULL || draw->is_high == NULL ||
        draw->spare_rows == NULL)
        return err_no_memory(err);
    return true;
}

static void draw_close(struct draw *draw)
{
    free(draw->rows);
    free(draw->loadings);
    free(draw->scratch);
    free(draw->order);
    free(draw->is_high);
    free(draw->spare_rows);
}

static bool condition_init(struct condition *condition, const struct condition_settings *settings, struct err *err)
{
    condition->trial_count    = settings->trial_count;
    condition->practice_count = settings->practice_count;
    condition->trials         = calloc((size_t)settings->trial_count, sizeof *condition->trials);
    if (condition->trials == NULL) return err_no_memory(err);
    if (settings->practice_count == 0) return true;
    condition->practice = calloc((size_t)settings->practice_count, sizeof *condition->practice);
    return condition->practice != NULL || err_no_memory(err);
}

static bool check_counts(const struct condition_settings *settings, int candidate_count, struct err *err)
{
    int images_per_trial = SAMPLINGS[settings->task].images_per_trial;

    if (settings->trial_count <= 0)
        return err_set(err, ERR_INVALID, "a condition needs at least one trial, not %d", settings->trial_count);
    /* also keeps the products below from overflowing */
    if (settings->trial_count > candidate_count / images_per_trial)
        return err_set(err, ERR_INVALID, "%d trials of %d images each need %lld different images, but there are %d",
                       settings->trial_count, images_per_trial, (long long)settings->trial_count * images_per_trial,
                       candidate_count);
    if (settings->trial_count * images_per_trial % settings->bins.count != 0 || settings->trial_count * images_per_trial % 2 != 0)
        return err_set(err, ERR_INVALID, "%d trials have %d images, which %d bins and two halves do not divide",
                       settings->trial_count, settings->trial_count * images_per_trial, settings->bins.count);
    if (settings->practice_count < 0 || settings->practice_count > candidate_count / 2)
        return err_set(err, ERR_INVALID, "%d practice pairs are not possible with %d images", settings->practice_count,
                       candidate_count);
    if (settings->task == TASK_CATEGORY && settings->practice_count > 0)
        return err_set(err, ERR_INVALID, "category learning has no practice trials, but %d are asked for",
                       settings->practice_count);
    return true;
}

static enum draw_status draw_once(const struct condition_settings *settings, const struct candidate *candidates,
                                  struct condition_pool *pool, struct rng *rng, struct draw *draw, struct condition *condition,
                                  struct err *err)
{
    if (!condition_pool_draw(pool, rng, draw->image_count / settings->bins.count, draw->rows, err)) return DRAW_FAILED;
    for (int i = 0; i < draw->image_count; i++) draw->loadings[i] = candidates[draw->rows[i]].loading;
    return SAMPLINGS[settings->task].arrange(settings, draw, pool, rng, condition, err);
}

static struct condition_bins bins_of(const struct condition_settings *settings)
{
    return settings->bins.count == 0 ? CONDITION_BINS_OF_PAPERS : settings->bins;
}

int condition_needed_per_bin(const struct condition_settings *settings)
{
    return settings->trial_count * SAMPLINGS[settings->task].images_per_trial / bins_of(settings).count;
}

static bool sample(const struct condition_settings *settings, const struct candidate *candidates, int candidate_count,
                   struct condition *out, struct err *err)
{
    enum draw_status       status    = DRAW_FAILED;
    struct draw            draw      = {0};
    struct condition       condition = {0};
    struct condition_pool *pool      = NULL;
    struct rng             rng;

    *out = (struct condition){0};
    if (!check_counts(settings, candidate_count, err)) return false;
    rng_init(&rng, settings->seed);
    pool = condition_pool_new(&settings->bins, candidates, candidate_count, err);
    if (pool == NULL) goto done;
    if (!condition_init(&condition, settings, err)) goto done;
    if (!draw_init(&draw, settings->trial_count * SAMPLINGS[settings->task].images_per_trial, settings->practice_count, err))
        goto done;

    status = DRAW_DOES_NOT_FIT;
    for (int i = 0; i < DRAW_COUNT_MAX && status == DRAW_DOES_NOT_FIT; i++)
        status = draw_once(settings, candidates, pool, &rng, &draw, &condition, err);
    if (status == DRAW_DOES_NOT_FIT) err_wrap(err, "none of %d draws of images fits", DRAW_COUNT_MAX);
    if (status != DRAW_FITS) goto done;
    *out      = condition;
    condition = (struct condition){0};
done:
    condition_close(&condition);
    draw_close(&draw);
    condition_pool_free(pool);
    return status == DRAW_FITS;
}

bool condition_sample(const struct condition_settings *settings, const struct candidate *candidates, int candidate_count,
                      struct condition *out, struct err *err)
{
    struct condition_settings whole = *settings;

    whole.bins = bins_of(settings);
    return sample(&whole, candidates, candidate_count, out, err);
}

/* Candidates of one object are usually neighbours, so that looking backwards finds its earlier pictures at once. */
void condition_objects_of_bins(const struct condition_bins *bins, const struct candidate *candidates, int candidate_count,
                               int object_count[CONDITION_BIN_MAX])
{
    for (int bin = 0; bin < bins->count; bin++) object_count[bin] = 0;
    for (int i = 0; i < candidate_count; i++) {
        int bin     = condition_bin_of(bins, candidates[i].loading);
        int earlier = i - 1;

        if (bin == bins->count) continue;
        while (earlier >= 0 &&
               (candidates[earlier].object != candidates[i].object || condition_bin_of(bins, candidates[earlier].loading) != bin))
            earlier--;
        if (earlier < 0) object_count[bin]++;
    }
}

void condition_bin_objects(const struct candidate *candidates, int candidate_count, int object_count[CONDITION_BIN_COUNT])
{
    int counts[CONDITION_BIN_MAX];

    condition_objects_of_bins(&CONDITION_BINS_OF_PAPERS, candidates, candidate_count, counts);
    for (int bin = 0; bin < CONDITION_BIN_COUNT; bin++) object_count[bin] = counts[bin];
}

void condition_close(struct condition *condition)
{
    free(condition->trials);
    free(condition->practice);
    *condition = (struct condition){0};
}
