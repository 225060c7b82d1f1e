#include "cmd_import_tables.h"

#include <stdio.h>

#include "base/file.h"
#include "command.h"
#include "data.h"
#include "study/import_manifest.h"
#include "study/import_scores.h"

enum { LINE_BYTES = 1024, SCORES_BYTES_MAX = 16 * 1024 * 1024 };

/* A line each, as it is done; failures on standard error, so that they can be kept by themselves. */
static void say_step(void *argument, const struct import_manifest_step *step)
{
    char line[LINE_BYTES] = "";

    (void)argument;
    if (step->err != NULL) {
        (void)fprintf(stderr, "%d/%d %s: failed: %s\n", step->done, step->total, step->name, step->err->message);
        return;
    }
    (void)snprintf(line, sizeof line, "%d/%d %s: %d features%s", step->done, step->total, step->name, step->result->feature_count,
                   step->result->is_unchanged ? ", was there already" : "");
    (void)printf("%s", line);
    line[0] = '\0';
    import_ids_list(&step->result->extra, line, sizeof line);
    if (step->result->extra.count > 0) (void)printf("; %d rows left out:%s", step->result->extra.count, line);
    (void)printf("\n");
    (void)fflush(stdout);
}

int import_representations(int argc, char **argv)
{
    const char               *data = NULL, *set = NULL, *manifest = NULL;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {"--set", OPTION_TEXT, &set, true},
        {"--manifest", OPTION_TEXT, &manifest, true},
        {0},
    };
    struct import_manifest_counts counts;
    struct import_place           place;
    struct data                   opened;
    struct err                    err;
    bool                          ok;

    if (!command_options(&COMMAND_IMPORT, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    place = data_import_place(&opened);
    ok    = import_manifest(&place, set, manifest, say_step, NULL, &counts, &err);
    data_close(&opened);
    if (!ok) return command_failed(&err);
    (void)printf("%d representations: %d imported, %d were there already, %d failed\n", counts.total, counts.imported,
                 counts.unchanged, counts.failed);
    return counts.failed == 0 ? EXIT_DONE : EXIT_WRONG_USE;
}

static bool put_scores(struct data *opened, const char *set, const char *csv, int *count, struct err *err)
{
    const struct import_place place = data_import_place(opened);
    struct text               text;
    bool                      ok;

    text_init(&text);
    ok = file_read(csv, SCORES_BYTES_MAX, &text, err) && store_begin(place.store, err);
    if (ok) {
        ok = import_scores(place.store, set, csv, (struct span){text.data, text.length}, place.now_ms, count, err) &&
             store_commit(place.store, err);
        if (!ok) store_rollback(place.store);
    }
    text_close(&text);
    return ok;
}

int import_score_table(int argc, char **argv)
{
    const char               *data = NULL, *set = NULL, *csv = NULL;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {"--set", OPTION_TEXT, &set, true},
        {"--csv", OPTION_TEXT, &csv, true},
        {0},
    };
    struct data opened;
    struct err  err;
    int         count;
    bool        ok;

    if (!command_options(&COMMAND_IMPORT, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    ok = put_scores(&opened, set, csv, &count, &err);
    data_close(&opened);
    if (!ok) return command_failed(&err);
    (void)printf("%d scores noted\n", count);
    return EXIT_DONE;
}
