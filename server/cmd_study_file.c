#include "cmd_study_file.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "cmd_remote.h"
#include "command.h"
#include "data.h"
#include "study/document_files.h"
#include "study/study_change.h"
#include "study/study_file.h"
#include "study/study_state.h"
#include "task/setting_notes.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 };

/* What the words say, and what comes of it. */
struct wanted {
    const char                *data;
    struct remote              remote; /* in its place */
    const char                *slug;
    const char                *file;
    const char                *new_slug;
    const char                *text; /* title or reason */
    struct json_doc           *doc;  /* of the file */
    struct create_study_result made;
};

typedef bool (*verb_fn)(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err);

static bool in_transaction(struct wanted *wanted, struct data *data, verb_fn verb, struct err *err)
{
    bool ok;

    if (!store_begin(data->store, err)) return false;
    ok = verb(wanted, data, clock_wall_ms(&CLOCK_SYSTEM), err) && store_commit(data->store, err);
    if (!ok) store_rollback(data->store);
    return ok;
}

static bool read_document(struct wanted *wanted, struct err *err)
{
    struct text json;
    bool        ok;

    if (wanted->file == NULL) return true;
    text_init(&json);
    ok = file_read(wanted->file, FILE_BYTES_MAX, &json, err);
    if (ok) wanted->doc = json_parse((struct span){json.data, json.length}, err);
    text_close(&json);
    return wanted->doc != NULL;
}

/* The same on a server: what is asked of it, and the name of the text in the message. */
struct remote_verb {
    const char *method;
    const char *path; /* behind that of the study, where there is one */
    const char *text_name;
};

/* The file as it is, or a message of what the words say. */
static bool remote_body(const struct wanted *wanted, const struct remote_verb *verb, struct text *out, struct err *err)
{
    struct json_writer writer;

    if (wanted->file != NULL) return file_read(wanted->file, FILE_BYTES_MAX, out, err);
    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    if (wanted->new_slug != NULL) json_text(&writer, "slug", wanted->new_slug);
    json_text(&writer, verb->text_name, wanted->text);
    json_end_object(&writer);
    return text_ok(out, err);
}

static int run_remote(const struct wanted *wanted, const struct remote_verb *verb)
{
    struct text body, reply;
    struct err  err;
    bool        ok;

    text_init(&body);
    text_init(&reply);
    ok = remote_body(wanted, verb, &body, &err) &&
         remote_ask(&wanted->remote, &(struct remote_request){verb->method, wanted->slug, verb->path, {body.data, body.length}},
                    &reply, &err) &&
         remote_say_made(&reply, &err);
    text_close(&reply);
    text_close(&body);
    return ok ? EXIT_DONE : command_failed(&err);
}

static int run_verb(struct wanted *wanted, verb_fn verb, const struct remote_verb *remote_verb)
{
    struct data opened;
    struct err  err;
    bool        ok;

    if (!remote_is_one_place(wanted->data, &wanted->remote, &err)) return command_failed(&err);
    if (wanted->remote.server != NULL) return run_remote(wanted, remote_verb);
    if (!data_find(wanted->data, &err) || !data_open(wanted->data, &opened, &err)) return command_failed(&err);
    ok = read_document(wanted, &err) && in_transaction(wanted, &opened, verb, &err);
    json_free(wanted->doc);
    data_close(&opened);
    if (!ok) return command_failed(&err);
    if (wanted->made.slug[0] != '\0') (void)printf("study '%s' is a draft\n", wanted->made.slug);
    return EXIT_DONE;
}

/* --- made on a server --- */

static bool write_text_of_file(const char *description_path, const struct json_value *item, struct json_writer *writer,
                               struct err *err)
{
    const char *file;
    char        path[PATH_BYTES];
    struct text text;
    bool        ok;

