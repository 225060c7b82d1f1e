#include "task/condition_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json_read.h"

enum { IMAGE_NAME_MAX_BYTES = 200, WHERE_BYTES = 32 };

struct image_names {
    condition_image_fn row_of;
    void              *argument;
};

/* How a trial of one task is written. */
struct trial_form {
    bool has_practice;
    bool has_high_dinosaur;
    bool (*read)(const struct json_value *value, const char *where, const struct image_names *names, struct planned_trial *out,
                 struct err *err);
};

/* In the order of enum dinosaur. */
static const char *const DINOSAURS[] = {[DINOSAUR_FOLTY] = "folty", [DINOSAUR_JULTY] = "julty", NULL};

static bool find_image(const struct image_names *names, const char *where, const char *name, int *row, struct err *err)
{
    *row = names->row_of(names->argument, name);
    if (*row < 0) return err_set(err, ERR_INVALID, "%s: no image of the stimulus set is named '%s'", where, name);
    return true;
}

struct category_form {
    const char *image;
    int         category;
};

static const struct json_field CATEGORY_FIELDS[] = {
    JSON_TEXT("image", struct category_form, image, 1, IMAGE_NAME_MAX_BYTES),
    JSON_NAME("category", struct category_form, category, DINOSAURS),
};

static bool read_category_trial(const struct json_value *value, const char *where, const struct image_names *names,
                                struct planned_trial *out, struct err *err)
{
    struct category_form form = {0};

    if (!json_read_object(value, where, CATEGORY_FIELDS, JSON_FIELD_COUNT(CATEGORY_FIELDS), &form, err)) return false;
    *out = (struct planned_trial){.right_stimulus = -1, .category = (enum dinosaur)form.category};
    return find_image(names, where, form.image, &out->left_stimulus, err);
}

struct reward_form {
    const char *left_image;
    const char *right_image;
    int         left_points;
    int         right_points;
};

static const struct json_field REWARD_FIELDS[] = {
    JSON_TEXT("left_image", struct reward_form, left_image, 1, IMAGE_NAME_MAX_BYTES),
    JSON_TEXT("right_image", struct reward_form, right_image, 1, IMAGE_NAME_MAX_BYTES),
    JSON_INT("left_points", struct reward_form, left_points, 0, POINTS_MAX),
    JSON_INT("right_points", struct reward_form, right_points, 0, POINTS_MAX),
};

static bool read_reward_trial(const struct json_value *value, const char *where, const struct image_names *names,
                              struct planned_trial *out, struct err *err)
{
    struct reward_form form = {0};

    if (!json_read_object(value, where, REWARD_FIELDS, JSON_FIELD_COUNT(REWARD_FIELDS), &form, err)) return false;
    *out = (struct planned_trial){.left_points = form.left_points, .right_points = form.right_points};
    return find_image(names, where, form.left_image, &out->left_stimulus, err) &&
           find_image(names, where, form.right_image, &out->right_stimulus, err);
}

static const struct trial_form FORMS[] = {
    [TASK_CATEGORY] = {.has_practice = false, .has_high_dinosaur = true, .read = read_category_trial},
    [TASK_REWARD]   = {.has_practice = true, .has_high_dinosaur = false, .read = read_reward_trial},
};
_Static_assert(sizeof FORMS / sizeof FORMS[0] == TASK_KIND_COUNT, "a task's trials cannot be read");

/* `list` is "trials" or "practice". */
static bool read_trials(const struct trial_form *form, const struct image_names *names, const struct json_value *value,
                        const char *list, int *trial_count, struct planned_trial **trials, struct err *err)
{
    int                      count = json_array_count(value);
    int                      index = 0;
    const struct json_value *trial = NULL;

    if (count < 1 || count > CONDITION_FILE_TRIAL_MAX)
        return err_set(err, ERR_INVALID, "field '%s' must be an array of 1 to %d trials", list, CONDITION_FILE_TRIAL_MAX);
    *trials = calloc((size_t)count, sizeof **trials);
    if (*trials == NULL) return err_no_memory(err);
    *trial_count = count;
    for (trial = json_first(value); trial != NULL; trial = json_next(trial), index++) {
        char where[WHERE_BYTES];

        (void)snprintf(where, sizeof where, "%s[%d]", list, index);
        if (!form->read(trial, where, names, &(*trials)[index], err)) return false;
    }
    return true;
}

