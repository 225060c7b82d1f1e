#include "study/study_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/make_conditions.h"
#include "study/study_description.h"
#include "study/study_parts.h"
#include "task/setting_notes.h"

enum { PROBLEM_MAX = 64 };

struct problem {
    char field[ERR_FIELD_BYTES];
    char message[ERR_MESSAGE_BYTES];
};

/* What the steps share. */
struct checking {
    struct store             *store;
    const struct data_folder *folder;
    const struct json_value  *root;
    struct json_doc          *doc; /* of what could be read of it; the description borrows from it */
    struct study_description  description;
    struct stimulus_set_row   set;
    struct bin_report         reports[STUDY_DIMENSION_MAX];
    int                       report_count;
    struct problem            problems[PROBLEM_MAX]; /* no field twice */
    int                       problem_count;
    char                      left_out[PROBLEM_MAX][ERR_FIELD_BYTES]; /* paths of members that cannot be read */
    int                       left_out_count;
};

/* --- problems --- */

static bool has_problem(const struct checking *checking, const char *field)
{
    for (int i = 0; i < checking->problem_count; i++)
        if (strcmp(checking->problems[i].field, field) == 0) return true;
    return false;
}

/* The researcher's mistakes are noted, and the check goes on; false for what is no mistake of theirs. */
static bool note(struct checking *checking, const struct err *err)
{
    struct problem *problem = &checking->problems[checking->problem_count];

    if (err->kind == ERR_STORAGE || err->kind == ERR_INTERNAL) return false;
    if (checking->problem_count == PROBLEM_MAX || (err->field[0] != '\0' && has_problem(checking, err->field))) return true;
    memcpy(problem->field, err->field, sizeof problem->field);
    memcpy(problem->message, err->message, sizeof problem->message);
    checking->problem_count++;
    return true;
}

/* --- reading what can be read --- */

/* Members without which a description is none; with these in their places, mistakes in other members are found, too. */
static const struct {
    const char *name;
    const char *json;
} PLACEHOLDERS[] = {{"slug", "\"x\""},         {"title", "\"-\""},       {"stimulus_set", "\"x\""},
                    {"representations", "[]"}, {"condition_count", "1"}, {"generative", "\"x\""}};

static bool is_left_out(const struct checking *checking, const char *path)
{
    for (int i = 0; i < checking->left_out_count; i++)
        if (strcmp(checking->left_out[i], path) == 0) return true;
    return false;
}

static void copy_readable(const struct checking *checking, const char *path, const struct json_value *value,
                          struct json_writer *writer)
{
    for (const struct json_value *member = json_first(value); member != NULL; member = json_next(member)) {
        char        inner[ERR_FIELD_BYTES];
        struct text text;

        (void)snprintf(inner, sizeof inner, "%s%s%s", path, path[0] == '\0' ? "" : ".", json_name(member));
        if (is_left_out(checking, inner)) continue;
        if (json_is_object(member)) {
            json_begin_object(writer, json_name(member));
            copy_readable(checking, inner, member, writer);
            json_end_object(writer);
            continue;
        }
        text_init(&text);
        json_copy(member, &text);
        if (text.is_failed)
            writer->out->is_failed = true;
        else
            json_raw(writer, json_name(member), text.data);
        text_close(&text);
    }
}

static bool parse_readable(struct checking *checking, struct err *err)
{
    struct json_writer writer;
    struct text        text;

    text_init(&text);
    json_writer_init(&writer, &text);
    json_begin_object(&writer, NULL);
    copy_readable(checking, "", checking->root, &writer);
    for (size_t i = 0; i < sizeof PLACEHOLDERS / sizeof PLACEHOLDERS[0]; i++)
        if (is_left_out(checking, PLACEHOLDERS[i].name)) json_raw(&writer, PLACEHOLDERS[i].name, PLACEHOLDERS[i].json);
    json_end_object(&writer);
    json_free(checking->doc);
    checking->doc = text_ok(&text, err) ? json_parse((struct span){text.data, text.length}, err) : NULL;
    text_close(&text);
    return checking->doc != NULL;
}

/* The member that a mistake is in, a list as a whole; one that is left out already and is missed then: the object around it. False when
 * nothing is left to leave out. */
static bool leave_out(struct checking *checking, const char *field)
{
    char *path = checking->left_out[checking->left_out_count];

    (void)snprintf(path, ERR_FIELD_BYTES, "%s", field);
    path[strcspn(path, "[")] = '\0';
    while (is_left_out(checking, path)) {
        char *dot = strrchr(path, '.');

        if (dot == NULL) return false;
        *dot = '\0';
    }
    if (path[0] == '\0') return false;
    checking->left_out_count++;
    return true;
}

