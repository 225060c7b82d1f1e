#include "study/make_conditions.h"

#include <stdio.h>
#include <string.h>

#include "base/name_index.h"
#include "model/matrix_map.h"
#include "store/store_condition.h"
#include "store/store_representation.h"
#include "study/condition_rows.h"
#include "task/condition_file.h"

bool conditions_open(struct condition_maker *maker, struct store *store, const struct data_folder *folder, enum task_kind task,
                     const struct study_settings *settings, int64_t stimulus_set_id, struct err *err)
{
    *maker = (struct condition_maker){.store = store, .folder = folder, .task = task, .settings = settings};
    arena_init(&maker->arena);
    return store_stimulus_set_by_id(store, stimulus_set_id, &maker->set, err) &&
           store_stimuli(store, stimulus_set_id, &maker->arena, &maker->stimuli, &maker->stimulus_count, err);
}

void conditions_close(struct condition_maker *maker)
{
    arena_close(&maker->arena);
}

static bool insert_condition(struct condition_maker *maker, int number, int dimension, enum dinosaur high,
                             const struct condition *condition, struct err *err)
{
    const struct condition_place place = {
        .study_id = maker->study_id, .task = maker->task, .set = &maker->set, .stimuli = maker->stimuli};
    const struct condition_facts facts = {.number = number, .dimension = dimension, .high = high};
    int64_t                      id;

    if (!condition_rows_insert(maker->store, &place, &facts, condition, &id, err)) return false;
    maker->condition_count++;
    return true;
}

/* --- sampled conditions --- */

/* Where conditions come from: the loadings of every stimulus, of which a column is looked at for each condition. */
struct source {
    struct representation_row generative;
    struct matrix_map         loadings;
    struct candidate         *candidates; /* in the maker's arena; loadings of one dimension at a time */
};

/* The stimuli as the sampler sees them: the same object has the same number; loadings are filled in per dimension. */
static bool number_objects(struct condition_maker *maker, struct candidate **out, struct err *err)
{
    struct candidate *candidates = arena_alloc_array(&maker->arena, (size_t)maker->stimulus_count, sizeof *candidates);
    struct name_index objects;
    bool              is_new, ok = candidates != NULL ? true : err_no_memory(err);

    name_index_init(&objects);
    for (int i = 0; ok && i < maker->stimulus_count; i++)
        ok = name_index_add(&objects, maker->stimuli[i].object, &candidates[i].object, &is_new, err);
    name_index_close(&objects);
    *out = candidates;
    return ok;
}

static bool check_dimensions(const struct condition_maker *maker, const struct representation_row *generative, struct err *err)
{
    int newest = 0;

    for (int i = 0; i < maker->settings->dimension_count; i++)
        if (maker->settings->dimensions[i] > newest) newest = maker->settings->dimensions[i];
    if (newest < generative->feature_count) return true;
    return err_set(err, ERR_INVALID, "the generative representation '%s' has %d dimensions; %d are needed", generative->name,
                   generative->feature_count, newest + 1);
}

static bool source_open(struct condition_maker *maker, const char *generative, struct source *out, struct err *err)
{
    char path[PATH_BYTES];

    *out = (struct source){0};
    if (!store_representation_by_name(maker->store, maker->set.stimulus_set_id, generative, &maker->arena, &out->generative,
                                      err) ||
        !check_dimensions(maker, &out->generative, err))
        return false;
    data_folder_matrix(maker->folder, &out->generative.matrix_sha256, path);
    if (!matrix_map_open(path, &out->loadings, err)) return false;
    if (out->loadings.matrix.row_count != maker->stimulus_count ||
        out->loadings.matrix.column_count != out->generative.feature_count)
        return err_set(err, ERR_STORAGE, "%s does not have the %d rows of %d numbers that it was stored with", path,
                       maker->stimulus_count, out->generative.feature_count);
    return number_objects(maker, &out->candidates, err);
}

static void turn_to(const struct condition_maker *maker, struct source *source, int dimension)
{
    const struct matrix *loadings = &source->loadings.matrix;

    for (int i = 0; i < maker->stimulus_count; i++)
        source->candidates[i].loading = loadings->values[(size_t)i * (size_t)loadings->column_count + (size_t)dimension];
}

static struct condition_settings settings_of(const struct condition_maker *maker, int number, int64_t seed)
{
    const struct study_settings *settings = maker->settings;
    bool is_second = settings->counterbalance == COUNTERBALANCE_ALTERNATE && (number - 1) / settings->dimension_count % 2 == 1;

