#include "cmd_study_file.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "command.h"
#include "data.h"
#include "study/study_change.h"
#include "study/study_file.h"
#include "study/study_state.h"
#include "task/setting_notes.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 };

/* What the words say, and what comes of it. */
struct wanted {
    const char                *data;
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

static int run_verb(struct wanted *wanted, verb_fn verb)
{
    struct data opened;
    struct err  err;
    bool        ok;

    if (!data_find(wanted->data, &err) || !data_open(wanted->data, &opened, &err)) return command_failed(&err);
    ok = read_document(wanted, &err) && in_transaction(wanted, &opened, verb, &err);
    json_free(wanted->doc);
    data_close(&opened);
    if (!ok) return command_failed(&err);
    if (wanted->made.slug[0] != '\0') (void)printf("study '%s' is a draft\n", wanted->made.slug);
    return EXIT_DONE;
}

static bool copy(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err)
{
    return study_duplicate(data->store, &data->folder, wanted->slug, wanted->new_slug, wanted->text, now_ms, &wanted->made, err);
}

int study_copy(int argc, char **argv)
{
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, true},
        {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--slug", OPTION_TEXT, &wanted.new_slug, true},
        {"--title", OPTION_TEXT, &wanted.text, true},
        {0},
    };

    return command_options(&COMMAND_STUDY, argc, argv, fields) ? run_verb(&wanted, copy) : EXIT_WRONG_USE;
}

static bool edit(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err)
{
    return study_change(data->store, wanted->slug, json_root(wanted->doc), now_ms, err);
}

int study_edit(int argc, char **argv)
{
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, true},
        {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--file", OPTION_TEXT, &wanted.file, true},
        {0},
    };

    return command_options(&COMMAND_STUDY, argc, argv, fields) ? run_verb(&wanted, edit) : EXIT_WRONG_USE;
}

static bool import_file(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err)
{
    return study_file_read(data->store, &data->folder, json_root(wanted->doc), now_ms, &wanted->made, err);
}

int study_import(int argc, char **argv)
{
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, true},
        {"--file", OPTION_TEXT, &wanted.file, true},
        {0},
    };

    return command_options(&COMMAND_STUDY, argc, argv, fields) ? run_verb(&wanted, import_file) : EXIT_WRONG_USE;
}

static bool show(struct wanted *wanted, struct data *data, int64_t now_ms, struct err *err)
{
    return study_unblind(data->store, wanted->slug, wanted->text, now_ms, err);
}

int study_show(int argc, char **argv)
{
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, true},
        {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--reason", OPTION_TEXT, &wanted.text, true},
        {0},
    };

    return command_options(&COMMAND_STUDY, argc, argv, fields) ? run_verb(&wanted, show) : EXIT_WRONG_USE;
}

static bool write_out(const char *path, const struct text *text, struct err *err)
{
    if (strcmp(path, "-") != 0) return data_folder_write(path, text->data, text->length, err);
    return fputs(text->data, stdout) >= 0 && fflush(stdout) == 0 ? true : err_errno(err, "write the study");
}

/* Reads only: works beside a running server. */
int study_export(int argc, char **argv)
{
    const char               *path     = NULL;
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, true},
        {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--out", OPTION_TEXT, &path, true},
        {0},
    };
    struct data_folder folder;
    struct store      *store = NULL;
    struct text        text;
    struct err         err;
    char               database[PATH_BYTES];
    bool               ok;

    if (!command_options(&COMMAND_STUDY, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(wanted.data, &err) || !data_folder_open(wanted.data, &folder, &err)) return command_failed(&err);
    data_folder_database(&folder, database);
    store = store_open(database, STORE_READ, &err);
    if (store == NULL) return command_failed(&err);
    text_init(&text);
    ok = store_snapshot_begin(store, &err);
    if (ok) {
        ok = study_file_write(store, wanted.slug, &text, &err);
        store_snapshot_end(store);
    }
    ok = ok && write_out(path, &text, &err);
    text_close(&text);
    store_close(store);
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