struct seen_image {
    int         row;
    const char *list;
    int         trial_index;
};

static int compare_seen(const void *left, const void *right)
{
    const struct seen_image *a = left;
    const struct seen_image *b = right;

    if (a->row != b->row) return a->row < b->row ? -1 : 1;
    if (a->list != b->list) return strcmp(a->list, b->list);
    return a->trial_index - b->trial_index;
}

static int list_images(const struct planned_trial *trials, int trial_count, const char *list, struct seen_image *images)
{
    int count = 0;

    for (int t = 0; t < trial_count; t++) {
        images[count++] = (struct seen_image){trials[t].left_stimulus, list, t};
        if (trials[t].right_stimulus >= 0) images[count++] = (struct seen_image){trials[t].right_stimulus, list, t};
    }
    return count;
}

static bool check_no_image_twice(const struct condition *condition, struct err *err)
{
    bool               ok     = true;
    int                count  = 0;
    struct seen_image *images = calloc(2 * (size_t)(condition->trial_count + condition->practice_count), sizeof *images);

    if (images == NULL) return err_no_memory(err);
    count = list_images(condition->practice, condition->practice_count, "practice", images);
    count += list_images(condition->trials, condition->trial_count, "trials", images + count);
    qsort(images, (size_t)count, sizeof *images, compare_seen);
    for (int i = 1; i < count && ok; i++)
        if (images[i].row == images[i - 1].row)
            ok = err_set(err, ERR_INVALID, "%s[%d]: shows an image that %s[%d] shows already (row %d of the stimulus set)",
                         images[i].list, images[i].trial_index, images[i - 1].list, images[i - 1].trial_index, images[i].row);
    free(images);
    return ok;
}

static void set_point_range(struct condition *condition)
{
    condition->points_min = POINTS_MAX;
    condition->points_max = 0;
    for (int t = 0; t < condition->trial_count; t++) {
        const int points[CHOICE_COUNT] = {condition->trials[t].left_points, condition->trials[t].right_points};

        for (int i = 0; i < CHOICE_COUNT; i++) {
            if (points[i] < condition->points_min) condition->points_min = points[i];
            if (points[i] > condition->points_max) condition->points_max = points[i];
        }
    }
}

struct condition_form {
    int                      condition_number;
    int                      dimension;
    int                      high_dinosaur;
    const struct json_value *practice;
    const struct json_value *trials;
};

static const struct json_field CONDITION_FIELDS[] = {
    JSON_INT("condition_number", struct condition_form, condition_number, 1, CONDITION_FILE_CONDITION_MAX),
    JSON_INT("dimension", struct condition_form, dimension, 0, CONDITION_FILE_DIMENSION_MAX),
    {.name        = "high_dinosaur",
     .kind        = JSON_KIND_NAME,
     .offset      = offsetof(struct condition_form, high_dinosaur),
     .names       = DINOSAURS,
     .is_optional = true},
    JSON_OPTIONAL_VALUE("practice", struct condition_form, practice),
    JSON_VALUE("trials", struct condition_form, trials),
};

static bool read_sequence(const struct condition_form *text, const struct trial_form *form, const struct image_names *names,
                          struct condition *out, struct err *err)
{
    if (text->practice != NULL && !form->has_practice)
        return err_set(err, ERR_INVALID, "field 'practice' is for reward learning only");
    if (text->high_dinosaur >= 0 && !form->has_high_dinosaur)
        return err_set(err, ERR_INVALID, "field 'high_dinosaur' is for category learning only");
    if (text->practice != NULL &&
        !read_trials(form, names, text->practice, "practice", &out->practice_count, &out->practice, err))
        return false;
    if (!read_trials(form, names, text->trials, "trials", &out->trial_count, &out->trials, err)) return false;
    if (!form->has_high_dinosaur) set_point_range(out);
    return check_no_image_twice(out, err);
}

