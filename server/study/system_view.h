/* system_view.h - what the store and the machine say about how the server is: sessions, value tables, disk, memory.
 *
 * Reads only; a few counts per study. Threads: one store and one catalog per thread. */
#ifndef DINOLAB_STUDY_SYSTEM_VIEW_H
#define DINOLAB_STUDY_SYSTEM_VIEW_H

#include "store/data_folder.h"
#include "study/study_catalog.h"

struct system_view {
    int64_t active_count; /* sessions, of all studies, as the next */
    int64_t planned_table_count;
    int64_t ready_table_count;
    int64_t newest_trial_id; /* 0: none */
    int64_t memory_bytes;    /* of this process, resident */
    int64_t disk_free_bytes; /* where the data folder is, for ordinary users */
    int64_t disk_total_bytes;
    int64_t database_bytes; /* with its write-ahead log */
};

MUST_CHECK bool system_view_load(struct store *store, struct study_catalog *catalog, const struct data_folder *folder,
                                 struct system_view *out, struct err *err);

#endif
