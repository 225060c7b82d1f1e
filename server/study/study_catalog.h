/* study_catalog.h - studies as the verbs need them: settings parsed once and kept.
 *
 * A study that was changed since (its row has another revision) is read again when it is looked for; the older form stays for those who
 * have it. Its state (open, closed) is read anew where it matters. Threads: a catalog belongs to one thread, beside its store. Studies
 * are borrowed until it is freed. */
#ifndef DINOLAB_STUDY_STUDY_CATALOG_H
#define DINOLAB_STUDY_STUDY_CATALOG_H

#include "store/store_session.h"
#include "task/study_settings.h"

struct study {
    int64_t                   study_id;
    char                      slug[NAME_BYTES];
    int64_t                   revision;
    char                     *title; /* owned by the catalog */
    enum task_kind            task;
    int64_t                   stimulus_set_id;
    bool                      is_imported; /* all of its sessions took place elsewhere (old_data.h) */
    struct study_settings     settings;
    struct session_provenance provenance; /* what every session of this study runs with */
};

struct study_catalog;

MUST_CHECK struct study_catalog *study_catalog_new(struct err *err);
void                             study_catalog_free(struct study_catalog *catalog); /* accepts NULL */

/* ERR_NOT_FOUND when there is none. */
MUST_CHECK bool study_catalog_by_id(struct study_catalog *catalog, struct store *store, int64_t study_id,
                                    const struct study **out, struct err *err);
MUST_CHECK bool study_catalog_by_slug(struct study_catalog *catalog, struct store *store, const char *slug,
                                      const struct study **out, struct err *err);

/* "open" now, and is it a pilot? */
MUST_CHECK bool study_is_open(struct store *store, const struct study *study, bool *is_open, bool *is_pilot, struct err *err);

#endif
