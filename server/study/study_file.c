#include "study/study_file.h"

#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "store/store_condition.h"
#include "store/store_representation.h"
#include "study/study_definition.h"
#include "study/study_parts.h"

enum { FORMAT_VERSION = 1 };

static const char FORMAT[] = "dinolab-study";

/* --- writing --- */

/* What the steps of writing share. */
struct writing {
    struct store         *store;
    struct study_row      row;
    struct stimulus_row  *stimuli;
    int                   stimulus_count;
    struct condition_row *conditions;
    int                   condition_count;
    struct arena          arena;
};

/* Some of a draft's conditions are none: they are being made, or their making was cut short. */
static bool leave_out_parts(struct writing *writing, struct err *err)
{
    bool is_lacking;

    if (!study_lacks_conditions(writing->store, &writing->row, &is_lacking, err)) return false;
    if (is_lacking) writing->condition_count = 0;
    return true;
}

static bool writing_open(struct writing *writing, struct store *store, const char *slug, struct err *err)
{
    *writing = (struct writing){.store = store};
    arena_init(&writing->arena);
    return store_study_by_slug(store, slug, &writing->arena, &writing->row, err) &&
           store_stimuli(store, writing->row.stimulus_set_id, &writing->arena, &writing->stimuli, &writing->stimulus_count,
                         err) &&
           store_conditions(store, writing->row.study_id, &writing->arena, &writing->conditions, &writing->condition_count,
                            err) &&
           leave_out_parts(writing, err);
}

/* A copy or a file is of what can be played again. */
static bool check_is_own(const struct writing *writing, struct err *err)
{
    if (!writing->row.is_imported) return true;
    return err_set(
        err, ERR_CONFLICT,
        "the study '%s' was brought in finished and nobody can take part: it cannot be copied; its table can be brought "
        "in elsewhere by dinolab import trials",
        writing->row.slug);
}

static void write_trial(const struct writing *writing, const struct condition_trial_row *trial, struct json_writer *writer)
{
    json_begin_object(writer, NULL);
    if (trial->right_stimulus_id == 0) {
        json_text(writer, "image", writing->stimuli[trial->left_row].name);
        json_text(writer, "category", trial->category);
    } else {
        json_text(writer, "left_image", writing->stimuli[trial->left_row].name);
        json_text(writer, "right_image", writing->stimuli[trial->right_row].name);
        json_i64(writer, "left_points", trial->left_points);
        json_i64(writer, "right_points", trial->right_points);
    }
    json_end_object(writer);
}

static bool write_phase(struct writing *writing, const struct condition_row *condition, enum phase phase,
                        struct json_writer *writer, struct err *err)
{
    struct condition_trial_row *trials = NULL;
    int                         count  = 0;

    if (!store_condition_trials(writing->store, condition->condition_id, phase, &writing->arena, &trials, &count, err))
        return false;
    if (count == 0 && phase == PHASE_PRACTICE) return true;
    json_begin_array(writer, phase == PHASE_PRACTICE ? "practice" : "trials");
    for (int i = 0; i < count; i++) write_trial(writing, &trials[i], writer);
    json_end_array(writer);
    return true;
}

static bool write_conditions(struct writing *writing, struct json_writer *writer, struct err *err)
{
    json_begin_array(writer, "conditions");
    for (int i = 0; i < writing->condition_count; i++) {
        const struct condition_row *condition = &writing->conditions[i];

        json_begin_object(writer, NULL);
        json_i64(writer, "condition_number", condition->condition_number);
        json_i64(writer, "dimension", condition->dimension);
        if (condition->high_dinosaur[0] != '\0') json_text(writer, "high_dinosaur", condition->high_dinosaur);
        if (!write_phase(writing, condition, PHASE_PRACTICE, writer, err) ||
            !write_phase(writing, condition, PHASE_MAIN, writer, err))
            return false;
        json_end_object(writer);
    }
    json_end_array(writer);
    return true;
}

