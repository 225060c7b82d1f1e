#include "study/study_catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"

struct entry {
    struct study  study;
    struct entry *next;
};

struct study_catalog {
    struct entry *first;
};

struct study_catalog *study_catalog_new(struct err *err)
{
    struct study_catalog *catalog = calloc(1, sizeof *catalog);

    if (catalog == NULL) err_no_memory(err);
    return catalog;
}

static void entry_free(struct entry *entry)
{
    if (entry == NULL) return;
    free(entry->study.title);
    free(entry);
}

void study_catalog_free(struct study_catalog *catalog)
{
    if (catalog == NULL) return;
    while (catalog->first != NULL) {
        struct entry *next = catalog->first->next;

        entry_free(catalog->first);
        catalog->first = next;
    }
    free(catalog);
}

static bool read_provenance(struct store *store, const struct study_row *row, struct arena *arena, struct session_provenance *out,
                            struct err *err)
{
    struct stimulus_set_row    set;
    struct representation_row *representations;
    struct secret_sha256       sha;
    int                        count;

    if (!store_stimulus_set_by_id(store, row->stimulus_set_id, &set, err)) return false;
    if (!store_study_representations(store, row->study_id, arena, &representations, &count, err)) return false;
    secret_sha256_begin(&sha);
    for (int i = 0; i < count; i++)
        secret_sha256_add(&sha, representations[i].matrix_sha256.bytes, sizeof representations[i].matrix_sha256.bytes);
    secret_sha256_end(&sha, &out->representations_sha256);
    out->settings_sha256     = row->settings_sha256;
    out->stimulus_set_sha256 = set.sha256;
    (void)snprintf(out->program_version, sizeof out->program_version, "%s", DINOLAB_VERSION);
    return true;
}

static struct entry *entry_load(struct store *store, const struct study_row *row, struct arena *arena, struct err *err)
{
    struct entry *entry = calloc(1, sizeof *entry);
    struct study *study;

    if (entry == NULL) return err_no_memory(err), NULL;
    study                  = &entry->study;
    study->study_id        = row->study_id;
    study->revision        = row->revision;
    study->stimulus_set_id = row->stimulus_set_id;
    study->is_imported     = row->is_imported;
    study->title           = strdup(row->title);
    (void)snprintf(study->slug, sizeof study->slug, "%s", row->slug);
    if (study->title == NULL) {
        err_no_memory(err);
    } else if (!task_from_name(row->task, &study->task)) {
        err_set(err, ERR_STORAGE, "study '%s' has the unknown task '%s'", row->slug, row->task);
    } else if (study_settings_read(study->task, span_of(row->settings), &study->settings, err) &&
               read_provenance(store, row, arena, &study->provenance, err)) {
        return entry;
    }
    entry_free(entry);
    return NULL;
}

static bool catalog_add(struct study_catalog *catalog, struct store *store, const struct study_row *row, struct arena *arena,
                        const struct study **out, struct err *err)
{
    struct entry *entry = entry_load(store, row, arena, err);

    if (entry == NULL) return err_wrap(err, "study '%s'", row->slug);
    entry->next    = catalog->first;
    catalog->first = entry;
    *out           = &entry->study;
    return true;
}

/* False too when it cannot be told: reading the study then says why. */
static bool is_current(struct store *store, const struct study *study)
{
    struct err ignored;
    int64_t    revision;

    return store_study_revision(store, study->study_id, &revision, &ignored) && revision == study->revision;
}

bool study_catalog_by_id(struct study_catalog *catalog, struct store *store, int64_t study_id, const struct study **out,
                         struct err *err)
{
    const struct entry *entry = catalog->first;
    struct study_row    row;
    struct arena        arena;
    bool                ok;

    while (entry != NULL && entry->study.study_id != study_id) entry = entry->next; /* the newest form comes first */
    if (entry != NULL && is_current(store, &entry->study)) return *out = &entry->study, true;
    arena_init(&arena);
    ok = store_study_by_id(store, study_id, &arena, &row, err) && catalog_add(catalog, store, &row, &arena, out, err);
    arena_close(&arena);
    return ok;
}

bool study_catalog_by_slug(struct study_catalog *catalog, struct store *store, const char *slug, const struct study **out,
                           struct err *err)
{
    const struct entry *entry = catalog->first;
    struct study_row    row;
    struct arena        arena;
    bool                ok;

    while (entry != NULL && strcmp(entry->study.slug, slug) != 0) entry = entry->next;
    if (entry != NULL && is_current(store, &entry->study)) return *out = &entry->study, true;
    arena_init(&arena);
    ok = store_study_by_slug(store, slug, &arena, &row, err) && catalog_add(catalog, store, &row, &arena, out, err);
    arena_close(&arena);
    return ok;
}

bool study_is_open(struct store *store, const struct study *study, bool *is_open, bool *is_pilot, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    bool             ok;

    arena_init(&arena);
    ok = store_study_by_id(store, study->study_id, &arena, &row, err);
    if (ok) *is_open = strcmp(row.state, "open") == 0;
    if (ok) *is_pilot = row.is_pilot;
    arena_close(&arena);
    return ok;
}
