#include <stdio.h>
#include <string.h>

#include "command.h"
#include "data.h"
#include "exports.h"

/* What is to be written, of what. */
struct wanted {
    const char               *data;
    const char               *slug;
    enum session_mode         mode;
    const struct export_kind *kind;
};

/* Reads only: works beside a running server. */
static bool export_to(const struct wanted *wanted, FILE *out, int64_t *row_count, struct err *err)
{
    struct data_folder    folder;
    char                  database[PATH_BYTES];
    struct store         *store   = NULL;
    struct study_catalog *catalog = NULL;
    const struct study   *study;
    bool                  ok = false;

    if (!data_find(wanted->data, err) || !data_folder_open(wanted->data, &folder, err)) return false;
    data_folder_database(&folder, database);
    store = store_open(database, STORE_READ, err);
    if (store != NULL) catalog = study_catalog_new(err);
    if (catalog != NULL && store_snapshot_begin(store, err)) {
        ok = study_catalog_by_slug(catalog, store, wanted->slug, &study, err) &&
             wanted->kind->write(store, study, wanted->mode, out, row_count, err);
        store_snapshot_end(store);
    }
    study_catalog_free(catalog);
    store_close(store);
    return ok;
}

/* What is there under the name already stays until the export is whole. */
static bool export_file(const struct wanted *wanted, const char *path, int64_t *row_count, struct err *err)
{
    char  partial[PATH_BYTES];
    FILE *out;
    bool  ok;

    if ((size_t)snprintf(partial, sizeof partial, "%s.partial", path) >= sizeof partial)
        return err_set(err, ERR_INVALID, "the path of the export is too long");
    out = fopen(partial, "wbe");
    if (out == NULL) return err_errno(err, "open %s", partial);
    ok = export_to(wanted, out, row_count, err);
    if (fclose(out) != 0 && ok) ok = err_errno(err, "write %s", partial);
    if (ok && rename(partial, path) != 0) ok = err_errno(err, "rename %s to %s", partial, path);
    if (!ok) (void)remove(partial);
    return ok;
}

static int run(int argc, char **argv)
{
    const char               *what = "trials", *mode = "live", *format = "csv", *path = NULL;
    struct wanted             wanted   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &wanted.data, true},
        {"--study", OPTION_TEXT, &wanted.slug, true},
        {"--what", OPTION_TEXT, &what, false},
        {"--mode", OPTION_TEXT, &mode, false},
        {"--format", OPTION_TEXT, &format, false},
        {"--out", OPTION_TEXT, &path, true},
        {0},
    };
    struct err err;
    int64_t    row_count = 0;
    bool       ok;

    if (!command_options(&COMMAND_EXPORT, argc, argv, fields)) return EXIT_WRONG_USE;
    wanted.kind = export_kind_by_name(what);
    if (wanted.kind == NULL || strcmp(format, "csv") != 0 || !session_mode_from_name(mode, &wanted.mode)) {
        (void)fprintf(
            stderr,
            "dinolab export: --what is trials, sessions, fits or jspsych, --mode is live, pilot or all, --format is csv\n");
        return EXIT_WRONG_USE;
    }
    ok = strcmp(path, "-") == 0 ? export_to(&wanted, stdout, &row_count, &err) : export_file(&wanted, path, &row_count, &err);
    if (!ok) return command_failed(&err);
    (void)fprintf(stderr, "%lld %s\n", (long long)row_count, wanted.kind->row);
    return EXIT_DONE;
}

const struct command COMMAND_EXPORT = {
    .name  = "export",
    .usage = "--data DIR --study SLUG [--what trials|sessions|fits|jspsych] [--mode live|pilot|all] [--format csv] --out FILE|-",
    .run   = run,
};
