#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cmd_document.h"
#include "cmd_study_file.h"
#include "command.h"
#include "data.h"
#include "store/store_identity.h"
#include "study/create_study.h"
#include "study/study_catalog.h"
#include "study/study_state.h"

enum { LINK_COUNT_MAX = 100 * 1000, DESCRIPTION_BYTES_MAX = 64 * 1024 * 1024 }; /* conditions written out: 10,000 of 120 trials */

static int study_create(int argc, char **argv)
{
    const char               *data = NULL, *file = NULL;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {"--file", OPTION_TEXT, &file, true},
        {0},
    };
    struct create_study_result result;
    struct data                opened;
    struct text                json;
    struct err                 err;
    bool                       ok;

    if (!command_options(&COMMAND_STUDY, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    text_init(&json);
    ok = file_read(file, DESCRIPTION_BYTES_MAX, &json, &err) &&
         create_study(opened.store, &opened.folder, clock_wall_ms(&CLOCK_SYSTEM), file, (struct span){json.data, json.length},
                      &result, &err) &&
         data_note(&opened, "study create", result.slug, &err);
    text_close(&json);
    data_close(&opened);
    if (!ok) return command_failed(&err);
    (void)printf("study '%s' is %s with %d conditions; participants go to /s/%s\n", result.slug,
                 result.stage == STUDY_DRAFT ? "a draft" : STUDY_STAGE_NAMES[result.stage], result.condition_count, result.slug);
    return EXIT_DONE;
}

static bool list_studies(struct store *store, struct err *err)
{
    struct study_row *rows;
    struct arena      arena;
    int               count = 0;
    bool              ok;

    arena_init(&arena);
    ok = store_studies(store, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++) {
        struct study_counts counts;

        ok = store_study_counts(store, rows[i].study_id, &counts, err);
        if (ok)
            (void)printf("%s\t%s\t%s\t%d conditions\t%d active, %d finished, %d left\n", rows[i].slug, rows[i].task,
                         STUDY_STAGE_NAMES[study_row_stage(&rows[i])], counts.conditions, counts.active, counts.finished,
                         counts.left);
    }
    arena_close(&arena);
    return ok;
}

static bool set_state(const struct data *data, const char *slug, enum study_stage stage, struct err *err)
{
    bool ok;

    if (!store_begin(data->store, err)) return false;
    ok = study_set_state(data->store, &data->folder, slug, stage, clock_wall_ms(&CLOCK_SYSTEM), err) &&
         store_commit(data->store, err);
    if (!ok) store_rollback(data->store);
    return ok;
}

/* list, draft, pilot, open, pause and close: STUDY_STAGE_COUNT lists. */
static int study_state(int argc, char **argv, enum study_stage stage)
{
    const char               *data = NULL, *slug = NULL;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {"--study", OPTION_TEXT, &slug, stage != STUDY_STAGE_COUNT},
        {0},
    };
    char        noted[32];
    struct data opened;
    struct err  err;
    bool        ok;

    if (!command_options(&COMMAND_STUDY, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    (void)snprintf(noted, sizeof noted, "study %s", argv[0]);
    ok = stage == STUDY_STAGE_COUNT ? list_studies(opened.store, &err)
                                    : set_state(&opened, slug, stage, &err) && data_note(&opened, noted, slug, &err);
    data_close(&opened);
    return ok ? EXIT_DONE : command_failed(&err);
}

struct links {
    int64_t     study_id;
    const char *slug;
    char        origin[PLATFORM_URL_BYTES];
    int         count;
};

/* A plain study takes no notice of links for one person. */
static bool find_personal_study(struct store *store, const char *slug, int64_t *study_id, struct err *err)
{
    struct study_catalog *catalog = study_catalog_new(err);
    const struct study   *study   = NULL;
    bool                  ok      = catalog != NULL && study_catalog_by_slug(catalog, store, slug, &study, err);

    if (ok && study->settings.recruitment.platform.platform != PLATFORM_PERSONAL)
        ok = err_set(err, ERR_CONFLICT, "the study '%s' does not get its participants by personal links: its settings say \"%s\"",
                     slug, PLATFORM_NAMES[study->settings.recruitment.platform.platform]);
    if (ok) *study_id = study->study_id;
    study_catalog_free(catalog);
    return ok;
}

/* Links for one person each: made in one transaction, so that a file that could not be written leaves none that nobody has. */
static bool make_links(struct store *store, const struct links *links, FILE *out, struct err *err)
{
    struct secret_hash hash;
    char               token[SECRET_TOKEN_LENGTH + 1];
    int                number;
    bool               ok;

    if (!store_begin(store, err)) return false;
    ok = fputs("number,link\r\n", out) >= 0 ? true : err_errno(err, "write the links");
    for (int i = 0; ok && i < links->count; i++) {
        secret_token_make(token);
        secret_token_hash(token, &hash);
        ok = store_personal_link_insert(store, links->study_id, &hash, clock_wall_ms(&CLOCK_SYSTEM), &number, err);
        if (ok) (void)fprintf(out, "%d,%s/s/%s?link=%s\r\n", number, links->origin, links->slug, token);
    }
    if (ok && (fflush(out) != 0 || ferror(out) != 0)) ok = err_errno(err, "write the links");
    ok = ok && store_commit(store, err);
    if (!ok) store_rollback(store);
    return ok;
}

/* The links are nowhere else: a file that is there is not written over, and others do not read it. */
static bool write_links(struct store *store, const struct links *links, const char *path, struct err *err)
{
    int   file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *out;
    bool  ok;

    if (file < 0 && errno == EEXIST)
        return err_set(err, ERR_CONFLICT, "%s is there already and may hold links that people were sent; give another name",
                       path);
    if (file < 0) return err_errno(err, "make %s", path);
    out = fdopen(file, "w");
    ok  = out != NULL ? make_links(store, links, out, err) : err_errno(err, "open %s", path);
    if (out != NULL ? fclose(out) != 0 : close(file) != 0) ok = ok && err_errno(err, "write %s", path);
    if (!ok) (void)unlink(path);
    return ok;
}

static int study_links(int argc, char **argv)
{
    const char               *data = NULL, *slug = NULL, *url = "http://127.0.0.1:8080", *path = NULL, *count_text = NULL;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},        {"--study", OPTION_TEXT, &slug, true}, {"--url", OPTION_TEXT, &url, false},
        {"--count", OPTION_TEXT, &count_text, true}, {"--out", OPTION_TEXT, &path, true},   {0},
    };
    struct links links = {0};
    struct data  opened;
    struct err   err;
    int64_t      count;
    bool         ok;

    if (!command_options(&COMMAND_STUDY, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!text_to_i64(count_text, 1, LINK_COUNT_MAX, &count) || !platform_origin(url, links.origin, sizeof links.origin)) {
        (void)fprintf(stderr, "dinolab study links: --count is a number from 1 to %d, --url such as https://lab.example\n",
                      LINK_COUNT_MAX);
        return EXIT_WRONG_USE;
    }
    links.slug  = slug;
    links.count = (int)count;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    ok = find_personal_study(opened.store, slug, &links.study_id, &err) &&
         (strcmp(path, "-") == 0 ? make_links(opened.store, &links, stdout, &err)
                                 : write_links(opened.store, &links, path, &err)) &&
         data_note(&opened, "study links", slug, &err);
    data_close(&opened);
    return ok ? EXIT_DONE : command_failed(&err);
}

static const struct {
    const char      *word;
    enum study_stage stage;
} STATE_WORDS[] = {
    {"list", STUDY_STAGE_COUNT}, {"draft", STUDY_DRAFT},  {"pilot", STUDY_PILOT},
    {"open", STUDY_OPEN},        {"pause", STUDY_PAUSED}, {"close", STUDY_CLOSED},
};

static const struct {
    const char *word;
    int (*run)(int argc, char **argv);
} FILE_WORDS[] = {
    {"settings", study_settings_print}, {"duplicate", study_copy}, {"change", study_edit},
    {"export", study_export},           {"import", study_import},  {"unblind", study_show},
};

static int run(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "create") == 0) return study_create(argc - 1, argv + 1);
    for (size_t i = 0; argc >= 2 && i < sizeof FILE_WORDS / sizeof FILE_WORDS[0]; i++)
        if (strcmp(argv[1], FILE_WORDS[i].word) == 0) return FILE_WORDS[i].run(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "links") == 0) return study_links(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "document") == 0) return study_document(argc - 1, argv + 1);
    for (size_t i = 0; argc >= 2 && i < sizeof STATE_WORDS / sizeof STATE_WORDS[0]; i++)
        if (strcmp(argv[1], STATE_WORDS[i].word) == 0) return study_state(argc - 1, argv + 1, STATE_WORDS[i].stage);
    (void)fprintf(stderr, "usage: dinolab study %s\n", COMMAND_STUDY.usage);
    return EXIT_WRONG_USE;
}

const struct command COMMAND_STUDY = {
    .name  = "study",
    .usage = "create --data DIR --file study.json | list --data DIR\n"
             "       | draft|pilot|open|pause|close --data DIR --study SLUG\n"
             "       | links --data DIR --study SLUG --count N [--url https://HOST] --out FILE|-\n"
             "       | " STUDY_FILE_USAGE "\n"
             "       | " STUDY_DOCUMENT_USAGE,
    .run   = run,
};