    return (struct condition_settings){
        .task           = maker->task,
        .trial_count    = settings->trial_count,
        .practice_count = settings->practice_count,
        .high_dinosaur  = is_second ? DINOSAUR_JULTY : DINOSAUR_FOLTY,
        .bins           = {settings->bin_count, settings->loading_max},
        .longest_run    = settings->longest_run_of_category,
        .seed           = (uint64_t)seed * STUDY_CONDITION_MAX + (uint64_t)number,
    };
}

static bool sample_one(struct condition_maker *maker, struct source *source, int number, int64_t seed, bool is_kept,
                       struct err *err)
{
    int                       dimension = maker->settings->dimensions[(number - 1) % maker->settings->dimension_count];
    struct condition_settings settings  = settings_of(maker, number, seed);
    struct condition          condition = {0};
    bool                      ok;

    turn_to(maker, source, dimension);
    ok = condition_sample(&settings, source->candidates, maker->stimulus_count, &condition, err) &&
         (!is_kept || insert_condition(maker, number, dimension, settings.high_dinosaur, &condition, err));
    condition_close(&condition);
    return ok ? true : err_wrap(err, "condition %d (dimension %d)", number, dimension + 1);
}

bool conditions_sample(struct condition_maker *maker, const char *generative, int count, int64_t seed, struct err *err)
{
    struct source source;
    bool          ok = source_open(maker, generative, &source, err);

    for (int number = 1; ok && number <= count; number++) ok = sample_one(maker, &source, number, seed, true, err);
    matrix_map_close(&source.loadings);
    return ok;
}

/* For a sentence that names no field of its own. */
static bool say_field(struct err *err, const char *field)
{
    if (err->field[0] == '\0') (void)snprintf(err->field, sizeof err->field, "%s", field);
    return false;
}

bool conditions_check(struct condition_maker *maker, const char *generative, int64_t seed, struct bin_report *reports,
                      int *report_count, struct err *err)
{
    const struct condition_bins bins = {maker->settings->bin_count, maker->settings->loading_max};
    struct source               source;
    bool                        ok = source_open(maker, generative, &source, err);

    *report_count = 0;
    if (!ok) return matrix_map_close(&source.loadings), say_field(err, "generative");
    for (int i = 0; i < maker->settings->dimension_count; i++) {
        struct condition_settings settings = settings_of(maker, i + 1, seed);
        struct bin_report        *report   = &reports[(*report_count)++];

        *report = (struct bin_report){.dimension = maker->settings->dimensions[i], .needed = condition_needed_per_bin(&settings)};
        turn_to(maker, &source, report->dimension);
        condition_objects_of_bins(&bins, source.candidates, maker->stimulus_count, report->objects);
        report->has_problem = !sample_one(maker, &source, i + 1, seed, false, &report->problem);
        if (report->has_problem)
            (void)snprintf(report->problem.field, sizeof report->problem.field, "settings.dimensions[%d]", i);
    }
    matrix_map_close(&source.loadings);
    return true;
}

/* --- conditions written out --- */

static int row_of_image(void *argument, const char *name)
{
    const struct condition_maker *maker = argument;

    for (int i = 0; i < maker->stimulus_count; i++)
        if (strcmp(maker->stimuli[i].name, name) == 0) return i;
    return -1;
}

static bool check_counts(const struct condition_maker *maker, const struct explicit_condition *one, struct err *err)
{
    const struct study_settings *settings = maker->settings;

    if (one->condition.trial_count == settings->trial_count && one->condition.practice_count == settings->practice_count)
        return true;
    return err_set(err, ERR_INVALID, "condition %d has %d trials and %d practice trials; the settings say %d and %d",
                   one->condition_number, one->condition.trial_count, one->condition.practice_count, settings->trial_count,
                   settings->practice_count);
}

bool conditions_take(struct condition_maker *maker, const struct json_value *conditions, struct err *err)
{
    struct condition_file file = {0};
    struct text           text;
    bool                  ok;

    text_init(&text);
    text_add(&text, "{\"conditions\":");
    json_copy(conditions, &text);
    text_add(&text, "}");
    ok = text_ok(&text, err) &&
         condition_file_read((struct span){text.data, text.length}, maker->task, row_of_image, maker, &file, err);
    for (int i = 0; ok && i < file.count; i++) {
        const struct explicit_condition *one = &file.conditions[i];

        ok = check_counts(maker, one, err) &&
             insert_condition(maker, one->condition_number, one->dimension, one->high_dinosaur, &one->condition, err);
    }
    condition_file_close(&file);
    text_close(&text);
    return ok;
}