static bool read_condition(const struct json_value *value, int index, enum task_kind task, const struct image_names *names,
                           struct explicit_condition *out, struct err *err)
{
    struct condition_form text = {.high_dinosaur = -1};
    char                  where[WHERE_BYTES];

    (void)snprintf(where, sizeof where, "conditions[%d]", index);
    if (!json_read_object(value, where, CONDITION_FIELDS, JSON_FIELD_COUNT(CONDITION_FIELDS), &text, err)) return false;
    out->condition_number = text.condition_number;
    out->dimension        = text.dimension;
    out->high_dinosaur    = text.high_dinosaur < 0 ? DINOSAUR_FOLTY : (enum dinosaur)text.high_dinosaur;
    if (!read_sequence(&text, &FORMS[task], names, &out->condition, err))
        return err_wrap(err, "condition %d", text.condition_number);
    return true;
}

/* A study has one number of trials, and leases its conditions by number. */
static bool check_beside_earlier(const struct condition_file *file, int index, struct err *err)
{
    const struct explicit_condition *own   = &file->conditions[index];
    const struct explicit_condition *first = &file->conditions[0];

    for (int i = 0; i < index; i++)
        if (file->conditions[i].condition_number == own->condition_number)
            return err_set(err, ERR_INVALID, "condition %d is there twice: conditions[%d] and conditions[%d]",
                           own->condition_number, i, index);
    if (own->condition.trial_count != first->condition.trial_count)
        return err_set(err, ERR_INVALID, "condition %d has %d trials, but condition %d has %d", own->condition_number,
                       own->condition.trial_count, first->condition_number, first->condition.trial_count);
    return true;
}

struct file_form {
    const struct json_value *conditions;
};

static const struct json_field FILE_FIELDS[] = {JSON_VALUE("conditions", struct file_form, conditions)};

static bool read_conditions(const struct json_value *root, enum task_kind task, const struct image_names *names,
                            struct condition_file *file, struct err *err)
{
    struct file_form         text      = {0};
    const struct json_value *condition = NULL;
    int                      count;

    if (!json_read_object(root, "", FILE_FIELDS, JSON_FIELD_COUNT(FILE_FIELDS), &text, err)) return false;
    count = json_array_count(text.conditions);
    if (count < 1 || count > CONDITION_FILE_CONDITION_MAX)
        return err_set(err, ERR_INVALID, "field 'conditions' must be an array of 1 to %d conditions",
                       CONDITION_FILE_CONDITION_MAX);
    file->conditions = calloc((size_t)count, sizeof *file->conditions);
    if (file->conditions == NULL) return err_no_memory(err);
    file->count = count;
    condition   = json_first(text.conditions);
    for (int i = 0; i < count; i++, condition = json_next(condition))
        if (!read_condition(condition, i, task, names, &file->conditions[i], err) || !check_beside_earlier(file, i, err))
            return false;
    return true;
}

bool condition_file_read(struct span text, enum task_kind task, condition_image_fn image, void *argument,
                         struct condition_file *out, struct err *err)
{
    const struct image_names names = {image, argument};
    struct json_doc         *doc   = json_parse(text, err);
    bool                     ok    = false;

    *out = (struct condition_file){0};
    if (doc == NULL) return false;
    ok = read_conditions(json_root(doc), task, &names, out, err);
    if (!ok) condition_file_close(out);
    json_free(doc);
    return ok;
}

void condition_file_close(struct condition_file *file)
{
    for (int i = 0; i < file->count; i++) condition_close(&file->conditions[i].condition);
    free(file->conditions);
    *file = (struct condition_file){0};
}
