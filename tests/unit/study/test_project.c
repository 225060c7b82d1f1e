/* Projects: which studies belong together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "study/project.h"

/* "a, b": the slugs of a project's studies in order; the caller frees. */
static char *studies_of(struct world *world, const char *slug)
{
    struct project_row project;
    struct study_row  *rows  = NULL;
    struct err         err   = {0};
    int                count = 0;
    struct arena       arena;
    struct text        text;

    arena_init(&arena);
    text_init(&text);
    text_add(&text, "");
    MUST(store_project_by_slug(world->store, slug, &arena, &project, &err));
    MUST(store_project_studies(world->store, project.project_id, &arena, &rows, &count, &err));
    for (int i = 0; i < count; i++) text_printf(&text, "%s%s", i == 0 ? "" : ", ", rows[i].slug);
    arena_close(&arena);
    return text_take(&text);
}

static void assert_studies(struct world *world, const char *slug, const char *expected)
{
    char *studies = studies_of(world, slug);

    assert_string_equal(studies, expected);
    free(studies);
}

static void studies_come_in_the_order_in_which_they_were_added(void **state)
{
    struct world world;
    struct err   err = {0};

    (void)state;
    world_open(&world);
    MUST(project_create(world.store, "both", "Both tasks", WORLD_NOW_MS, &err));
    assert_studies(&world, "both", "");
    MUST(project_add(world.store, "both", "points", &err));
    MUST(project_add(world.store, "both", "dinosaurs", &err));
    assert_studies(&world, "both", "points, dinosaurs");
    MUST(project_remove(world.store, "both", "points", &err));
    MUST(project_add(world.store, "both", "points", &err));
    assert_studies(&world, "both", "dinosaurs, points");
    (void)world_study(&world, "points"); /* the study itself was never touched */
    world_close(&world);
}

static void a_study_may_be_in_several_projects(void **state)
{
    struct project_row *rows = NULL;
    struct err          err  = {0};
    int                 count;
    struct world        world;
    struct arena        arena;

    (void)state;
    world_open(&world);
    MUST(project_create(world.store, "one", NULL, WORLD_NOW_MS, &err));
    MUST(project_create(world.store, "two", "The second", WORLD_NOW_MS + 1, &err));
    MUST(project_add(world.store, "one", "points", &err));
    MUST(project_add(world.store, "two", "points", &err));
    arena_init(&arena);
    MUST(store_projects(world.store, &arena, &rows, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].slug, "one");
    assert_string_equal(rows[0].title, "one"); /* without a title, the slug */
    assert_string_equal(rows[1].title, "The second");
    assert_true(rows[1].created_at_ms == WORLD_NOW_MS + 1);
    arena_close(&arena);
    world_close(&world);
}

static void mistakes_are_told_in_a_sentence(void **state)
{
    struct world world;
    struct err   err = {0};

    (void)state;
    world_open(&world);
    MUST_REFUSE(project_create(world.store, "Both tasks", NULL, 0, &err), ERR_INVALID, "is not a slug");
    MUST_REFUSE(project_create(world.store, "both", "", 0, &err), ERR_INVALID, "a title is 1 to 200 bytes");
    MUST_REFUSE(project_create(world.store, "both", "\xff", 0, &err), ERR_INVALID, "UTF-8");
    MUST(project_create(world.store, "both", NULL, 0, &err));
    MUST_REFUSE(project_create(world.store, "both", NULL, 0, &err), ERR_CONFLICT, "the project 'both' exists already");
    MUST_REFUSE(project_add(world.store, "none", "points", &err), ERR_NOT_FOUND, "no project 'none'");
    MUST_REFUSE(project_add(world.store, "both", "none", &err), ERR_NOT_FOUND, "no study 'none'");
    MUST(project_add(world.store, "both", "points", &err));
    MUST_REFUSE(project_add(world.store, "both", "points", &err), ERR_CONFLICT, "in the project already");
    MUST_REFUSE(project_remove(world.store, "both", "dinosaurs", &err), ERR_NOT_FOUND, "is not in the project 'both'");
    assert_studies(&world, "both", "points");
    world_close(&world);
}

static void what_is_there_is_left_as_it_is_and_nothing_half_is_made(void **state)
{
    static const char *const STUDIES[] = {"dinosaurs", "points"};
    static const char *const MISSING[] = {"dinosaurs", "none"};
    struct project_row       project;
    struct err               err = {0};
    bool                     is_new;
    struct world             world;
    struct arena             arena;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    MUST_REFUSE(project_ensure(world.store, "demo", "Demo", MISSING, 2, 1, &is_new, &err), ERR_NOT_FOUND, "no study 'none'");
    MUST_REFUSE(store_project_by_slug(world.store, "demo", &arena, &project, &err), ERR_NOT_FOUND, "no project 'demo'");
    MUST(project_ensure(world.store, "demo", "Demo", STUDIES, 2, 1, &is_new, &err));
    assert_true(is_new);
    MUST(project_remove(world.store, "demo", "dinosaurs", &err));
    MUST(project_ensure(world.store, "demo", "Other", STUDIES, 2, 1, &is_new, &err));
    assert_false(is_new);
    assert_studies(&world, "demo", "points"); /* as the researcher left it */
    arena_close(&arena);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(studies_come_in_the_order_in_which_they_were_added),
        cmocka_unit_test(a_study_may_be_in_several_projects),
        cmocka_unit_test(mistakes_are_told_in_a_sentence),
        cmocka_unit_test(what_is_there_is_left_as_it_is_and_nothing_half_is_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
