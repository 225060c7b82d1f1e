#include <stdio.h>
#include <string.h>

#include "task/setting_notes.h"

enum { PATH_BYTES = 80 };

/* One object of settings and where it is. */
struct level {
    const char              *prefix; /* "" or "recruitment." */
    const struct json_field *fields;
    size_t                   field_count;
    const struct json_value *defaults;
};

/* The stages in which a setting may change, as far as the stage decides. */
static const char *const STAGES_OF_CHANGE[CHANGE_COUNT] = {
    [CHANGE_SAMPLE]  = "[\"draft\"]",
    [CHANGE_MODELS]  = "[\"draft\",\"pilot\"]",
    [CHANGE_PROMISE] = "[\"draft\",\"pilot\"]",
    [CHANGE_SESSION] = "[\"draft\",\"pilot\"]",
    [CHANGE_ALWAYS]  = "[\"draft\",\"pilot\",\"open\",\"paused\"]",
};

static void write_members(struct json_writer *writer, const struct level *level);

static void write_range(struct json_writer *writer, const struct json_field *field, bool is_length)
{
    json_f64(writer, is_length ? "minLength" : "minimum", field->min);
    json_f64(writer, is_length ? "maxLength" : "maximum", field->max);
}

static void write_list(struct json_writer *writer, const char *path)
{
    json_text(writer, "type", "array");
    json_begin_object(writer, "items");
    json_text(writer, "type",
              strcmp(path, "dimensions") == 0                ? "integer"
              : strcmp(path, "recruitment.eligibility") == 0 ? "object"
                                                             : "string");
    if (strcmp(path, "inputs") == 0) {
        json_begin_array(writer, "enum");
        for (int i = 0; i < INPUT_COUNT; i++) json_text(writer, NULL, INPUT_NAMES[i]);
        json_end_array(writer);
    }
    json_end_object(writer);
}

static void write_value(struct json_writer *writer, const struct level *level, const struct json_field *field, const char *path)
{
    const struct json_value *value = json_member(level->defaults, field->name);

    if (!json_is_object(value)) {
        write_list(writer, path);
        return;
    }
    if (strcmp(path, "recruitment") == 0)
        write_members(writer, &(struct level){"recruitment.", RECRUITMENT_FIELDS, RECRUITMENT_FIELD_COUNT, value});
    else
        write_members(writer, &(struct level){"blind.", BLIND_FIELDS, BLIND_FIELD_COUNT, value});
}

static void write_type(struct json_writer *writer, const struct level *level, const struct json_field *field, const char *path)
{
    switch (field->kind) {
    case JSON_KIND_INT:
    case JSON_KIND_I64:
        json_text(writer, "type", "integer");
        write_range(writer, field, false);
        return;
    case JSON_KIND_REAL:
        json_text(writer, "type", "number");
        write_range(writer, field, false);
        return;
    case JSON_KIND_BOOL:
        json_text(writer, "type", "boolean");
        return;
    case JSON_KIND_TEXT:
        json_text(writer, "type", "string");
        write_range(writer, field, true);
        return;
    case JSON_KIND_NAME:
        json_begin_array(writer, "enum");
        for (int i = 0; field->names[i] != NULL; i++) json_text(writer, NULL, field->names[i]);
        json_end_array(writer);
        return;
    case JSON_KIND_VALUE:
        write_value(writer, level, field, path);
        return;
    }
}

static void write_default(struct json_writer *writer, const struct json_value *value)
{
    struct text text;

    text_init(&text);
    json_copy(value, &text);
    if (text.is_failed)
        writer->out->is_failed = true;
    else
        json_raw(writer, "default", text.data);
    text_close(&text);
}

static void write_setting(struct json_writer *writer, const struct level *level, const struct json_field *field)
{
    const struct setting_note *note;
    char                       path[PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s%s", level->prefix, field->name);
    note = setting_note(path);
    json_begin_object(writer, field->name);
    if (note != NULL) {
        json_text(writer, "title", note->title);
        json_text(writer, "description", note->sentence);
        if (note->unit[0] != '\0') json_text(writer, "x-unit", note->unit);
        json_text(writer, "x-group", note->group);
        json_raw(writer, "x-changes", STAGES_OF_CHANGE[note->change]);
    }
    write_type(writer, level, field, path);
    write_default(writer, json_member(level->defaults, field->name));
    json_end_object(writer);
}

static void write_members(struct json_writer *writer, const struct level *level)
{
    json_text(writer, "type", "object");
    json_bool(writer, "additionalProperties", false);
    json_begin_object(writer, "properties");
    for (size_t i = 0; i < level->field_count; i++) write_setting(writer, level, &level->fields[i]);
    json_end_object(writer);
}

static void write_schema(enum task_kind task, const struct json_value *defaults, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_text(&writer, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_text(&writer, "title",
              task == TASK_REWARD ? "Settings of a study of reward learning" : "Settings of a study of category learning");
    write_members(&writer, &(struct level){"", STUDY_SETTING_FIELDS, STUDY_SETTING_FIELD_COUNT, defaults});
    json_end_object(&writer);
    text_add(out, "\n");
}

bool setting_schema_write(enum task_kind task, struct text *out, struct err *err)
{
    struct study_settings settings;
    struct json_doc      *doc;
    struct text           defaults;

    study_settings_default(task, &settings);
    text_init(&defaults);
    study_settings_write(&settings, &defaults);
    doc = text_ok(&defaults, err) ? json_parse((struct span){defaults.data, defaults.length}, err) : NULL;
    text_close(&defaults);
    if (doc == NULL) return false;
    write_schema(task, json_root(doc), out);
    json_free(doc);
    return text_ok(out, err);
}
