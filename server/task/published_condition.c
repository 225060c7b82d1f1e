#include "task/published_condition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "task/category.h"
#include "task/reward.h"
#include "json/json_read.h"
#include "json/json_write.h"

enum { PATH_PART_BYTES = 128, DIGITS_BYTES = 12 };

struct images {
    published_image_fn row_of;
    void              *argument;
};

/* "stimuli/anvil/anvil_08n.jpg" -> "anvil", "anvil_08n"; what is before the object does not matter. */
static bool split_path(const char *path, char object[PATH_PART_BYTES], char file[PATH_PART_BYTES])
{
    const char *last  = strrchr(path, '/');
    const char *begin = last;
    const char *end;

    if (last == NULL) return false;
    while (begin > path && begin[-1] != '/') begin--;
    end = strrchr(last, '.');
    if (end == NULL) end = last + strlen(last);
    if (last == begin || last - begin >= PATH_PART_BYTES || end <= last + 1 || end - last > PATH_PART_BYTES) return false;
    (void)snprintf(object, PATH_PART_BYTES, "%.*s", (int)(last - begin), begin);
    (void)snprintf(file, PATH_PART_BYTES, "%.*s", (int)(end - last - 1), last + 1);
    return true;
}

static bool find_image(const struct images *images, int trial, const struct json_value *value, int *row, struct err *err)
{
    char        object[PATH_PART_BYTES], file[PATH_PART_BYTES];
    const char *path;

    if (value == NULL || !json_as_text(value, &path)) return err_set(err, ERR_INVALID, "trial %d: the image is missing", trial);
    if (!split_path(path, object, file))
        return err_set(err, ERR_INVALID, "trial %d: '%s' is not stimuli/<object>/<file>", trial, path);
    *row = images->row_of(images->argument, object, file);
    if (*row >= 0) return true;
    return *row == PUBLISHED_NOT_ONE
               ? err_set(err, ERR_INVALID, "trial %d: the stimulus set has several images of '%s', and none is '%s'", trial,
                         object, path)
               : err_set(err, ERR_INVALID, "trial %d: the stimulus set has no image '%s' and none of '%s'", trial, path, object);
}

static bool take_memory(struct condition *condition, int count, struct err *err)
{
    if (count < 1 || count > CONDITION_FILE_TRIAL_MAX)
        return err_set(err, ERR_INVALID, "there are not 1 to %d trials", CONDITION_FILE_TRIAL_MAX);
    condition->trials = calloc((size_t)count, sizeof *condition->trials);
    if (condition->trials == NULL) return err_no_memory(err);
    condition->trial_count = count;
    return true;
}

static bool read_category(const struct json_value *root, const struct images *images, struct explicit_condition *out,
                          struct err *err)
{
    struct condition *condition = &out->condition;
    int               t         = 0;

    if (json_array_count(root) < 0) return err_set(err, ERR_INVALID, "a condition of category learning is a list of trials");
    if (!take_memory(condition, json_array_count(root), err)) return false;
    out->dimension = (out->condition_number - 1) % PUBLISHED_DIMENSION_COUNT;
    for (const struct json_value *item = json_first(root); item != NULL; item = json_next(item), t++) {
        struct planned_trial *trial = &condition->trials[t];
        const char           *category;

        trial->right_stimulus = -1;
        if (!json_is_object(item)) return err_set(err, ERR_INVALID, "trial %d is not an object", t);
        if (!find_image(images, t, json_member(item, "stimulus"), &trial->left_stimulus, err)) return false;
        if (json_member(item, "true_category") == NULL || !json_as_text(json_member(item, "true_category"), &category) ||
            (strcasecmp(category, "julty") != 0 && strcasecmp(category, "folty") != 0))
            return err_set(err, ERR_INVALID, "trial %d: true_category is Julty or Folty", t);
        trial->category = strcasecmp(category, "julty") == 0 ? DINOSAUR_JULTY : DINOSAUR_FOLTY;
    }
    return true;
}

