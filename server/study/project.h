/* project.h - the verbs of projects: make one, put studies into it, take them out.
 *
 * Each is one transaction of its caller (a sub-command alone on a data folder). Threads: none. */
#ifndef DINOLAB_STUDY_PROJECT_H
#define DINOLAB_STUDY_PROJECT_H

#include "store/store_project.h"

/* `title` NULL: the slug. ERR_INVALID where slug or title are not fit to be one, ERR_CONFLICT where the slug is taken. */
MUST_CHECK bool project_create(struct store *store, const char *slug, const char *title, int64_t now_ms, struct err *err);

/* ERR_NOT_FOUND no such project or study; ERR_CONFLICT it is in the project already. */
MUST_CHECK bool project_add(struct store *store, const char *slug, const char *study_slug, struct err *err);

/* ERR_NOT_FOUND no such project or study, or it is not in the project. The study itself stays. */
MUST_CHECK bool project_remove(struct store *store, const char *slug, const char *study_slug, struct err *err);

/* Where there is no such project: make it with these studies, all of which must be there. Where there is one, nothing: what a
 * researcher changed since stays. */
MUST_CHECK bool project_ensure(struct store *store, const char *slug, const char *title, const char *const *study_slugs,
                               size_t study_count, int64_t now_ms, bool *is_new, struct err *err);

#endif
