#include "study/create_study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/npy.h"
#include "store/store_representation.h"
#include "study/condition_rows.h"
#include "study/document_files.h"
#include "task/condition_file.h"
#include "task/study_settings.h"
#include "json/json_read.h"

enum {
    STUDY_CONDITION_MAX        = 10000,
    STUDY_REPRESENTATION_MAX   = 200,
    GENERATIVE_DIMENSION_COUNT = 3,
    TITLE_BYTES_MAX            = 200,
    SEED_NOT_GIVEN             = -1, /* outside the field's range */
};

static const char *const TASK_NAMES[] = {"category", "reward", NULL}; /* in the order of enum task_kind */

struct description {
    const char              *slug;
    const char              *title;
    int                      task;
    const char              *stimulus_set;
    const struct json_value *representations;
    const struct json_value *settings;
    const char              *generative;
    int                      condition_count;
    int64_t                  seed;
    const struct json_value *conditions;
    const struct json_value *documents;
};

static const struct json_field DESCRIPTION_FIELDS[] = {
    JSON_TEXT("slug", struct description, slug, 1, NAME_BYTES - 1),
    JSON_TEXT("title", struct description, title, 1, TITLE_BYTES_MAX),
    JSON_NAME("task", struct description, task, TASK_NAMES),
    JSON_TEXT("stimulus_set", struct description, stimulus_set, 1, NAME_BYTES - 1),
    JSON_VALUE("representations", struct description, representations),
    JSON_OPTIONAL_VALUE("settings", struct description, settings),
    JSON_OPTIONAL_TEXT("generative", struct description, generative, 1, NAME_BYTES - 1),
    JSON_OPTIONAL_INT("condition_count", struct description, condition_count, 1, STUDY_CONDITION_MAX),
    {.name        = "seed",
     .kind        = JSON_KIND_I64,
     .offset      = offsetof(struct description, seed),
     .min         = 0,
     .max         = 9e15,
     .is_optional = true},
    JSON_OPTIONAL_VALUE("conditions", struct description, conditions),
    JSON_OPTIONAL_VALUE("documents", struct description, documents),
};

/* What the steps of making a study share. */
struct making {
    struct store             *store;
    const struct data_folder *folder;
    const char               *path;
    struct description        description;
    struct study_settings     settings;
    struct stimulus_set_row   set;
    struct stimulus_row      *stimuli;
    int                       stimulus_count;
    struct arena              arena;
    int64_t                   study_id;
    int                       condition_count;
};

static bool read_description(struct making *making, const struct json_value *root, struct err *err)
{
    struct description *description = &making->description;
    struct text         settings;
    bool                ok;

    description->seed = SEED_NOT_GIVEN;
    if (!json_read_object(root, "", DESCRIPTION_FIELDS, JSON_FIELD_COUNT(DESCRIPTION_FIELDS), description, err)) return false;
    if (!text_is_slug(description->slug)) return err_set(err, ERR_INVALID, "field 'slug' must be of a-z 0-9 _ -");
    if (description->conditions == NULL && description->generative == NULL)
        return err_set(err, ERR_INVALID, "give either 'conditions', or 'generative' with 'condition_count'");
    if (description->conditions == NULL && description->condition_count == 0)
        return err_set(err, ERR_INVALID, "field 'condition_count' is missing");
    if (description->conditions != NULL && (description->condition_count != 0 || description->seed != SEED_NOT_GIVEN))
        return err_set(err, ERR_INVALID, "fields 'condition_count' and 'seed' are for sampling, not for written 'conditions'");
    if (description->seed == SEED_NOT_GIVEN) description->seed = 0;
    text_init(&settings);
    if (description->settings != NULL) json_copy(description->settings, &settings);
    ok = text_ok(&settings, err) && study_settings_read((enum task_kind)description->task,
                                                        (struct span){settings.data, settings.length}, &making->settings, err);
    text_close(&settings);
    return ok ? true : err_wrap(err, "settings");
}

static bool insert_study(struct making *making, int64_t now_ms, struct err *err)
{
    struct text      settings;
    struct study_row row = {
        .title           = making->description.title,
        .stimulus_set_id = making->set.stimulus_set_id,
        .created_at_ms   = now_ms,
        .state           = "open",
    };
    bool ok;

    (void)snprintf(row.slug, sizeof row.slug, "%s", making->description.slug);
    (void)snprintf(row.task, sizeof row.task, "%s", task_name((enum task_kind)making->description.task));
    text_init(&settings);
    study_settings_write(&making->settings, &settings);
    ok = text_ok(&settings, err);
    if (ok) {
        row.settings = settings.data;
        secret_sha256_of(settings.data, settings.length, &row.settings_sha256);
        ok = store_study_insert(making->store, &row, &making->study_id, err);
    }
    text_close(&settings);
    return ok;
}

