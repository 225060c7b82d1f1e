#include "cmd_import_tables.h"

#include <stdio.h>

#include "command.h"
#include "data.h"
#include "study/import_manifest.h"

enum { LINE_BYTES = 1024 };

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