    if (!json_as_text(item, &file) || !document_file_path(description_path, file, path))
        return err_set(err, ERR_INVALID, "field 'documents': each language has the name of a file");
    text_init(&text);
    ok = file_read(path, FILE_BYTES_MAX, &text, err);
    if (ok) json_text(writer, json_name(item), text.data);
    text_close(&text);
    return ok;
}

static bool write_documents(const char *description_path, const struct json_value *documents, struct json_writer *writer,
                            struct err *err)
{
    json_begin_object(writer, "documents");
    for (const struct json_value *kind = json_first(documents); kind != NULL; kind = json_next(kind)) {
        json_begin_object(writer, json_name(kind));
        for (const struct json_value *item = json_first(kind); item != NULL; item = json_next(item))
            if (!write_text_of_file(description_path, item, writer, err)) return false;
        json_end_object(writer);
    }
    json_end_object(writer);
    return true;
}

static bool write_description(const char *file, const struct json_value *root, struct text *out, struct err *err)
{
    struct json_writer writer;

    if (!json_is_object(root)) return err_set(err, ERR_INVALID, "%s is not a JSON object", file);
    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    if (json_member(root, "state") == NULL) json_text(&writer, "state", STUDY_STAGE_NAMES[STUDY_OPEN]);
    for (const struct json_value *member = json_first(root); member != NULL; member = json_next(member)) {
        struct text value;

        if (strcmp(json_name(member), "documents") == 0) {
            if (!write_documents(file, member, &writer, err)) return false;
            continue;
        }
        text_init(&value);
        json_copy(member, &value);
        if (text_ok(&value, err)) json_raw(&writer, json_name(member), value.data);
        out->is_failed |= value.is_failed;
        text_close(&value);
    }
    json_end_object(&writer);
    return text_ok(out, err);
}

bool study_create_remote(const struct remote *remote, const char *file, struct err *err)
{
    struct wanted wanted = {.file = file};
    struct text   body, reply;
    bool          ok;

    text_init(&body);
    text_init(&reply);
    ok = read_document(&wanted, err) && write_description(file, json_root(wanted.doc), &body, err) &&
         remote_ask(remote, &(struct remote_request){"POST", NULL, "/studies", {body.data, body.length}}, &reply, err) &&
         remote_say_made(&reply, err);
    json_free(wanted.doc);
    text_close(&reply);
    text_close(&body);
    return ok;
}

/* --- the verbs --- */

static bool copy(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err)
{
    const struct create_study_source source = {.folder = &data->folder, .now_ms = now_ms, .stage = STUDY_DRAFT};
    struct create_study_plan        *plan;
    struct arena                     arena;
    bool                             ok;

    wanted->doc = study_copy_describe(data->store, wanted->slug, wanted->new_slug, wanted->text, err);
    if (wanted->doc == NULL) return false;
    arena_init(&arena);
    ok = create_study_prepare(data->store, &source, json_member(json_root(wanted->doc), "study"), &arena, &plan, err) &&
         create_study_insert(data->store, plan, &wanted->made, NULL, err);
    arena_close(&arena);
    return ok;
}

int study_copy(int argc, char **argv)
{
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, false}, REMOTE_OPTIONS(wanted.remote),
        {"--study", OPTION_TEXT, &wanted.slug, true}, {"--slug", OPTION_TEXT, &wanted.new_slug, true},
        {"--title", OPTION_TEXT, &wanted.text, true}, {0},
    };

    return command_options(&COMMAND_STUDY, argc, argv, fields)
               ? run_verb(&wanted, copy, &(struct remote_verb){"POST", "/duplicate", "title"})
               : EXIT_WRONG_USE;
}

static bool edit(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err)
{
    return study_change(data->store, wanted->slug, json_root(wanted->doc), now_ms, NULL, err);
}

int study_edit(int argc, char **argv)
{
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, false},
        REMOTE_OPTIONS(wanted.remote),
        {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--file", OPTION_TEXT, &wanted.file, true},
        {0},
    };

    return command_options(&COMMAND_STUDY, argc, argv, fields) ? run_verb(&wanted, edit, &(struct remote_verb){"PATCH", "", ""})
                                                               : EXIT_WRONG_USE;
}