static bool insert_representations(struct making *making, struct err *err)
{
    const struct json_value *list  = making->description.representations;
    int                      count = json_array_count(list);
    int                      i     = 0;

    if (count < 1 || count > STUDY_REPRESENTATION_MAX)
        return err_set(err, ERR_INVALID, "field 'representations' must be a list of 1 to %d names", STUDY_REPRESENTATION_MAX);
    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item), i++) {
        struct representation_row row;
        const char               *name;

        if (!json_as_text(item, &name)) return err_set(err, ERR_INVALID, "field 'representations[%d]' must be a text", i);
        if (!store_representation_by_name(making->store, making->set.stimulus_set_id, name, &making->arena, &row, err))
            return false;
        if (store_study_representation_insert(making->store, making->study_id, row.representation_id, i, err)) continue;
        if (err == NULL || err->kind != ERR_CONFLICT) return false;
        return err_set(err, ERR_INVALID, "field 'representations[%d]' names '%s' again", i, name);
    }
    return true;
}

static bool insert_condition(struct making *making, int number, int dimension, enum dinosaur high,
                             const struct condition *condition, struct err *err)
{
    const struct condition_place place = {
        .study_id = making->study_id,
        .task     = (enum task_kind)making->description.task,
        .set      = &making->set,
        .stimuli  = making->stimuli,
    };
    const struct condition_facts facts = {.number = number, .dimension = dimension, .high = high};
    int64_t                      id;

    if (!condition_rows_insert(making->store, &place, &facts, condition, &id, err)) return false;
    making->condition_count++;
    return true;
}

/* --- sampled conditions --- */

/* The stimuli as the sampler sees them: the same object has the same number; loadings are filled in per dimension. */
static bool number_objects(struct making *making, struct candidate **out, struct err *err)
{
    struct candidate *candidates = arena_alloc_array(&making->arena, (size_t)making->stimulus_count, sizeof *candidates);

    if (candidates == NULL) return err_no_memory(err);
    for (int i = 0; i < making->stimulus_count; i++) {
        int first = 0;

        while (strcmp(making->stimuli[first].object, making->stimuli[i].object) != 0) first++;
        candidates[i].object = first;
    }
    *out = candidates;
    return true;
}

static bool sample_condition(struct making *making, const struct matrix *loadings, struct candidate *candidates, int number,
                             struct err *err)
{
    int                       dimension = (number - 1) % GENERATIVE_DIMENSION_COUNT;
    struct condition_settings settings  = {
         .task           = (enum task_kind)making->description.task,
         .trial_count    = making->settings.trial_count,
         .practice_count = making->settings.practice_count,
         .high_dinosaur  = (number - 1) / GENERATIVE_DIMENSION_COUNT % 2 == 0 ? DINOSAUR_FOLTY : DINOSAUR_JULTY,
         .seed           = (uint64_t)making->description.seed * STUDY_CONDITION_MAX + (uint64_t)number,
    };
    struct condition condition = {0};
    bool             ok;

    for (int i = 0; i < making->stimulus_count; i++)
        candidates[i].loading = loadings->values[(size_t)i * (size_t)loadings->column_count + (size_t)dimension];
    ok = condition_sample(&settings, candidates, making->stimulus_count, &condition, err) &&
         insert_condition(making, number, dimension, settings.high_dinosaur, &condition, err);
    condition_close(&condition);
    return ok ? true : err_wrap(err, "condition %d (dimension %d)", number, dimension + 1);
}

/* Where the conditions come from, or are said to. */
static bool note_generative(struct making *making, struct representation_row *out, struct err *err)
{
    return store_representation_by_name(making->store, making->set.stimulus_set_id, making->description.generative,
                                        &making->arena, out, err) &&
           store_study_set_generative(making->store, making->study_id, out->representation_id, err);
}

static bool sample_conditions(struct making *making, struct err *err)
{
    struct representation_row generative;
    struct matrix             loadings   = {0};
    struct candidate         *candidates = NULL;
    char                      path[PATH_BYTES];
    bool                      ok = true;

    if (!note_generative(making, &generative, err)) return false;
    if (generative.feature_count < GENERATIVE_DIMENSION_COUNT)
        return err_set(err, ERR_INVALID, "the generative representation '%s' has %d dimensions; %d are needed", generative.name,
                       generative.feature_count, GENERATIVE_DIMENSION_COUNT);
    data_folder_matrix(making->folder, &generative.matrix_sha256, path);
    if (!npy_read_file(path, &loadings, err)) return false;
    ok = loadings.row_count == making->stimulus_count && loadings.column_count == generative.feature_count
             ? number_objects(making, &candidates, err)
             : err_set(err, ERR_STORAGE, "%s does not have the %d rows of %d numbers that it was stored with", path,
                       making->stimulus_count, generative.feature_count);
    for (int number = 1; ok && number <= making->description.condition_count; number++)
        ok = sample_condition(making, &loadings, candidates, number, err);
    matrix_close(&loadings);
    return ok;
}

