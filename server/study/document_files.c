#include "study/document_files.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "store/data_folder.h"
#include "study/documents.h"

/* What the steps share. */
struct adding {
    struct store *store;
    int64_t       study_id;
    const char   *description_path;
    int64_t       now_ms;
};

static bool path_of(const char *description_path, const char *file, char path[PATH_BYTES])
{
    const char *slash  = strrchr(description_path, '/');
    int         folder = slash == NULL || file[0] == '/' ? 0 : (int)(slash + 1 - description_path);

    return snprintf(path, PATH_BYTES, "%.*s%s", folder, description_path, file) < PATH_BYTES;
}

static bool add_file(const struct adding *adding, enum document_kind kind, const char *language, const char *file,
                     struct err *err)
{
    struct document_added added;
    struct text           text;
    char                  path[PATH_BYTES];
    bool                  ok;

    if (adding->description_path == NULL)
        return documents_add(adding->store, adding->study_id, kind, language, span_of(file), adding->now_ms, &added, err);
    if (!path_of(adding->description_path, file, path)) return err_set(err, ERR_INVALID, "the file's path is too long");
    text_init(&text);
    ok = file_read(path, DOCUMENT_BYTES_MAX, &text, err);
    if (ok) {
        ok = documents_add(adding->store, adding->study_id, kind, language, (struct span){text.data, text.length}, adding->now_ms,
                           &added, err);
        if (!ok) err_wrap(err, "%s", path);
    }
    text_close(&text);
    if (ok && (added.version > 1 || !added.is_new))
        return err_set(err, ERR_INVALID, "the language '%s' is there twice", added.language);
    return ok;
}

static bool add_kind(const struct adding *adding, const struct json_value *of_kind, struct err *err)
{
    const char        *name = json_name(of_kind);
    enum document_kind kind;

    if (!document_kind_from_name(name, &kind))
        return err_set(err, ERR_INVALID,
                       "field 'documents.%.40s' is not known: there are consent, data_protection, contact and debriefing", name);
    if (!json_is_object(of_kind))
        return err_set(err, ERR_INVALID, "field 'documents.%s' must be an object: a file for each language", name);
    for (const struct json_value *item = json_first(of_kind); item != NULL; item = json_next(item)) {
        const char *file;

        if (!json_as_text(item, &file) || file[0] == '\0')
            return err_set(err, ERR_INVALID, "field 'documents.%s.%.40s' must be %s", name, json_name(item),
                           adding->description_path == NULL ? "a text" : "the name of a file");
        if (!add_file(adding, kind, json_name(item), file, err))
            return err_wrap(err, "field 'documents.%s.%.40s'", name, json_name(item));
    }
    return true;
}

bool document_files_add(struct store *store, int64_t study_id, const char *description_path, const struct json_value *documents,
                        int64_t now_ms, struct err *err)
{
    const struct adding adding = {store, study_id, description_path, now_ms};

    if (!json_is_object(documents))
        return err_set(err, ERR_INVALID, "field 'documents' must be an object: for each kind a file for each language");
    for (const struct json_value *of_kind = json_first(documents); of_kind != NULL; of_kind = json_next(of_kind))
        if (!add_kind(&adding, of_kind, err)) return false;
    return true;
}
