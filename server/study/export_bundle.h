/* export_bundle.h - what goes home together: every table of a study from one view of the store, and the manifest that says what they are.
 *
 * MANIFEST (manifest.json)
 *   {"study","title","task","mode","program_version","settings_sha256","stimulus_set_sha256","representations_sha256",
 *    "taken_at_ms","snapshot":{"newest_trial","newest_change"},"audit":{"entries","head"},
 *    "files":[{"file","table","format","rows","bytes","sha256","about"}]}
 * program_version is the program's that wrote the files; sessions ran with what `sessions` says of each. Two bundles with the same snapshot
 * hold the same trials and sessions. `audit` is the end of the log of what was done (audit.h): it fixes everything before. A file that has
 * another size or hash than its line says is broken, or another one.
 *
 * Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_EXPORT_BUNDLE_H
#define DINOLAB_STUDY_EXPORT_BUNDLE_H

#include "study/export.h"

enum { EXPORT_FILE_NAME_BYTES = 64 };

struct export_bundle {
    const struct export_kind *kinds; /* closed by a NULL name */
    struct store             *store;
    const struct study       *study;
    enum session_mode         mode;
    int64_t                   taken_at_ms;
};

/* Finds the study of that slug and takes one view of the store, until export_end; the rest of the bundle is there already. Every export
 * passes here, whatever it is and wherever it is asked for: what must not be taken home is refused in this place. `shows_numbers`: a
 * blind study keeps it back (blind.h). A list of what there is, people's ids and what a person asks of their own data are not. */
MUST_CHECK bool export_begin(struct export_bundle *bundle, struct study_catalog *catalog, const char *slug, bool shows_numbers,
                             struct err *err);
void            export_end(const struct export_bundle *bundle);

/* One file of a bundle. */
struct export_file {
    char                      name[EXPORT_FILE_NAME_BYTES]; /* "all.csv" */
    const struct export_kind *kind;
    enum export_format        format;
    int64_t                   row_count;
    int64_t                   byte_count;
    struct secret_hash        sha256;
};

/* Gives the sink of each file in turn, and takes it back: `begin` before its bytes, `end` when its line is whole. */
struct export_place {
    void *argument;
    bool (*begin)(void *argument, const struct export_file *file, struct sink **out, struct err *err);
    bool (*end)(void *argument, const struct export_file *file, struct err *err);
};

/* Every table in every format, then the manifest as JSON to `manifest`. */
MUST_CHECK bool export_bundle_write(const struct export_bundle *bundle, const struct export_place *place, struct text *manifest,
                                    struct err *err);

/* The same into a folder, which is made; the manifest is written last. */
MUST_CHECK bool export_bundle_to_folder(const struct export_bundle *bundle, const char *folder, int *file_count, struct err *err);

#endif
