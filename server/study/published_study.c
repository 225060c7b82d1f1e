#include "study/published_study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/matrix_map.h"
#include "store/store_material.h"
#include "task/published_condition.h"
#include "json/json_read.h"
#include "json/json_write.h"

/* What all files are held against. */
struct material {
    enum task_kind              task;
    const char                 *generative;
    struct stimulus_row        *stimuli;
    int                         count;
    const struct stimulus_row **by_object; /* the same, sorted by object */
    struct published_stimulus  *seen;      /* per stimulus; loadings of the condition at hand */
    struct matrix_map           loadings;
};

static int compare_objects(const void *left, const void *right)
{
    const struct stimulus_row *const *a     = left;
    const struct stimulus_row *const *b     = right;
    const int                         order = strcmp((*a)->object, (*b)->object);

    return order != 0 ? order : (*a)->row_index - (*b)->row_index;
}

/* Is the stimulus's name the file's, whatever folder is before it and ending after it? */
static bool is_named(const char *name, const char *file)
{
    const char  *slash  = strrchr(name, '/');
    const char  *last   = slash == NULL ? name : slash + 1;
    const char  *dot    = strrchr(last, '.');
    const size_t length = dot == NULL ? strlen(last) : (size_t)(dot - last);

    return length == strlen(file) && memcmp(last, file, length) == 0;
}

static int row_of_image(void *argument, const char *object, const char *file)
{
    const struct material *material = argument;
    int                    low = 0, high = material->count;

    while (low < high) { /* the first that is not before the object */
        const int middle = low + (high - low) / 2;

        if (strcmp(material->by_object[middle]->object, object) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < material->count && strcmp(material->by_object[high]->object, object) == 0; high++)
        if (is_named(material->by_object[high]->name, file)) return material->by_object[high]->row_index;
    if (high == low) return PUBLISHED_NOT_THERE;
    return high == low + 1 ? material->by_object[low]->row_index : PUBLISHED_NOT_ONE;
}

static bool text_member(const struct json_value *root, const char *name, const char **out, struct err *err)
{
    const struct json_value *member = json_member(root, name);

    if (member != NULL && json_as_text(member, out)) return true;
    return err_set(err, ERR_INVALID, "field '%s' must be a text", name);
}

static bool read_stimuli(struct material *material, struct store *store, int64_t stimulus_set_id, struct arena *arena,
                         struct err *err)
{
    if (!store_stimuli(store, stimulus_set_id, arena, &material->stimuli, &material->count, err)) return false;
    material->by_object = arena_alloc_array(arena, (size_t)material->count + 1, sizeof(const struct stimulus_row *));
    material->seen      = arena_alloc_array(arena, (size_t)material->count + 1, sizeof *material->seen);
    if (material->by_object == NULL || material->seen == NULL) return err_no_memory(err);
    for (int i = 0; i < material->count; i++) {
        material->by_object[i] = &material->stimuli[i];
        material->seen[i].name = material->stimuli[i].name;
    }
    qsort(material->by_object, (size_t)material->count, sizeof(const struct stimulus_row *), compare_objects);
    return true;
}

static bool read_material(struct material *material, struct store *store, const struct data_folder *folder,
                          const struct json_value *root, struct arena *arena, struct err *err)
{
    struct stimulus_set_row   set;
    struct representation_row generative;
    const char               *task, *set_name;
    char                      path[PATH_BYTES];

    if (!text_member(root, "task", &task, err) || !text_member(root, "stimulus_set", &set_name, err) ||
        !text_member(root, "generative", &material->generative, err))
        return false;
    if (!task_from_name(task, &material->task)) return err_set(err, ERR_INVALID, "field 'task' is category or reward");
    if (!store_stimulus_set_by_name(store, set_name, &set, err) ||
        !read_stimuli(material, store, set.stimulus_set_id, arena, err) ||
        !store_representation_by_name(store, set.stimulus_set_id, material->generative, arena, &generative, err))
        return false;
    data_folder_matrix(folder, &generative.matrix_sha256, path);
    if (!matrix_map_open(path, &material->loadings, err)) return false;
    return material->loadings.matrix.row_count == material->count
               ? true
               : err_set(err, ERR_STORAGE, "%s does not have the %d rows that it was stored with", path, material->count);
}

static bool check_file(struct material *material, const struct explicit_condition *condition, struct err *err)
{
    const int columns = material->loadings.matrix.column_count;

    if (condition->dimension >= columns)
        return err_set(err, ERR_INVALID, "dimension %d is beyond the %d of '%s'", condition->dimension + 1, columns,
                       material->generative);
    for (int i = 0; i < material->count; i++)
        material->seen[i].loading = material->loadings.matrix.values[(size_t)i * (size_t)columns + (size_t)condition->dimension];
    return published_condition_check(material->task, condition, material->seen, err)
               ? true
               : err_wrap(err, "it does not agree with '%s'", material->generative);
}

static bool add_file(struct material *material, const struct published_file *file, struct json_writer *writer, struct err *err)
{
    struct explicit_condition condition;
    struct text               text;
    bool                      ok;

    text_init(&text);
    ok = published_condition_read(file->text, material->task, file->number, row_of_image, material, &condition, err) &&
         check_file(material, &condition, err);
    if (ok) {
        published_condition_write(material->task, &condition, material->seen, &text);
        ok = text_ok(&text, err);
    }
    if (ok) json_raw(writer, NULL, text.data);
    condition_close(&condition.condition);
    text_close(&text);
    return ok ? true : err_wrap(err, "%s", file->name);
}

/* Everything that the description says, as it is. */
static bool copy_members(const struct json_value *root, struct json_writer *writer, struct err *err)
{
    static const char *const TAKEN[] = {"conditions", "condition_count", "seed"};

    for (size_t i = 0; i < sizeof TAKEN / sizeof TAKEN[0]; i++)
        if (json_member(root, TAKEN[i]) != NULL)
            return err_set(err, ERR_INVALID, "field '%s': the conditions come from the files", TAKEN[i]);
    for (const struct json_value *member = json_first(root); member != NULL; member = json_next(member)) {
        struct text text;
        bool        ok;

        text_init(&text);
        json_copy(member, &text);
        ok = text_ok(&text, err);
        if (ok) json_raw(writer, json_name(member), text.data);
        text_close(&text);
        if (!ok) return false;
    }
    return true;
}

static bool describe(struct material *material, const struct json_value *root, const struct published_file *files, int file_count,
                     struct text *out, struct err *err)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    if (!copy_members(root, &writer, err)) return false;
    json_begin_array(&writer, "conditions");
    for (int i = 0; i < file_count; i++)
        if (!add_file(material, &files[i], &writer, err)) return false;
    json_end_array(&writer);
    json_end_object(&writer);
    return text_ok(out, err);
}

bool published_study_describe(struct store *store, const struct data_folder *folder, struct span description,
                              const struct published_file *files, int file_count, struct text *out, struct err *err)
{
    struct material  material = {0};
    struct json_doc *doc      = json_parse(description, err);
    struct arena     arena;
    bool             ok;

    if (doc == NULL) return false;
    arena_init(&arena);
    ok = json_is_object(json_root(doc)) ? true : err_set(err, ERR_INVALID, "the description is not an object");
    ok = ok && read_material(&material, store, folder, json_root(doc), &arena, err) &&
         describe(&material, json_root(doc), files, file_count, out, err);
    matrix_map_close(&material.loadings);
    arena_close(&arena);
    json_free(doc);
    return ok;
}
