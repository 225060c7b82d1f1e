#include "study/project.h"

#include <stdio.h>
#include <string.h>

enum { TITLE_BYTES_MAX = 200 };

static bool check_title(const char *title, struct err *err)
{
    size_t length = strlen(title);

    if (length >= 1 && length <= TITLE_BYTES_MAX && text_is_utf8(title, length)) return true;
    return err_set(err, ERR_INVALID, "a title is 1 to %d bytes of UTF-8", TITLE_BYTES_MAX);
}

bool project_create(struct store *store, const char *slug, const char *title, int64_t now_ms, struct err *err)
{
    struct project_row row = {.title = title == NULL ? slug : title, .created_at_ms = now_ms};
    int64_t            id;

    if (!text_is_slug(slug) || strlen(slug) >= sizeof row.slug)
        return err_set(err, ERR_INVALID, "'%.80s' is not a slug: a-z, 0-9, '-' and '_' only, beginning with a letter or digit",
                       slug);
    if (!check_title(row.title, err)) return false;
    (void)snprintf(row.slug, sizeof row.slug, "%s", slug);
    return store_project_insert(store, &row, &id, err);
}

static bool find_both(struct store *store, const char *slug, const char *study_slug, int64_t *project_id, int64_t *study_id,
                      struct err *err)
{
    struct project_row project;
    struct study_row   study;
    struct arena       arena;
    bool               ok;

    arena_init(&arena);
    ok = store_project_by_slug(store, slug, &arena, &project, err) && store_study_by_slug(store, study_slug, &arena, &study, err);
    if (ok) {
        *project_id = project.project_id;
        *study_id   = study.study_id;
    }
    arena_close(&arena);
    return ok;
}

bool project_add(struct store *store, const char *slug, const char *study_slug, struct err *err)
{
    int64_t project_id, study_id;

    if (!find_both(store, slug, study_slug, &project_id, &study_id, err)) return false;
    if (store_project_add(store, project_id, study_id, err)) return true;
    return err_wrap(err, "project '%s', study '%s'", slug, study_slug);
}

bool project_remove(struct store *store, const char *slug, const char *study_slug, struct err *err)
{
    int64_t project_id, study_id;
    bool    was_there;

    if (!find_both(store, slug, study_slug, &project_id, &study_id, err)) return false;
    if (!store_project_remove(store, project_id, study_id, &was_there, err)) return false;
    return was_there ? true : err_set(err, ERR_NOT_FOUND, "the study '%s' is not in the project '%s'", study_slug, slug);
}

static bool has_project(struct store *store, const char *slug)
{
    struct project_row row;
    struct arena       arena;
    struct err         ignored; /* not found is the ordinary answer of a first run */
    bool               is_there;

    arena_init(&arena);
    is_there = store_project_by_slug(store, slug, &arena, &row, &ignored);
    arena_close(&arena);
    return is_there;
}

bool project_ensure(struct store *store, const char *slug, const char *title, const char *const *study_slugs, size_t study_count,
                    int64_t now_ms, bool *is_new, struct err *err)
{
    bool ok;

    *is_new = !has_project(store, slug);
    if (!*is_new) return true;
    if (!store_begin(store, err)) return false;
    ok = project_create(store, slug, title, now_ms, err);
    for (size_t i = 0; ok && i < study_count; i++) ok = project_add(store, slug, study_slugs[i], err);
    ok = ok && store_commit(store, err);
    if (!ok) store_rollback(store);
    return ok;
}
