#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "command.h"
#include "data.h"
#include "exports.h"
#include "study/export_bundle.h"
#include "study/export_person.h"
#include "study/export_personal.h"
#include "study/export_sqlite.h"
#include "study/identity.h"
#include "study/psych_ds.h"

/* What is to be written, of what: a table, a table of personal data, or one of the others. */
struct wanted {
    const char                   *data;
    const char                   *slug;
    enum session_mode             mode;
    const struct export_kind     *kind;
    enum export_format            format;
    const struct personal_export *personal;
    bool                          is_psych_ds;
    bool                          is_sqlite;
    bool                          is_person; /* everything about the participant of `session` */
    const char                   *session;
    bool                          is_all; /* every table and the manifest, into a folder */
    const char                   *folder;
    const char                   *row; /* what is counted, in the plural */
};

/* The key is needed only where somebody has ids. */
static bool read_key(const struct data_folder *folder, struct store *store, struct secret_key *key, bool *has_ids,
                     struct err *err)
{
    return store_identity_exists(store, has_ids, err) && (!*has_ids || identity_key_read(folder, key, err));
}

static bool write_person(const struct wanted *wanted, const struct data_folder *folder, const struct export_bundle *bundle,
                         FILE *out, struct personal_counts *counts, struct err *err)
{
    struct secret_key key;
    struct file_sink  sink;
    struct text       text;
    bool              has_ids, ok;

    if (!read_key(folder, bundle->store, &key, &has_ids, err)) return false;
    text_init(&text);
    file_sink_init(&sink, out, false);
    ok = export_person(bundle, wanted->session, has_ids ? &key : NULL, true, &text, err) &&
         sink.base.write(&sink.base, text.data, text.length, err) && file_sink_flush(&sink, err);
    text_close(&text);
    counts->row_count = 1;
    return ok;
}

static bool write_personal(const struct wanted *wanted, const struct data_folder *folder, const struct export_bundle *bundle,
                           FILE *out, struct personal_counts *counts, struct err *err)
{
    struct secret_key key;
    bool              has_ids;

    if (!read_key(folder, bundle->store, &key, &has_ids, err)) return false;
    return wanted->personal->write(bundle->store, has_ids ? &key : NULL, bundle->study, bundle->mode, out, counts, err);
}

static bool write_all(const struct wanted *wanted, const struct export_bundle *bundle, struct personal_counts *counts,
                      struct err *err)
{
    int  file_count = 0;
    bool ok         = export_bundle_to_folder(bundle, wanted->folder, &file_count, err);

    counts->row_count = file_count;
    return ok;
}

/* Those that are one thing. */
static bool write_whole(const struct wanted *wanted, const struct data_folder *folder, const struct export_bundle *bundle,
                        struct file_sink *sink, struct personal_counts *counts, struct err *err)
{
    counts->row_count = 1;
    return (wanted->is_sqlite ? export_sqlite(bundle, folder, &sink->base, err) : psych_ds_write(bundle, &sink->base, err)) &&
           file_sink_flush(sink, err);
}

static bool write_wanted(const struct wanted *wanted, const struct data_folder *folder, const struct export_bundle *bundle,
                         FILE *out, struct personal_counts *counts, struct err *err)
{
    struct file_sink sink;

    if (wanted->personal != NULL) return write_personal(wanted, folder, bundle, out, counts, err);
    if (wanted->is_all) return write_all(wanted, bundle, counts, err);
    if (wanted->is_person) return write_person(wanted, folder, bundle, out, counts, err);
    file_sink_init(&sink, out, false);
    if (wanted->is_psych_ds || wanted->is_sqlite) return write_whole(wanted, folder, bundle, &sink, counts, err);
    return export_write(wanted->kind, bundle->store, bundle->study, bundle->mode, wanted->format, &sink.base, &counts->row_count,
                        err) &&
           file_sink_flush(&sink, err);
}

/* Whether a blind study keeps it back. What somebody has earned says how well they did; a person's own data are that person's. */
static bool shows_numbers(const struct wanted *wanted)
{
    return wanted->personal == NULL ? !wanted->is_person : wanted->personal->has_pay;
}

/* Reads only: works beside a running server. */
static bool export_to(const struct wanted *wanted, FILE *out, struct personal_counts *counts, struct err *err)
{
    struct export_bundle  bundle = {.kinds = EXPORT_KINDS, .mode = wanted->mode, .taken_at_ms = clock_wall_ms(&CLOCK_SYSTEM)};
    struct data_folder    folder;
    char                  database[PATH_BYTES];
    struct study_catalog *catalog = NULL;
    bool                  ok      = false;

    if (!data_find(wanted->data, err) || !data_folder_open(wanted->data, &folder, err)) return false;
    data_folder_database(&folder, database);
    bundle.store = store_open(database, STORE_READ, err);
    if (bundle.store != NULL) catalog = study_catalog_new(err);
    if (catalog != NULL && export_begin(&bundle, catalog, wanted->slug, shows_numbers(wanted), err)) {
        ok = write_wanted(wanted, &folder, &bundle, out, counts, err);
        export_end(&bundle);
    }
    study_catalog_free(catalog);
    store_close(bundle.store);
    return ok;
}