/* `is_sampled_again`: with how conditions are made, not with those that were. */
static bool write_study(struct writing *writing, bool is_sampled_again, struct json_writer *writer, struct err *err)
{
    struct study_row row         = writing->row;
    bool             has_written = writing->condition_count > 0 && !(is_sampled_again && row.sample_count != 0);

    if (has_written) row.sample_count = 0;
    if (has_written) row.sample_seed = SEED_NONE;
    json_begin_object(writer, "study");
    if (!study_description_write(writing->store, &row, writer, err)) return false;
    if (has_written && !write_conditions(writing, writer, err)) return false;
    json_end_object(writer);
    return true;
}

static void write_hash(struct json_writer *writer, const char *key, const struct secret_hash *hash)
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(hash, hex);
    json_text(writer, key, hex);
}

static bool write_checksums(struct writing *writing, struct json_writer *writer, struct err *err)
{
    struct representation_row *rows  = NULL;
    int                        count = 0;
    struct stimulus_set_row    set;
    struct generative_row      generative;

    if (!store_stimulus_set_by_id(writing->store, writing->row.stimulus_set_id, &set, err) ||
        !store_study_representations(writing->store, writing->row.study_id, &writing->arena, &rows, &count, err) ||
        !store_study_generative(writing->store, writing->row.study_id, &generative, err))
        return false;
    json_begin_object(writer, "checksums");
    write_hash(writer, "stimulus_set", &set.sha256);
    json_begin_object(writer, "representations");
    for (int i = 0; i < count; i++) write_hash(writer, rows[i].name, &rows[i].matrix_sha256);
    json_end_object(writer);
    if (generative.representation_id != 0)
        write_hash(writer, "generative", &generative.matrix_sha256);
    else
        json_null(writer, "generative");
    json_begin_array(writer, "conditions");
    for (int i = 0; i < writing->condition_count; i++) write_hash(writer, NULL, &writing->conditions[i].sha256);
    json_end_array(writer);
    json_end_object(writer);
    return true;
}

bool study_file_write(struct store *store, const char *slug, struct text *out, struct err *err)
{
    struct writing     writing;
    struct json_writer writer;
    bool               ok = writing_open(&writing, store, slug, err) && check_is_own(&writing, err);

    json_writer_init(&writer, out);
    if (ok) {
        json_begin_object(&writer, NULL);
        json_text(&writer, "format", FORMAT);
        json_i64(&writer, "format_version", FORMAT_VERSION);
        json_text(&writer, "program_version", DINOLAB_VERSION);
        ok = write_study(&writing, false, &writer, err) && write_checksums(&writing, &writer, err);
        json_end_object(&writer);
    }
    arena_close(&writing.arena);
    return ok && text_ok(out, err);
}

/* --- reading --- */

struct file_message {
    const char              *format;
    int                      format_version;
    const char              *program_version;
    const struct json_value *study;
    const struct json_value *checksums;
};

static const struct json_field FILE_FIELDS[] = {
    JSON_TEXT("format", struct file_message, format, 1, 40),
    JSON_INT("format_version", struct file_message, format_version, 1, FORMAT_VERSION),
    JSON_TEXT("program_version", struct file_message, program_version, 1, 100),
    JSON_VALUE("study", struct file_message, study),
    JSON_VALUE("checksums", struct file_message, checksums),
};

static bool is_hash(const struct json_value *value, const struct secret_hash *hash)
{
    char        hex[SECRET_HEX_BYTES];
    const char *text;

    secret_hex(hash, hex);
    return json_as_text(value, &text) && strcmp(text, hex) == 0;
}

static bool check_matrix(struct store *store, int64_t stimulus_set_id, const char *name, const struct json_value *hash,
                         const char *field, struct err *err)
{
    struct representation_row row;
    struct arena              arena;
    bool                      ok;

    arena_init(&arena);
    ok = store_representation_by_name(store, stimulus_set_id, name, &arena, &row, err);
    arena_close(&arena);
    if (!ok || is_hash(hash, &row.matrix_sha256)) return ok;
    return err_set(err, ERR_CONFLICT, "field 'checksums.%s': the representation '%s' has other numbers here", field, row.name);
}

