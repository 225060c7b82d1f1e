#include "study/score_view.h"

#include <math.h>
#include <string.h>

#include "model/rank_correlation.h"
#include "store/store_score.h"

/* A score with the alignment of its representation; NaN where there is none. */
struct score_point {
    const struct score_row *row;
    double                  r2_online;
    double                  r2_loo;
};

static const char *text_member(const struct json_value *value, const char *name)
{
    const char *text;

    return json_as_text(json_member(value, name), &text) ? text : "";
}

static double number_member(const struct json_value *value, const char *name)
{
    double number;

    return value != NULL && json_as_f64(json_member(value, name), &number) ? number : (double)NAN;
}

/* The learner that was asked for, or the first main one. */
static bool find_learner(const struct json_value *models, const char *learner, const char **out, struct err *err)
{
    *out = NULL;
    for (const struct json_value *model = json_first(models); model != NULL && *out == NULL; model = json_next(model)) {
        const char *name = text_member(model, "learner");

        if (learner == NULL ? strcmp(text_member(model, "kind"), "main") == 0 : strcmp(name, learner) == 0) *out = name;
    }
    if (*out != NULL) return true;
    return err_set(err, ERR_INVALID, "learner: the study has no learner '%.60s'", learner == NULL ? "(main)" : learner);
}

static const struct json_value *model_of(const struct json_value *models, const char *representation, const char *learner)
{
    for (const struct json_value *model = json_first(models); model != NULL; model = json_next(model))
        if (strcmp(text_member(model, "representation"), representation) == 0 &&
            strcmp(text_member(model, "learner"), learner) == 0)
            return model;
    return NULL;
}

static void write_point(struct json_writer *writer, const struct score_point *point)
{
    json_begin_object(writer, NULL);
    json_text(writer, "representation", point->row->representation);
    json_text(writer, "family", point->row->family);
    json_f64(writer, "score", point->row->score);
    json_f64(writer, "r2_online", point->r2_online);
    json_f64(writer, "r2_loo", point->r2_loo);
    json_end_object(writer);
}

/* Of the points that have alignment. */
static bool correlate(const struct score_point *points, int count, bool is_loo, struct arena *arena, int *pair_count, double *rho,
                      struct err *err)
{
    double *scores = arena_alloc_array(arena, (size_t)count, sizeof *scores);
    double *r2     = arena_alloc_array(arena, (size_t)count, sizeof *r2);

    if (scores == NULL || r2 == NULL) return err_no_memory(err);
    for (int i = 0; i < count; i++) {
        const double alignment = is_loo ? points[i].r2_loo : points[i].r2_online;

        if (isnan(alignment)) continue;
        scores[*pair_count] = points[i].row->score;
        r2[*pair_count]     = alignment;
        ++*pair_count;
    }
    return rank_correlation(scores, r2, *pair_count, rho, err);
}

static bool write_benchmark(struct json_writer *writer, const struct score_point *points, int count, struct arena *arena,
                            struct err *err)
{
    bool   is_loo     = true;
    int    pair_count = 0;
    double rho;

    for (int i = 0; i < count; i++) is_loo = is_loo && !isnan(points[i].r2_loo);
    if (!correlate(points, count, is_loo, arena, &pair_count, &rho, err)) return false;
    json_begin_object(writer, NULL);
    json_text(writer, "benchmark", points[0].row->benchmark);
    json_text(writer, "alignment", is_loo ? "r2_loo" : "r2_online");
    json_i64(writer, "pair_count", pair_count);
    json_f64(writer, "spearman", rho);
    json_begin_array(writer, "points");
    for (int i = 0; i < count; i++) write_point(writer, &points[i]);
    json_end_array(writer);
    json_end_object(writer);
    return true;
}

static bool write_benchmarks(struct json_writer *writer, const struct score_point *points, int count, struct arena *arena,
                             struct err *err)
{
    int last;

    for (int first = 0; first < count; first = last) {
        for (last = first + 1; last < count && strcmp(points[last].row->benchmark, points[first].row->benchmark) == 0;) last++;
        if (!write_benchmark(writer, points + first, last - first, arena, err)) return false;
    }
    return true;
}

static bool write_all(struct store *store, const struct study *study, const struct json_value *models, const char *learner,
                      struct arena *arena, struct json_writer *writer, struct err *err)
{
    struct score_row   *rows;
    struct score_point *points;
    int                 count;
    bool                ok;

    if (!store_study_scores(store, study->study_id, arena, &rows, &count, err)) return false;
    points = arena_alloc_array(arena, (size_t)count + 1, sizeof *points);
    if (points == NULL) return err_no_memory(err);
    for (int i = 0; i < count; i++) {
        const struct json_value *model = model_of(models, rows[i].representation, learner);

        points[i] = (struct score_point){.row       = &rows[i],
                                         .r2_online = number_member(model, "r2_online"),
                                         .r2_loo    = number_member(json_member(model, "loo"), "r2_loo")};
    }
    json_begin_object(writer, NULL);
    json_begin_object(writer, "study");
    json_text(writer, "slug", study->slug);
    json_text(writer, "title", study->title);
    json_text(writer, "task", task_name(study->task));
    json_end_object(writer);
    json_text(writer, "learner", learner);
    json_begin_array(writer, "benchmarks");
    ok = write_benchmarks(writer, points, count, arena, err);
    json_end_array(writer);
    json_end_object(writer);
    return ok;
}

bool score_view_write(struct store *store, const struct study *study, const struct json_value *group, const char *learner,
                      struct json_writer *writer, struct err *err)
{
    const struct json_value *models = json_member(group, "models");
    struct arena             arena;
    const char              *chosen;
    bool                     ok;

    if (!find_learner(models, learner, &chosen, err)) return false;
    arena_init(&arena);
    ok = write_all(store, study, models, chosen, &arena, writer, err);
    arena_close(&arena);
    return ok;
}
