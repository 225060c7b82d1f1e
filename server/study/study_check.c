#include "study/study_check.h"

#include <stdlib.h>
#include <string.h>

#include "study/study_description.h"
#include "study/study_parts.h"

/* What the steps share. */
struct checking {
    struct store             *store;
    const struct data_folder *folder;
    struct study_description  description;
    struct stimulus_set_row   set;
    struct bin_report         reports[STUDY_DIMENSION_MAX];
    int                       report_count;
    struct err                problem; /* the first that was found */
    bool                      has_problem;
};

static bool check_slug(struct checking *checking, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    bool             is_taken;

    arena_init(&arena);
    is_taken = store_study_by_slug(checking->store, checking->description.slug, &arena, &row, err);
    arena_close(&arena);
    if (is_taken) return err_set(err, ERR_CONFLICT, "field 'slug': the study '%s' exists already", row.slug);
    return err->kind == ERR_NOT_FOUND;
}

static bool check_representations(struct checking *checking, struct err *err)
{
    int  i  = 0;
    bool ok = json_array_count(checking->description.representations) > 0 ||
              err_set(err, ERR_INVALID, "field 'representations' must be a list of names");

    if (!ok) return false;
    for (const struct json_value *item = json_first(checking->description.representations); ok && item != NULL;
         item                          = json_next(item), i++) {
        struct representation_row row;
        struct arena              arena;
        const char               *name = "";

        arena_init(&arena);
        if (!json_as_text(item, &name))
            ok = err_set(err, ERR_INVALID, "field 'representations[%d]' must be a text", i);
        else if (!store_representation_by_name(checking->store, checking->set.stimulus_set_id, name, &arena, &row, err))
            ok = err_set(err, err->kind, "field 'representations[%d]': the stimulus set has no representation '%.64s'", i, name);
        arena_close(&arena);
    }
    return ok;
}

static bool check_bins(struct checking *checking, struct err *err)
{
    const struct study_description *description = &checking->description;
    struct condition_maker          maker       = {0};
    bool                            ok;

    if (description->conditions != NULL) return true;
    ok = conditions_open(&maker, checking->store, checking->folder, (enum task_kind)description->task, &description->settings,
                         checking->set.stimulus_set_id, err) &&
         conditions_check(&maker, description->generative, description->seed, checking->reports, &checking->report_count, err);
    conditions_close(&maker);
    return ok;
}

static bool check_all(struct checking *checking, const struct json_value *root, struct err *err)
{
    if (!study_description_read(root, &checking->description, err)) return false;
    if (!store_stimulus_set_by_name(checking->store, checking->description.stimulus_set, &checking->set, err))
        return err->kind == ERR_NOT_FOUND ? err_set(err, ERR_NOT_FOUND, "field 'stimulus_set': there is no stimulus set '%.64s'",
                                                    checking->description.stimulus_set)
                                          : false;
    return check_bins(checking, err) && check_slug(checking, err) && check_representations(checking, err) &&
           study_check_excludes(checking->store, &checking->description.settings, err);
}

static void write_bins(const struct checking *checking, struct json_writer *writer)
{
    const struct condition_bins bins = {checking->description.settings.bin_count, checking->description.settings.loading_max};

    json_begin_array(writer, "bins");
    for (int i = 0; i < checking->report_count; i++) {
        json_begin_object(writer, NULL);
        json_i64(writer, "dimension", checking->reports[i].dimension);
        json_begin_array(writer, "bins");
        for (int bin = 0; bin < bins.count; bin++) {
            json_begin_object(writer, NULL);
            json_f64(writer, "low", condition_bin_edge(&bins, bin - 1));
            json_f64(writer, "high", condition_bin_edge(&bins, bin));
            json_i64(writer, "objects", checking->reports[i].objects[bin]);
            json_i64(writer, "needed", checking->reports[i].needed);
            json_end_object(writer);
        }
        json_end_array(writer);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_check(const struct checking *checking, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "problems");
    if (checking->has_problem) {
        json_begin_object(&writer, NULL);
        json_text(&writer, "field", checking->problem.field);
        json_text(&writer, "message", checking->problem.message);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    write_bins(checking, &writer);
    json_end_object(&writer);
}

bool study_check_write(struct store *store, const struct data_folder *folder, const struct json_value *description,
                       struct text *out, struct err *err)
{
    struct checking *checking = calloc(1, sizeof *checking);
    bool             ok;

    if (checking == NULL) return err_no_memory(err);
    checking->store       = store;
    checking->folder      = folder;
    checking->has_problem = !check_all(checking, description, &checking->problem);
    ok = !checking->has_problem || (checking->problem.kind != ERR_STORAGE && checking->problem.kind != ERR_INTERNAL);
    if (ok)
        write_check(checking, out);
    else
        *err = checking->problem;
    free(checking);
    return ok && text_ok(out, err);
}