/* root["arm_0_reward"]["17"]; NULL when there is none. */
static const struct json_value *cell(const struct json_value *root, const char *column, int trial)
{
    const struct json_value *member = json_member(root, column);
    char                     digits[DIGITS_BYTES];

    (void)snprintf(digits, sizeof digits, "%d", trial);
    return member != NULL && json_is_object(member) ? json_member(member, digits) : NULL;
}

static bool read_whole(const struct json_value *root, const char *column, int trial, int max, int *out, struct err *err)
{
    const struct json_value *value = cell(root, column, trial);
    int64_t                  number;

    if (value != NULL && json_as_i64(value, 0, max, &number)) return *out = (int)number, true;
    return err_set(err, ERR_INVALID, "trial %d: %s is a whole number from 0 to %d", trial, column, max);
}

static bool read_pair(const struct json_value *root, const struct images *images, int t, struct explicit_condition *out,
                      struct err *err)
{
    struct planned_trial *trial = &out->condition.trials[t];
    int                   dimension;

    if (!find_image(images, t, cell(root, "arm_0_image", t), &trial->left_stimulus, err) ||
        !find_image(images, t, cell(root, "arm_1_image", t), &trial->right_stimulus, err) ||
        !read_whole(root, "arm_0_reward", t, POINTS_MAX, &trial->left_points, err) ||
        !read_whole(root, "arm_1_reward", t, POINTS_MAX, &trial->right_points, err) ||
        !read_whole(root, "reward_dimension", t, CONDITION_FILE_DIMENSION_MAX, &dimension, err))
        return false;
    if (t > 0 && dimension != out->dimension)
        return err_set(err, ERR_INVALID, "trial %d: the dimension is %d, before it was %d", t, dimension, out->dimension);
    out->dimension = dimension;
    return true;
}

static bool read_reward(const struct json_value *root, const struct images *images, struct explicit_condition *out,
                        struct err *err)
{
    int count = 0;

    if (!json_is_object(root)) return err_set(err, ERR_INVALID, "a condition of reward learning is an object of columns");
    while (count <= CONDITION_FILE_TRIAL_MAX && cell(root, "arm_0_image", count) != NULL) count++;
    if (!take_memory(&out->condition, count, err)) return false;
    for (int t = 0; t < count; t++)
        if (!read_pair(root, images, t, out, err)) return false;
    if (cell(root, "arm_1_image", count) != NULL)
        return err_set(err, ERR_INVALID, "trial %d has a right image but no left one", count);
    return true;
}

bool published_condition_read(struct span text, enum task_kind task, int number, published_image_fn image, void *argument,
                              struct explicit_condition *out, struct err *err)
{
    const struct images images = {image, argument};
    struct json_doc    *doc;
    bool                ok;

    *out = (struct explicit_condition){.condition_number = number, .high_dinosaur = DINOSAUR_FOLTY};
    doc  = json_parse(text, err);
    if (doc == NULL) return false;
    ok =
        task == TASK_CATEGORY ? read_category(json_root(doc), &images, out, err) : read_reward(json_root(doc), &images, out, err);
    json_free(doc);
    return ok;
}

/* --- the check --- */

static bool check_split(const struct explicit_condition *condition, const struct published_stimulus *stimuli, double *loadings,
                        struct err *err)
{
    const int count   = condition->condition.trial_count;
    bool     *is_high = calloc((size_t)count, sizeof *is_high);
    bool      ok      = true;

