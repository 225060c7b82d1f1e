#include "study/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"

/* Everything that participants of a study may be shown of one kind. `own` decides where it is not empty, then `setting`. */
struct choice {
    struct study_document_row *own; /* the newest of each language */
    int                        own_count;
    const char                *setting; /* NULL: none, or its default */
    const char                *stem;    /* the program's own texts are <stem>.<language>.md; NULL: none */
};

static const char *stem_of(enum document_kind kind, enum task_kind task)
{
    switch (kind) {
    case DOCUMENT_CONSENT:
        return "consent";
    case DOCUMENT_DATA_PROTECTION:
        return "data_protection";
    case DOCUMENT_DEBRIEFING:
        return task == TASK_REWARD ? "debriefing_reward" : "debriefing_category";
    case DOCUMENT_CONTACT:
    case DOCUMENT_KIND_COUNT:
        break;
    }
    return NULL;
}

/* On the heap: the settings hold whole texts. */
static bool read_setting(const struct study *study, const char **out, struct err *err)
{
    struct study_settings *defaults = malloc(sizeof *defaults);

    if (defaults == NULL) return err_no_memory(err);
    study_settings_default(study->task, defaults);
    *out = strcmp(study->settings.consent_text, defaults->consent_text) == 0 ? NULL : study->settings.consent_text;
    free(defaults);
    return true;
}

static bool load_choice(struct store *store, const struct study *study, enum document_kind kind, struct arena *arena,
                        struct choice *out, struct err *err)
{
    *out = (struct choice){.stem = stem_of(kind, study->task)};
    if (!store_study_documents_newest(store, study->study_id, kind, arena, &out->own, &out->own_count, err)) return false;
    return kind == DOCUMENT_CONSENT ? read_setting(study, &out->setting, err) : true;
}

/* --- the study's own --- */

static const struct study_document_row *own_in(const struct choice *choice, const char *tag)
{
    for (int i = 0; i < choice->own_count; i++)
        if (strcmp(choice->own[i].language, tag) == 0) return &choice->own[i];
    return NULL;
}

static const struct study_document_row *own_for(const struct choice *choice, const char *language)
{
    char                             tag[LANGUAGE_TAG_BYTES];
    const struct study_document_row *row = NULL;

    (void)snprintf(tag, sizeof tag, "%s", language);
    do row = own_in(choice, tag);
    while (row == NULL && language_tag_shorten(tag));
    for (int i = 0; row == NULL && i < choice->own_count; i++)
        if (language_tag_same_language(choice->own[i].language, language)) row = &choice->own[i];
    if (row == NULL) row = own_in(choice, DOCUMENT_LANGUAGE_DEFAULT);
    return row != NULL ? row : &choice->own[0];
}

/* --- the program's --- */

/* Is this file `<stem>.<language>.md`? `tag` gets its language. */
static bool is_file_of(const struct embedded_file *file, const char *stem, char tag[LANGUAGE_TAG_BYTES])
{
    size_t      length = strlen(stem);
    const char *end    = strrchr(file->path, '.');
    char        name[LANGUAGE_TAG_BYTES];

    if (strncmp(file->path, stem, length) != 0 || file->path[length] != '.' || end == file->path + length) return false;
    (void)snprintf(name, sizeof name, "%.*s", (int)(end - file->path - (ptrdiff_t)length - 1), file->path + length + 1);
    return language_tag_read(name, tag);
}

static const struct embedded_file *file_in(const char *stem, const char *tag)
{
    char of_file[LANGUAGE_TAG_BYTES];

    for (size_t i = 0; i < EMBEDDED_DOCUMENTS_COUNT; i++)
        if (is_file_of(&EMBEDDED_DOCUMENTS[i], stem, of_file) && strcmp(of_file, tag) == 0) return &EMBEDDED_DOCUMENTS[i];
    return NULL;
}

static void take_text(const char *text, const char *language, struct document *out)
{
    *out = (struct document){.text = text};
    secret_sha256_of(text, strlen(text), &out->sha256);
    (void)snprintf(out->language, sizeof out->language, "%s", language);
}

static void take_file(const char *stem, const char *language, struct document *out)
{
    char                        tag[LANGUAGE_TAG_BYTES];
    const struct embedded_file *file;

    (void)snprintf(tag, sizeof tag, "%s", language);
    do file = file_in(stem, tag);
    while (file == NULL && language_tag_shorten(tag));
    if (file == NULL) {
        (void)snprintf(tag, sizeof tag, "%s", DOCUMENT_LANGUAGE_DEFAULT);
        file = file_in(stem, tag);
    }
    if (file != NULL) take_text((const char *)file->data, tag, out);
}

static void take_own(const struct study_document_row *row, struct document *out)
{
    *out = (struct document){.text = row->text, .sha256 = row->sha256, .version = row->version_number};
    (void)snprintf(out->language, sizeof out->language, "%s", row->language);
}

bool documents_resolve(struct store *store, const struct study *study, enum document_kind kind, const char *language,
                       struct arena *arena, struct document *out, struct err *err)
{
    struct choice choice;
    char          tag[LANGUAGE_TAG_BYTES];

    *out = (struct document){0};
    if (!language_tag_read(language, tag)) (void)snprintf(tag, sizeof tag, "%s", DOCUMENT_LANGUAGE_DEFAULT);
    if (!load_choice(store, study, kind, arena, &choice, err)) return false;
    if (choice.own_count > 0)
        take_own(own_for(&choice, tag), out);
    else if (choice.setting != NULL)
        take_text(choice.setting, DOCUMENT_LANGUAGE_DEFAULT, out);
    else if (choice.stem != NULL)
        take_file(choice.stem, tag, out);
    return true;
}

/* --- what is accepted --- */

