/* store_project.h - projects: which studies belong together. */
#ifndef DINOLAB_STORE_STORE_PROJECT_H
#define DINOLAB_STORE_STORE_PROJECT_H

#include <stdint.h>

#include "store/store_study.h"

struct project_row {
    int64_t     project_id;
    char        slug[NAME_BYTES];
    const char *title; /* insert: borrowed; read: from the arena */
    int64_t     created_at_ms;
};

/* ERR_CONFLICT where the slug is taken. */
MUST_CHECK bool store_project_insert(struct store *store, const struct project_row *row, int64_t *id, struct err *err);

/* After the studies that are there; ERR_CONFLICT where it is one of them. */
MUST_CHECK bool store_project_add(struct store *store, int64_t project_id, int64_t study_id, struct err *err);

/* *was_there is false where the study was not in the project. */
MUST_CHECK bool store_project_remove(struct store *store, int64_t project_id, int64_t study_id, bool *was_there, struct err *err);

/* ERR_NOT_FOUND when there is none. */
MUST_CHECK bool store_project_by_slug(struct store *store, const char *slug, struct arena *arena, struct project_row *out,
                                      struct err *err);
MUST_CHECK bool store_projects(struct store *store, struct arena *arena, struct project_row **rows, int *count, struct err *err);

/* A project's studies in the order of display. */
MUST_CHECK bool store_project_studies(struct store *store, int64_t project_id, struct arena *arena, struct study_row **rows,
                                      int *count, struct err *err);

#endif
