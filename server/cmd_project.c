#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "command.h"
#include "data.h"
#include "study/project.h"

enum project_action { PROJECT_CREATE, PROJECT_ADD, PROJECT_REMOVE, PROJECT_LIST, PROJECT_ACTION_COUNT };

static const char *const ACTION_NAMES[PROJECT_ACTION_COUNT] = {
    [PROJECT_CREATE] = "create", [PROJECT_ADD] = "add", [PROJECT_REMOVE] = "remove", [PROJECT_LIST] = "list"};

/* In the log of what was done. */
static const char *const NOTED_AS[PROJECT_ACTION_COUNT] = {
    [PROJECT_CREATE] = "project create", [PROJECT_ADD] = "project add", [PROJECT_REMOVE] = "project remove"};

static bool list_studies(struct store *store, const struct project_row *project, struct arena *arena, struct err *err)
{
    struct study_row *studies;
    int               count = 0;

    if (!store_project_studies(store, project->project_id, arena, &studies, &count, err)) return false;
    (void)printf("%s\t%s\t", project->slug, project->title);
    for (int i = 0; i < count; i++) (void)printf("%s%s", i == 0 ? "" : ", ", studies[i].slug);
    (void)printf("\n");
    return true;
}

static bool list_projects(struct store *store, struct err *err)
{
    struct project_row *rows;
    struct arena        arena;
    int                 count = 0;
    bool                ok;

    arena_init(&arena);
    ok = store_projects(store, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++) ok = list_studies(store, &rows[i], &arena, err);
    arena_close(&arena);
    return ok;
}

static bool act(struct store *store, enum project_action action, const char *slug, const char *title, const char *study,
                struct err *err)
{
    switch (action) {
    case PROJECT_CREATE:
        return project_create(store, slug, title, clock_wall_ms(&CLOCK_SYSTEM), err);
    case PROJECT_ADD:
        return project_add(store, slug, study, err);
    case PROJECT_REMOVE:
        return project_remove(store, slug, study, err);
    case PROJECT_LIST:
        return list_projects(store, err);
    case PROJECT_ACTION_COUNT:
        break;
    }
    return err_set(err, ERR_INTERNAL, "unknown action %d", (int)action);
}

static int run_action(enum project_action action, int argc, char **argv)
{
    const char               *data = NULL, *slug = NULL, *title = NULL, *study = NULL;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {action == PROJECT_CREATE ? "--title" : "--study", OPTION_TEXT, action == PROJECT_CREATE ? &title : &study,
         action != PROJECT_CREATE},
        {"--project", OPTION_TEXT, &slug, true},
        {0},
    };
    const struct option_field list_fields[] = {{"--data", OPTION_TEXT, &data, true}, {0}};
    struct data               opened;
    struct err                err;
    bool                      ok;

    if (!command_options(&COMMAND_PROJECT, argc, argv, action == PROJECT_LIST ? list_fields : fields)) return EXIT_WRONG_USE;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    ok = act(opened.store, action, slug, title, study, &err) &&
         (action == PROJECT_LIST || data_note(&opened, NOTED_AS[action], slug, &err));
    data_close(&opened);
    if (!ok) return command_failed(&err);
    if (action == PROJECT_CREATE) (void)printf("project '%s' is at /projects/%s; add studies to it\n", slug, slug);
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    for (int action = 0; argc >= 2 && action < PROJECT_ACTION_COUNT; action++)
        if (strcmp(argv[1], ACTION_NAMES[action]) == 0) return run_action((enum project_action)action, argc - 1, argv + 1);
    (void)fprintf(stderr, "usage: dinolab project %s\n", COMMAND_PROJECT.usage);
    return EXIT_WRONG_USE;
}

const struct command COMMAND_PROJECT = {
    .name = "project",
    .usage =
        "create --data DIR --project SLUG [--title TEXT] | add|remove --data DIR --project SLUG --study SLUG | list --data DIR",
    .run = run,
};