static bool has_hash(const char *text, const struct secret_hash *sha256)
{
    struct secret_hash of_text;

    secret_sha256_of(text, strlen(text), &of_text);
    return memcmp(&of_text, sha256, sizeof of_text) == 0;
}

/* The current text with this content; NULL when there is none. */
static const char *text_with(const struct choice *choice, const struct secret_hash *sha256)
{
    char tag[LANGUAGE_TAG_BYTES];

    for (int i = 0; i < choice->own_count; i++)
        if (memcmp(&choice->own[i].sha256, sha256, sizeof *sha256) == 0) return choice->own[i].text;
    if (choice->own_count > 0) return NULL;
    if (choice->setting != NULL) return has_hash(choice->setting, sha256) ? choice->setting : NULL;
    for (size_t i = 0; choice->stem != NULL && i < EMBEDDED_DOCUMENTS_COUNT; i++) {
        const char *text = (const char *)EMBEDDED_DOCUMENTS[i].data;

        if (is_file_of(&EMBEDDED_DOCUMENTS[i], choice->stem, tag) && has_hash(text, sha256)) return text;
    }
    return NULL;
}

bool documents_is_current(struct store *store, const struct study *study, enum document_kind kind,
                          const struct secret_hash *sha256, bool *is_current, struct err *err)
{
    struct choice choice;
    struct arena  arena;
    bool          ok;

    arena_init(&arena);
    ok = load_choice(store, study, kind, &arena, &choice, err);
    if (ok) *is_current = text_with(&choice, sha256) != NULL;
    arena_close(&arena);
    return ok;
}

static bool keep_acceptance(struct store *store, const char *text, struct acceptance_row *row, struct err *err)
{
    struct secret_hash kept;

    if (text == NULL)
        return err_set(err, ERR_CONFLICT, "the text (%s) has changed; read it again", document_kind_name(row->kind));
    return store_document_keep(store, text, row->accepted_at_ms, &kept, err) && store_acceptance_insert(store, row, err);
}

bool documents_accept(struct store *store, const struct study *study, int64_t session_id, enum document_kind kind,
                      const struct secret_hash *sha256, int64_t now_ms, struct err *err)
{
    struct acceptance_row row = {.session_id = session_id, .kind = kind, .sha256 = *sha256, .accepted_at_ms = now_ms};
    struct choice         choice;
    struct arena          arena;
    bool                  ok;

    arena_init(&arena);
    ok = load_choice(store, study, kind, &arena, &choice, err) && keep_acceptance(store, text_with(&choice, sha256), &row, err);
    arena_close(&arena);
    return ok;
}

/* --- a new version --- */

/* In place: without a byte order mark, lines ending with LF; where nothing but white space is left, the empty text. */
static void clean(char *text)
{
    size_t skipped = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    char  *to      = text;

    for (const char *from = text + skipped; *from != '\0'; from++)
        if (from[0] != '\r' || from[1] != '\n') *to++ = *from;
    *to = '\0';
    if (text[strspn(text, " \t\r\n")] == '\0') text[0] = '\0';
}

static bool check_text(struct span text, struct arena *arena, char **out, struct err *err)
{
    if (text.length == 0) return err_set(err, ERR_INVALID, "the text is empty");
    if (text.length > DOCUMENT_BYTES_MAX)
        return err_set(err, ERR_TOO_LARGE, "the text is longer than %d bytes", DOCUMENT_BYTES_MAX);
    if (!text_is_utf8(text.data, text.length)) return err_set(err, ERR_INVALID, "the text is not UTF-8");
    *out = arena_copy(arena, text.data, text.length);
    if (*out == NULL) return err_no_memory(err);
    clean(*out);
    return **out != '\0' ? true : err_set(err, ERR_INVALID, "the text is empty");
}

static bool newest_version(struct store *store, struct study_document_row *row, struct arena *arena, bool *is_same,
                           struct err *err)
{
    struct choice                    choice = {0};
    const struct study_document_row *newest;

    if (!store_study_documents_newest(store, row->study_id, row->kind, arena, &choice.own, &choice.own_count, err)) return false;
    newest              = own_in(&choice, row->language);
    row->version_number = newest == NULL ? 0 : newest->version_number;
    *is_same            = newest != NULL && memcmp(&newest->sha256, &row->sha256, sizeof row->sha256) == 0;
    return true;
}

static bool add_version(struct store *store, struct study_document_row *row, struct span text, bool *is_new, struct err *err)
{
    struct arena arena;
    char        *cleaned = NULL;
    bool         is_same = false;
    bool         ok;

    arena_init(&arena);
    ok = check_text(text, &arena, &cleaned, err) && store_document_keep(store, cleaned, row->created_at_ms, &row->sha256, err) &&
         newest_version(store, row, &arena, &is_same, err);
    if (ok && !is_same) {
        row->version_number++;
        ok = store_study_document_insert(store, row, err);
    }
    *is_new = !is_same;
    arena_close(&arena);
    return ok;
}

bool documents_add(struct store *store, int64_t study_id, enum document_kind kind, const char *language, struct span text,
                   int64_t now_ms, struct document_added *out, struct err *err)
{
    struct study_document_row row = {.study_id = study_id, .kind = kind, .created_at_ms = now_ms};

    if (!language_tag_read(language, row.language))
        return err_set(err, ERR_INVALID, "%s: '%.40s' is not a language tag, such as en, de or pt-BR", document_kind_name(kind),
                       language == NULL ? "" : language);
    if (!add_version(store, &row, text, &out->is_new, err))
        return err_wrap(err, "%s in '%s'", document_kind_name(kind), row.language);
    (void)snprintf(out->language, sizeof out->language, "%s", row.language);
    out->version = row.version_number;
    return true;
}
