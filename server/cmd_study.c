#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "cmd_document.h"
#include "command.h"
#include "data.h"
#include "study/create_study.h"

enum { DESCRIPTION_BYTES_MAX = 64 * 1024 * 1024 }; /* conditions written out: 10,000 of 120 trials */

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
                      &result, &err);
    text_close(&json);
    data_close(&opened);
    if (!ok) return command_failed(&err);
    (void)printf("study '%s' is open with %d conditions; participants go to /s/%s\n", result.slug, result.condition_count,
                 result.slug);
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
                         rows[i].state, counts.conditions, counts.active, counts.finished, counts.left);
    }
    arena_close(&arena);
    return ok;
}

static bool set_state(struct store *store, const char *slug, const char *state, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    bool             ok;

    arena_init(&arena);
    ok = store_study_by_slug(store, slug, &arena, &row, err) && store_study_set_state(store, row.study_id, state, err);
    arena_close(&arena);
    return ok;
}

/* list, open and close: `state` NULL lists. */
static int study_state(int argc, char **argv, const char *state)
{
    const char               *data = NULL, *slug = NULL;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {"--study", OPTION_TEXT, &slug, state != NULL},
        {0},
    };
    struct data opened;
    struct err  err;
    bool        ok;

    if (!command_options(&COMMAND_STUDY, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    ok = state == NULL ? list_studies(opened.store, &err) : set_state(opened.store, slug, state, &err);
    data_close(&opened);
    return ok ? EXIT_DONE : command_failed(&err);
}

static int run(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "create") == 0) return study_create(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "list") == 0) return study_state(argc - 1, argv + 1, NULL);
    if (argc >= 2 && strcmp(argv[1], "open") == 0) return study_state(argc - 1, argv + 1, "open");
    if (argc >= 2 && strcmp(argv[1], "close") == 0) return study_state(argc - 1, argv + 1, "closed");
    if (argc >= 2 && strcmp(argv[1], "document") == 0) return study_document(argc - 1, argv + 1);
    (void)fprintf(stderr, "usage: dinolab study %s\n", COMMAND_STUDY.usage);
    return EXIT_WRONG_USE;
}

const struct command COMMAND_STUDY = {
    .name  = "study",
    .usage = "create --data DIR --file study.json | list --data DIR | open|close --data DIR --study SLUG | " STUDY_DOCUMENT_USAGE,
    .run   = run,
};