/* --- conditions written out --- */

static int row_of_image(void *argument, const char *name)
{
    const struct making *making = argument;

    for (int i = 0; i < making->stimulus_count; i++)
        if (strcmp(making->stimuli[i].name, name) == 0) return i;
    return -1;
}

static bool explicit_conditions(struct making *making, struct err *err)
{
    struct condition_file     file = {0};
    struct representation_row generative;
    struct text               text;
    bool                      ok;

    if (making->description.generative != NULL && !note_generative(making, &generative, err)) return false;
    text_init(&text);
    text_add(&text, "{\"conditions\":");
    json_copy(making->description.conditions, &text);
    text_add(&text, "}");
    ok = text_ok(&text, err) && condition_file_read((struct span){text.data, text.length},
                                                    (enum task_kind)making->description.task, row_of_image, making, &file, err);
    for (int i = 0; ok && i < file.count; i++) {
        const struct explicit_condition *one = &file.conditions[i];

        if (one->condition.trial_count != making->settings.trial_count ||
            one->condition.practice_count != making->settings.practice_count)
            ok = err_set(err, ERR_INVALID, "condition %d has %d trials and %d practice trials; the settings say %d and %d",
                         one->condition_number, one->condition.trial_count, one->condition.practice_count,
                         making->settings.trial_count, making->settings.practice_count);
        else
            ok = insert_condition(making, one->condition_number, one->dimension, one->high_dinosaur, &one->condition, err);
    }
    condition_file_close(&file);
    text_close(&text);
    return ok;
}

/* People of another study are recognised by the same platform's ids; where that cannot be, nobody would be excluded, and nobody told. */
static bool check_excluded_study(struct making *making, const char *slug, struct err *err)
{
    enum platform          ours   = making->settings.recruitment.platform.platform;
    struct study_settings *theirs = arena_alloc(&making->arena, sizeof *theirs);
    struct study_row       row;

    if (theirs == NULL) return err_no_memory(err);
    if (!store_study_by_slug(making->store, slug, &making->arena, &row, err))
        return err->kind == ERR_NOT_FOUND ? err_set(err, ERR_INVALID, "there is no study '%s'", slug) : false;
    if (!study_settings_read(strcmp(row.task, task_name(TASK_REWARD)) == 0 ? TASK_REWARD : TASK_CATEGORY, span_of(row.settings),
                             theirs, err))
        return false;
    if (theirs->recruitment.platform.platform == ours) return true;
    return err_set(err, ERR_INVALID, "the study '%s' gets its participants by %s, this one by %s: nobody would be recognised",
                   slug, PLATFORM_NAMES[theirs->recruitment.platform.platform], PLATFORM_NAMES[ours]);
}

static bool check_excludes(struct making *making, struct err *err)
{
    const struct recruitment *recruitment = &making->settings.recruitment;

    for (int i = 0; i < recruitment->exclude_count; i++)
        if (!check_excluded_study(making, recruitment->excludes[i], err))
            return err_wrap(err, "settings: field 'recruitment.excludes[%d]'", i);
    return true;
}

static bool make_study(struct making *making, int64_t now_ms, struct err *err)
{
    if (!check_excludes(making, err)) return false;
    if (!store_stimulus_set_by_name(making->store, making->description.stimulus_set, &making->set, err)) return false;
    if (!store_stimuli(making->store, making->set.stimulus_set_id, &making->arena, &making->stimuli, &making->stimulus_count,
                       err))
        return false;
    if (!insert_study(making, now_ms, err) || !insert_representations(making, err)) return false;
    if (making->description.documents != NULL &&
        !document_files_add(making->store, making->study_id, making->path, making->description.documents, now_ms, err))
        return false;
    return making->description.conditions != NULL ? explicit_conditions(making, err) : sample_conditions(making, err);
}

bool create_study(struct store *store, const struct data_folder *folder, int64_t now_ms, const char *name, struct span json,
                  struct create_study_result *out, struct err *err)
{
    struct making   *making = calloc(1, sizeof *making);
    struct json_doc *doc    = NULL;
    bool             ok     = false;

    if (making == NULL) return err_no_memory(err);
    making->store  = store;
    making->folder = folder;
    making->path   = name;
    arena_init(&making->arena);
    doc = json_parse(json, err);
    if (doc == NULL || !read_description(making, json_root(doc), err)) goto done;
    if (!store_begin(store, err)) goto done;
    ok = make_study(making, now_ms, err) && store_commit(store, err);
    if (!ok) store_rollback(store);
done:
    (void)snprintf(out->slug, sizeof out->slug, "%s", ok ? making->description.slug : "");
    out->condition_count = making->condition_count;
    json_free(doc);
    arena_close(&making->arena);
    free(making);
    return ok ? true : err_wrap(err, "%s", name);
}