static bool import_file(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err)
{
    struct create_study_plan *plan;
    struct arena              arena;
    bool                      ok;

    arena_init(&arena);
    ok = study_file_prepare(data->store, &data->folder, json_root(wanted->doc), now_ms, &arena, &plan, err) &&
         create_study_insert(data->store, plan, &wanted->made, NULL, err);
    arena_close(&arena);
    return ok;
}

int study_import(int argc, char **argv)
{
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, false},
        REMOTE_OPTIONS(wanted.remote),
        {"--file", OPTION_TEXT, &wanted.file, true},
        {0},
    };

    return command_options(&COMMAND_STUDY, argc, argv, fields)
               ? run_verb(&wanted, import_file, &(struct remote_verb){"POST", "/study-files", ""})
               : EXIT_WRONG_USE;
}

static bool show(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err)
{
    return study_unblind(data->store, wanted->slug, wanted->text, now_ms, err);
}

int study_show(int argc, char **argv)
{
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, false},
        REMOTE_OPTIONS(wanted.remote),
        {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--reason", OPTION_TEXT, &wanted.text, true},
        {0},
    };

    return command_options(&COMMAND_STUDY, argc, argv, fields)
               ? run_verb(&wanted, show, &(struct remote_verb){"POST", "/unblind", "reason"})
               : EXIT_WRONG_USE;
}

static bool write_out(const char *path, const struct text *text, struct err *err)
{
    if (strcmp(path, "-") != 0) return data_folder_write(path, text->data, text->length, err);
    return fputs(text->data, stdout) >= 0 && fflush(stdout) == 0 ? true : err_errno(err, "write the study");
}

/* Reads only: works beside a running server. */
static bool export_local(const struct wanted *wanted, struct text *out, struct err *err)
{
    struct data_folder folder;
    struct store      *store;
    char               database[PATH_BYTES];
    bool               ok;

    if (!data_find(wanted->data, err) || !data_folder_open(wanted->data, &folder, err)) return false;
    data_folder_database(&folder, database);
    store = store_open(database, STORE_READ, err);
    if (store == NULL) return false;
    ok = store_snapshot_begin(store, err);
    if (ok) {
        ok = study_file_write(store, wanted->slug, out, err);
        store_snapshot_end(store);
    }
    store_close(store);
    return ok;
}

int study_export(int argc, char **argv)
{
    const char               *path     = NULL;
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, false},
        REMOTE_OPTIONS(wanted.remote),
        {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--out", OPTION_TEXT, &path, true},
        {0},
    };
    struct text text;
    struct err  err;
    bool        ok;

    if (!command_options(&COMMAND_STUDY, argc, argv, fields)) return EXIT_WRONG_USE;
    text_init(&text);
    ok = remote_is_one_place(wanted.data, &wanted.remote, &err) &&
         (wanted.remote.server != NULL
              ? remote_ask(&wanted.remote, &(struct remote_request){"GET", wanted.slug, "/file", {0}}, &text, &err)
              : export_local(&wanted, &text, &err)) &&
         write_out(path, &text, &err);
    text_close(&text);
    return ok ? EXIT_DONE : command_failed(&err);
}

int study_settings_print(int argc, char **argv)
{
    const char               *name     = NULL;
    const struct option_field fields[] = {{"--task", OPTION_TEXT, &name, true}, {0}};
    struct text               schema;
    struct err                err;
    enum task_kind            task;
    bool                      ok;

    if (!command_options(&COMMAND_STUDY, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!task_from_name(name, &task)) return err_set(&err, ERR_INVALID, "--task is category or reward"), command_failed(&err);
    text_init(&schema);
    ok = setting_schema_write(task, &schema, &err) && write_out("-", &schema, &err);
    text_close(&schema);
    return ok ? EXIT_DONE : command_failed(&err);
}
