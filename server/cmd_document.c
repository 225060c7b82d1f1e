#include "cmd_document.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "command.h"
#include "data.h"
#include "study/documents.h"

/* Its own line of use, so that a mistake in an option says how this one goes. */
static const struct command COMMAND_DOCUMENT = {.name = "study", .usage = STUDY_DOCUMENT_USAGE};

struct document_options {
    const char        *data;
    const char        *study;
    const char        *kind_name;
    const char        *language;
    const char        *file;
    bool               is_list;
    bool               is_show;
    enum document_kind kind;
};

static bool read_options(int argc, char **argv, struct document_options *out)
{
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &out->data, true},       {"--study", OPTION_TEXT, &out->study, true},
        {"--kind", OPTION_TEXT, &out->kind_name, false}, {"--language", OPTION_TEXT, &out->language, false},
        {"--file", OPTION_TEXT, &out->file, false},      {"--list", OPTION_FLAG, &out->is_list, false},
        {"--show", OPTION_FLAG, &out->is_show, false},   {0},
    };

    return command_options(&COMMAND_DOCUMENT, argc, argv, fields);
}

/* One of the three ways, with all that it needs and nothing that it does not. */
static bool check_options(struct document_options *options, struct err *err)
{
    char tag[LANGUAGE_TAG_BYTES];
    int  way_count = options->is_list + options->is_show + (options->file != NULL);

    if (way_count != 1) return err_set(err, ERR_INVALID, "give one of --file, --list and --show");
    if (options->is_list) return true;
    if (options->kind_name == NULL || options->language == NULL)
        return err_set(err, ERR_INVALID, "give --kind and --language with %s", options->is_show ? "--show" : "--file");
    if (!document_kind_from_name(options->kind_name, &options->kind))
        return err_set(err, ERR_INVALID, "'%.40s' is no kind of document: consent, data_protection, contact or debriefing",
                       options->kind_name);
    if (language_tag_read(options->language, tag)) return true;
    return err_set(err, ERR_INVALID, "'%.40s' is not a language tag, such as en, de or pt-BR", options->language);
}

static bool add_text(struct store *store, const struct study *study, const struct document_options *options, struct span text,
                     struct document_added *added, struct err *err)
{
    bool ok;

    if (!store_begin(store, err)) return false;
    ok =
        documents_add(store, study->study_id, options->kind, options->language, text, clock_wall_ms(&CLOCK_SYSTEM), added, err) &&
        store_commit(store, err);
    if (!ok) store_rollback(store);
    return ok;
}

static bool add_file(struct store *store, const struct study *study, const struct document_options *options, struct err *err)
{
    struct document_added added;
    struct text           text;
    bool                  ok;

    if (study->is_imported)
        return err_set(err, ERR_CONFLICT, "the study '%s' was brought in finished: nobody reads a text of it", study->slug);
    text_init(&text);
    ok = file_read(options->file, DOCUMENT_BYTES_MAX, &text, err) &&
         add_text(store, study, options, (struct span){text.data, text.length}, &added, err);
    text_close(&text);
    if (!ok) return err_wrap(err, "%s", options->file);
    (void)printf(added.is_new ? "%s in '%s' is now version %d of study '%s'\n"
                              : "%s in '%s': the text is that of version %d of study '%s' already; nothing was changed\n",
                 document_kind_name(options->kind), added.language, added.version, study->slug);
    return true;
}

static void print_row(const struct study_document_row *row)
{
    time_t    seconds = (time_t)(row->created_at_ms / 1000);
    struct tm utc;
    char      time_text[32] = "";
    char      hex[SECRET_HEX_BYTES];

    if (gmtime_r(&seconds, &utc) != NULL) (void)strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    secret_hex(&row->sha256, hex);
    (void)printf("%s\t%s\tversion %d\t%s\t%s\n", document_kind_name(row->kind), row->language, row->version_number, time_text,
                 hex);
}

static bool list_texts(struct store *store, const struct study *study, struct err *err)
{
    struct study_document_row *rows;
    struct arena               arena;
    int                        count = 0;
    bool                       ok;

    arena_init(&arena);
    ok = store_study_documents(store, study->study_id, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++) print_row(&rows[i]);
    if (ok && count == 0) (void)printf("the study '%s' has no texts of its own; it shows those of the program\n", study->slug);
    arena_close(&arena);
    return ok;
}

/* What a participant with that language gets. Where it comes from goes to standard error, so that the text can be kept as a file. */
static bool show_text(struct store *store, const struct study *study, const struct document_options *options, struct err *err)
{
    struct document document;
    struct arena    arena;
    bool            ok;

    arena_init(&arena);
    ok = documents_resolve(store, study, options->kind, options->language, &arena, &document, err);
    if (ok && document.text == NULL)
        ok = err_set(err, ERR_NOT_FOUND, "the study '%s' has no document '%s'", study->slug, document_kind_name(options->kind));
    if (ok) {
        (void)fprintf(stderr,
                      document.version == 0 ? "%s in '%s', not a version of the study's own\n" : "%s in '%s', version %d\n",
                      document_kind_name(options->kind), document.language, document.version);
        (void)fputs(document.text, stdout);
    }
    arena_close(&arena);
    return ok;
}

static bool work_on(struct store *store, const struct document_options *options, struct err *err)
{
    struct study_catalog *catalog = study_catalog_new(err);
    const struct study   *study;
    bool                  ok;

    if (catalog == NULL) return false;
    ok = study_catalog_by_slug(catalog, store, options->study, &study, err);
    if (ok && options->is_list)
        ok = list_texts(store, study, err);
    else if (ok && options->is_show)
        ok = show_text(store, study, options, err);
    else if (ok)
        ok = add_file(store, study, options, err);
    study_catalog_free(catalog);
    return ok;
}

int study_document(int argc, char **argv)
{
    struct document_options options = {0};
    struct data             opened;
    struct err              err;
    bool                    ok;

    if (!read_options(argc, argv, &options)) return EXIT_WRONG_USE;
    if (!check_options(&options, &err)) return command_failed(&err);
    if (!data_find(options.data, &err) || !data_open(options.data, &opened, &err)) return command_failed(&err);
    ok = work_on(opened.store, &options, &err) &&
         (options.is_list || options.is_show || data_note(&opened, "study document", options.study, &err));
    data_close(&opened);
    return ok ? EXIT_DONE : command_failed(&err);
}