/* The material that the new study uses is what the file was made with. */
static bool check_material(struct store *store, const struct create_study_plan *plan, const struct json_value *checksums,
                           struct err *err)
{
    const struct study_description *description = &plan->description;
    const struct stimulus_set_row  *set         = &plan->maker.set;
    const struct json_value        *matrices    = json_member(checksums, "representations");

    if (!is_hash(json_member(checksums, "stimulus_set"), &set->sha256))
        return err_set(err, ERR_CONFLICT,
                       "field 'checksums.stimulus_set': the stimulus set '%s' has other pictures or names here", set->name);
    for (const struct json_value *item = json_first(description->representations); item != NULL; item = json_next(item)) {
        char        field[NAME_BYTES + sizeof "representations."];
        const char *name;

        if (!json_as_text(item, &name)) continue; /* making the study says so */
        (void)snprintf(field, sizeof field, "representations.%.64s", name);
        if (!check_matrix(store, set->stimulus_set_id, name, json_is_object(matrices) ? json_member(matrices, name) : NULL, field,
                          err))
            return false;
    }
    return description->generative == NULL || check_matrix(store, set->stimulus_set_id, description->generative,
                                                           json_member(checksums, "generative"), "generative", err);
}

static bool check_conditions(const struct create_study_plan *plan, const struct json_value *checksums, struct err *err)
{
    const struct condition_maker *maker = &plan->maker;
    const struct json_value      *list  = json_member(checksums, "conditions");
    const struct json_value      *item;
    int                           i = 0;

    if (maker->made_count == 0) return true;
    if (json_array_count(list) != maker->made_count)
        return err_set(err, ERR_CONFLICT, "field 'checksums.conditions' must be a list of %d hashes", maker->made_count);
    for (item = json_first(list); item != NULL; item = json_next(item), i++) {
        struct secret_hash hash;

        conditions_hash(maker, i, &hash);
        if (!is_hash(item, &hash))
            return err_set(err, ERR_CONFLICT, "field 'checksums.conditions[%d]': condition %d is not what was written", i,
                           maker->made[i].facts.number);
    }
    return true;
}

bool study_file_prepare(struct store *store, const struct data_folder *folder, const struct json_value *file, int64_t now_ms,
                        struct arena *arena, struct create_study_plan **out, struct err *err)
{
    const struct create_study_source source  = {.folder = folder, .now_ms = now_ms, .stage = STUDY_DRAFT};
    struct file_message              message = {0};

    if (!json_read_object(file, "", FILE_FIELDS, JSON_FIELD_COUNT(FILE_FIELDS), &message, err)) return false;
    if (strcmp(message.format, FORMAT) != 0)
        return err_set(err, ERR_INVALID, "field 'format' must be '%s': this is not the file of a study", FORMAT);
    if (!json_is_object(message.checksums)) return err_set(err, ERR_INVALID, "field 'checksums' must be an object");
    if (!create_study_prepare(store, &source, message.study, arena, out, err)) return err_in(err, "study");
    return check_material(store, *out, message.checksums, err) && check_conditions(*out, message.checksums, err);
}

/* --- a copy --- */

static struct json_doc *describe(struct writing *writing, struct err *err)
{
    struct json_writer writer;
    struct json_doc   *doc = NULL;
    struct text        text;

    text_init(&text);
    json_writer_init(&writer, &text);
    json_begin_object(&writer, NULL);
    if (write_study(writing, true, &writer, err)) {
        json_end_object(&writer);
        if (text_ok(&text, err)) doc = json_parse((struct span){text.data, text.length}, err);
    }
    text_close(&text);
    return doc;
}

struct json_doc *study_copy_describe(struct store *store, const char *slug, const char *new_slug, const char *new_title,
                                     struct err *err)
{
    struct json_doc *doc = NULL;
    struct writing   writing;
    bool             ok = writing_open(&writing, store, slug, err) && check_is_own(&writing, err);

    if (ok && !text_is_slug(new_slug)) ok = err_set(err, ERR_INVALID, "field 'slug' must be of a-z 0-9 _ -");
    if (ok) {
        (void)snprintf(writing.row.slug, sizeof writing.row.slug, "%s", new_slug);
        writing.row.title = new_title;
        doc               = describe(&writing, err);
    }
    arena_close(&writing.arena);
    return doc;
}