    if (is_high == NULL) return err_no_memory(err);
    for (int t = 0; t < count; t++) loadings[t] = stimuli[condition->condition.trials[t].left_stimulus].loading;
    if (count % 2 != 0 || !category_split(loadings, count, loadings + count, is_high))
        ok = err_set(err, ERR_INVALID, "dimension %d does not split the images into two halves", condition->dimension + 1);
    for (int t = 0; ok && t < count; t++) {
        const struct planned_trial *trial = &condition->condition.trials[t];

        if (is_high[t] != (trial->category == condition->high_dinosaur))
            ok = err_set(err, ERR_INVALID,
                         "trial %d, image '%s': the file says %s, but %g on dimension %d is in the %s half, which is for %s", t,
                         stimuli[trial->left_stimulus].name, dinosaur_name(trial->category),
                         stimuli[trial->left_stimulus].loading, condition->dimension + 1, is_high[t] ? "high" : "low",
                         dinosaur_name(is_high[t]
                                           ? condition->high_dinosaur
                                           : (condition->high_dinosaur == DINOSAUR_FOLTY ? DINOSAUR_JULTY : DINOSAUR_FOLTY)));
    }
    free(is_high);
    return ok;
}

static bool check_points(const struct explicit_condition *condition, const struct published_stimulus *stimuli, struct err *err)
{
    const int count = condition->condition.trial_count;
    double    low = 0.0, high = 0.0;

    for (int i = 0; i < 2 * count; i++) {
        const struct planned_trial *trial   = &condition->condition.trials[i / 2];
        const double                loading = stimuli[i % 2 == 0 ? trial->left_stimulus : trial->right_stimulus].loading;

        if (i == 0 || loading < low) low = loading;
        if (i == 0 || loading > high) high = loading;
    }
    if (!(high > low)) return err_set(err, ERR_INVALID, "dimension %d is the same for all images", condition->dimension + 1);
    for (int i = 0; i < 2 * count; i++) {
        const struct planned_trial      *trial    = &condition->condition.trials[i / 2];
        const struct published_stimulus *stimulus = &stimuli[i % 2 == 0 ? trial->left_stimulus : trial->right_stimulus];
        const int                        said     = i % 2 == 0 ? trial->left_points : trial->right_points;
        const int                        points   = reward_points(stimulus->loading, low, high);

        if (said != points)
            return err_set(err, ERR_INVALID, "trial %d, image '%s': the file says %d points, but %g on dimension %d is worth %d",
                           i / 2, stimulus->name, said, stimulus->loading, condition->dimension + 1, points);
    }
    return true;
}

bool published_condition_check(enum task_kind task, const struct explicit_condition *condition,
                               const struct published_stimulus *stimuli, struct err *err)
{
    double *loadings;
    bool    ok;

    if (task == TASK_REWARD) return check_points(condition, stimuli, err);
    loadings = calloc(2 * (size_t)condition->condition.trial_count, sizeof *loadings);
    if (loadings == NULL) return err_no_memory(err);
    ok = check_split(condition, stimuli, loadings, err);
    free(loadings);
    return ok;
}

/* --- as our own --- */

void published_condition_write(enum task_kind task, const struct explicit_condition *condition,
                               const struct published_stimulus *stimuli, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "condition_number", condition->condition_number);
    json_i64(&writer, "dimension", condition->dimension);
    if (task == TASK_CATEGORY) json_text(&writer, "high_dinosaur", dinosaur_name(condition->high_dinosaur));
    json_begin_array(&writer, "trials");
    for (int t = 0; t < condition->condition.trial_count; t++) {
        const struct planned_trial *trial = &condition->condition.trials[t];

        json_begin_object(&writer, NULL);
        if (task == TASK_CATEGORY) {
            json_text(&writer, "image", stimuli[trial->left_stimulus].name);
            json_text(&writer, "category", dinosaur_name(trial->category));
        } else {
            json_text(&writer, "left_image", stimuli[trial->left_stimulus].name);
            json_text(&writer, "right_image", stimuli[trial->right_stimulus].name);
            json_i64(&writer, "left_points", trial->left_points);
            json_i64(&writer, "right_points", trial->right_points);
        }
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_end_object(&writer);
}
