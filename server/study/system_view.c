#include "study/system_view.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/store_derived.h"
#include "store/store_study.h"
#include "store/store_trial.h"

static bool add_study(struct store *store, struct study_catalog *catalog, int64_t study_id, struct arena *arena,
                      struct system_view *out, struct err *err)
{
    struct study_counts        counts;
    const struct study        *study;
    struct representation_row *representations;
    int                        representation_count = 0, ready_count = 0;

    if (!study_catalog_by_id(catalog, store, study_id, &study, err) || !store_study_counts(store, study_id, &counts, err) ||
        !store_study_representations(store, study_id, arena, &representations, &representation_count, err) ||
        !store_value_table_count(store, study_id, &ready_count, err))
        return false;
    out->active_count += counts.active_total;
    out->planned_table_count += (int64_t)counts.conditions * representation_count * study->settings.learner_count;
    out->ready_table_count += ready_count;
    return true;
}

static bool read_studies(struct store *store, struct study_catalog *catalog, struct system_view *out, struct err *err)
{
    struct study_row *studies = NULL;
    struct arena      arena;
    int               count = 0;
    bool              ok;

    arena_init(&arena);
    ok = store_studies(store, &arena, &studies, &count, err) && store_trial_newest_id(store, &out->newest_trial_id, err);
    for (int i = 0; ok && i < count; i++) ok = add_study(store, catalog, studies[i].study_id, &arena, out, err);
    arena_close(&arena);
    return ok;
}

static int64_t file_bytes(const char *path, const char *ending)
{
    char        name[PATH_BYTES + 8];
    struct stat status;

    (void)snprintf(name, sizeof name, "%s%s", path, ending);
    return stat(name, &status) == 0 ? (int64_t)status.st_size : 0; /* there is no log yet before the first write */
}

static bool read_disk(const struct data_folder *folder, struct system_view *out, struct err *err)
{
    char           database[PATH_BYTES];
    struct statvfs disk;

    data_folder_database(folder, database);
    if (statvfs(folder->path, &disk) != 0) return err_errno(err, "ask for the space left in %s", folder->path);
    out->disk_free_bytes  = (int64_t)(disk.f_bavail * disk.f_frsize);
    out->disk_total_bytes = (int64_t)(disk.f_blocks * disk.f_frsize);
    out->database_bytes   = file_bytes(database, "") + file_bytes(database, "-wal");
    return true;
}

static bool read_memory(struct system_view *out, struct err *err)
{
    long  whole_pages = 0, resident_pages = 0;
    FILE *file  = fopen("/proc/self/statm", "re");
    int   count = file == NULL ? 0 : fscanf(file, "%ld %ld", &whole_pages, &resident_pages);

    if (file != NULL) (void)fclose(file);
    if (count != 2) return err_set(err, ERR_INTERNAL, "/proc/self/statm cannot be read");
    out->memory_bytes = resident_pages * sysconf(_SC_PAGESIZE);
    return true;
}

bool system_view_load(struct store *store, struct study_catalog *catalog, const struct data_folder *folder,
                      struct system_view *out, struct err *err)
{
    *out = (struct system_view){0};
    return read_studies(store, catalog, out, err) && read_disk(folder, out, err) && read_memory(out, err);
}