/* Reading ends at a mistake: what it is in is left out, and the rest read again. False when the check itself failed. */
static bool read_description(struct checking *checking, bool *is_read, struct err *err)
{
    *is_read = false;
    if (!json_is_object(checking->root)) {
        err_set(err, ERR_INVALID, "a study's description is a JSON object");
        return note(checking, err);
    }
    while (checking->left_out_count < PROBLEM_MAX) {
        if (!parse_readable(checking, err)) return false;
        *is_read = study_description_read(json_root(checking->doc), &checking->description, err);
        if (*is_read) return true;
        if (!note(checking, err)) return false;
        if (!leave_out(checking, err->field)) return true;
    }
    return true;
}

/* --- beside what is stored --- */

static bool check_slug(struct checking *checking, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    bool             is_taken;

    arena_init(&arena);
    is_taken = store_study_by_slug(checking->store, checking->description.slug, &arena, &row, err);
    arena_close(&arena);
    if (!is_taken) return err->kind == ERR_NOT_FOUND;
    err_set(err, ERR_CONFLICT, "field 'slug': the study '%s' exists already", row.slug);
    return note(checking, err);
}

static bool check_representation(struct checking *checking, const struct json_value *item, int i, struct err *err)
{
    struct representation_row row;
    struct arena              arena;
    const char               *name = "";
    bool                      ok   = true;

    arena_init(&arena);
    if (!json_as_text(item, &name))
        ok = err_set(err, ERR_INVALID, "field 'representations[%d]' must be a text", i);
    else if (!store_representation_by_name(checking->store, checking->set.stimulus_set_id, name, &arena, &row, err))
        ok = err_set(err, err->kind, "field 'representations[%d]': the stimulus set has no representation '%.64s'", i, name);
    arena_close(&arena);
    return ok || note(checking, err);
}

static bool check_representations(struct checking *checking, struct err *err)
{
    const struct json_value *list = checking->description.representations;
    int                      i    = 0;
    bool                     ok   = true;

    if (json_array_count(list) < 1) {
        err_set(err, ERR_INVALID, "field 'representations' must be a list of names");
        return note(checking, err);
    }
    for (const struct json_value *item = json_first(list); ok && item != NULL; item = json_next(item), i++)
        ok = check_representation(checking, item, i, err);
    return ok;
}

/* Whether what conditions are made from is what the researcher said, and not a default in the place of a mistake. */
static bool is_sample_said(const struct checking *checking)
{
    static const char SETTINGS[] = "settings.";

    for (int i = 0; i < checking->left_out_count; i++) {
        const char                *path = checking->left_out[i];
        const struct setting_note *said = NULL;

        if (strncmp(path, SETTINGS, sizeof SETTINGS - 1) == 0) said = setting_note(path + sizeof SETTINGS - 1);
        if (strcmp(path, "settings") == 0 || strcmp(path, "generative") == 0) return false;
        if (said != NULL && said->change == CHANGE_SAMPLE) return false;
    }
    return true;
}

/* One maker for both: reading a large stimulus set takes a while. */
static bool check_pictures_and_bins(struct checking *checking, struct err *err)
{
    const struct study_description *description = &checking->description;
    struct condition_maker          maker;
    struct arena                    arena;
    bool                            is_sampled = description->conditions == NULL && is_sample_said(checking);
    bool                            ok;

    arena_init(&arena);
    ok = conditions_open(&maker, checking->store, checking->folder, (enum task_kind)description->task, &description->settings,
                         checking->set.stimulus_set_id, &arena, err) &&
         conditions_check_pictures(&maker, err) &&
         (!is_sampled ||
          conditions_check(&maker, description->generative, description->seed, checking->reports, &checking->report_count, err));
    arena_close(&arena);
    if (!ok) return note(checking, err);
    for (int i = 0; ok && i < checking->report_count; i++)
        if (checking->reports[i].has_problem) ok = note(checking, &checking->reports[i].problem);
    return ok;
}

static bool check_all(struct checking *checking, struct err *err)
{
    bool is_read;

    if (!read_description(checking, &is_read, err)) return false;
    if (!is_read) return true;
    if (!check_slug(checking, err)) return false;
    if (!study_check_excludes(checking->store, &checking->description.settings, err) && !note(checking, err)) return false;
    if (store_stimulus_set_by_name(checking->store, checking->description.stimulus_set, &checking->set, err))
        return check_representations(checking, err) && check_pictures_and_bins(checking, err);
    if (err->kind == ERR_NOT_FOUND)
        err_set(err, ERR_NOT_FOUND, "field 'stimulus_set': there is no stimulus set '%.64s'", checking->description.stimulus_set);
    return note(checking, err);
}

/* --- the answer --- */

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
    for (int i = 0; i < checking->problem_count; i++) {
        json_begin_object(&writer, NULL);
        json_text(&writer, "field", checking->problems[i].field);
        json_text(&writer, "message", checking->problems[i].message);
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
    checking->store  = store;
    checking->folder = folder;
    checking->root   = description;
    ok               = check_all(checking, err);
    if (ok) write_check(checking, out);
    json_free(checking->doc);
    free(checking);
    return ok && text_ok(out, err);
}
