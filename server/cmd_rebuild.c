#include "cmd_rebuild.h"

#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "data.h"
#include "live/rebuild.h"

static const struct command COMMAND = {.name = "rebuild", .usage = "--data DIR [--check]", .run = cmd_rebuild};

static void show_progress(void *argument, const char *study_slug, int done_count, int condition_count)
{
    (void)argument;
    (void)fprintf(stderr, "\r%s: %d of %d conditions\033[K", study_slug, done_count, condition_count);
    if (done_count == condition_count) (void)fputc('\n', stderr);
}

static void show_problem(void *argument, const char *sentence)
{
    (void)argument;
    (void)printf("%s\n", sentence);
}

/* A mistyped path must not become a new data folder. */
/* For comparing: nothing is migrated, nothing can be written. */
static bool open_to_read(const char *path, struct data *out, struct err *err)
{
    char database[PATH_BYTES];

    *out = (struct data){.lock = -1};
    if (!data_folder_open(path, &out->folder, err)) return false;
    out->lock = data_folder_lock(&out->folder, err);
    if (out->lock < 0) return false;
    data_folder_database(&out->folder, database);
    out->store = store_open(database, STORE_READ, err);
    if (out->store != NULL && store_prepare_all(out->store, err)) return true;
    data_close(out);
    return err_wrap(err, "%s cannot be read by this program", database);
}

static bool run(const char *path, bool is_check, struct rebuild_counts *counts, struct err *err)
{
    struct rebuild rebuild = {
        .clock = &CLOCK_SYSTEM, .progress = isatty(STDERR_FILENO) ? show_progress : NULL, .problem = show_problem};
    struct data data = {.lock = -1};
    bool        ok;

    if (!data_find(path, err)) return false;
    if (!(is_check ? open_to_read(path, &data, err) : data_open(path, &data, err))) return false;
    rebuild.store  = data.store;
    rebuild.folder = &data.folder;
    ok             = is_check ? rebuild_check(&rebuild, counts, err) : rebuild_all(&rebuild, counts, err);
    data_close(&data);
    return ok;
}

int cmd_rebuild(int argc, char **argv)
{
    const char               *path     = NULL;
    bool                      is_check = false;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &path, true}, {"--check", OPTION_FLAG, &is_check, false}, {NULL, OPTION_FLAG, NULL, false}};
    struct rebuild_counts counts;
    struct err            err;

    if (!command_options(&COMMAND, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!run(path, is_check, &counts, &err)) return command_failed(&err);
    (void)printf("%d value tables, %d fits and %d representations' metrics %s, %d %s\n", counts.table_count, counts.fit_count,
                 counts.metric_count, is_check ? "compared" : "computed", counts.problem_count,
                 is_check ? "differences" : "problems");
    return counts.problem_count == 0 ? EXIT_DONE : EXIT_FAILED;
}