/* Personal data are for nobody but the file's owner. */
static FILE *open_new(const char *path, bool is_personal, struct err *err)
{
    FILE *out;
    int   descriptor;

    (void)remove(path); /* one that is left of an interrupted export would keep its mode */
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, is_personal ? 0600 : 0666);
    out        = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (out != NULL) return out;
    err_errno(err, "open %s", path);
    if (descriptor >= 0) (void)close(descriptor);
    return NULL;
}

/* What is there under the name already stays until the export is whole. */
static bool export_file(const struct wanted *wanted, const char *path, struct personal_counts *counts, struct err *err)
{
    char  partial[PATH_BYTES];
    FILE *out;
    bool  ok;

    if ((size_t)snprintf(partial, sizeof partial, "%s.partial", path) >= sizeof partial)
        return err_set(err, ERR_INVALID, "the path of the export is too long");
    out = open_new(partial, wanted->personal != NULL || wanted->is_person, err);
    if (out == NULL) return false;
    ok = export_to(wanted, out, counts, err);
    if (fclose(out) != 0 && ok) ok = err_errno(err, "write %s", partial);
    if (ok && rename(partial, path) != 0) ok = err_errno(err, "rename %s to %s", partial, path);
    if (!ok) (void)remove(partial);
    return ok;
}

/* False where the words do not name a table. */
static bool read_wanted(const char *what, const char *format, const char *mode, struct wanted *wanted)
{
    wanted->personal    = personal_export_find(what, format);
    wanted->is_all      = strcmp(what, "all") == 0;
    wanted->is_psych_ds = strcmp(what, "psych-ds") == 0;
    wanted->is_sqlite   = strcmp(what, "sqlite") == 0;
    wanted->is_person   = strcmp(what, "person") == 0;
    for (int i = 0; wanted->personal == NULL && i < EXPORT_FORMAT_COUNT; i++) {
        if (strcmp(format, export_format_name((enum export_format)i)) != 0) continue;
        wanted->format = (enum export_format)i;
        wanted->kind   = export_kind_by_name(what);
    }
    wanted->row = wanted->personal != NULL ? wanted->personal->row
                  : wanted->kind != NULL   ? wanted->kind->row
                  : wanted->is_all         ? "files"
                  : wanted->is_person      ? "person"
                  : wanted->is_sqlite      ? "database"
                                           : "dataset";
    if (wanted->is_person != (wanted->session != NULL)) return false;
    return (wanted->personal != NULL || wanted->kind != NULL || wanted->is_all || wanted->is_psych_ds || wanted->is_sqlite ||
            wanted->is_person) &&
           session_mode_from_name(mode, &wanted->mode);
}

static int run(int argc, char **argv)
{
    const char               *what = "trials", *mode = "live", *format = "csv", *path = NULL;
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, true}, {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--what", OPTION_TEXT, &what, false},       {"--session", OPTION_TEXT, &wanted.session, false},
        {"--mode", OPTION_TEXT, &mode, false},       {"--format", OPTION_TEXT, &format, false},
        {"--out", OPTION_TEXT, &path, true},         {0},
    };
    struct personal_counts counts = {0};
    struct err             err;
    bool                   ok;

    if (!command_options(&COMMAND_EXPORT, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!read_wanted(what, format, mode, &wanted)) {
        (void)fprintf(
            stderr, "dinolab export: --what is trials, above_chance, sessions, events, questionnaire, fits, fit-trials, jspsych, "
                    "psych-ds, sqlite, all, person with --session, bonus or platform-ids, --mode is live, pilot or all, --format "
                    "is csv or ndjson, or prolific for "
                    "bonus\n");
        return EXIT_WRONG_USE;
    }
    wanted.folder = path;
    ok            = strcmp(path, "-") == 0 || wanted.is_all ? export_to(&wanted, stdout, &counts, &err)
                                                            : export_file(&wanted, path, &counts, &err);
    if (!ok) return command_failed(&err);
    (void)fprintf(stderr, "%lld %s\n", (long long)counts.row_count, wanted.row);
    if (counts.unpaid_count > 0)
        (void)fprintf(stderr, "%lld more are owed something and have no Prolific id; --format csv lists them\n",
                      (long long)counts.unpaid_count);
    return EXIT_DONE;
}

const struct command COMMAND_EXPORT = {
    .name  = "export",
    .usage = "--data DIR --study SLUG [--what "
             "trials|above_chance|sessions|events|questionnaire|fits|fit-trials|jspsych|psych-ds|sqlite|all|person|bonus|"
             "platform-ids] "
             "[--session ID] "
             "[--mode live|pilot|all] [--format csv|ndjson|prolific] --out FILE|-|DIR",
    .run   = run,
};
