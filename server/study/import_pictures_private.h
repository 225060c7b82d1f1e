/* import_pictures_private.h - the two halves of an import: converting the pictures, and making the set of them. */
#ifndef DINOLAB_STUDY_IMPORT_PICTURES_PRIVATE_H
#define DINOLAB_STUDY_IMPORT_PICTURES_PRIVATE_H

#include "study/import_pictures.h"

/* What became of one entry. */
struct import_outcome {
    struct picture_row picture;
    int64_t            shown_bytes; /* 0: was known */
    int64_t            thumbnail_bytes;
    bool               is_damaged;
    enum err_kind      kind; /* of a damaged one */
    char              *problem;
};

struct import_run {
    const struct import_pictures *import;
    struct arena                  arena;
    struct picture_row           *known; /* by original */
    int                           known_count;
    struct import_outcome        *outcomes;
    int                           count;
    int                           batch_begin; /* of the batch that is converted or written */
    int                           batch_end;
    int64_t                       began_us;
    int64_t                       set_id;
    int                           first_damaged; /* -1: none */
    int                          *kept;          /* the entries that become stimuli, in order */
    int                           kept_count;
};

MUST_CHECK bool import_rows(struct import_run *run, import_write *work, struct err *err); /* by the import's writer */
int             import_by_original(const void *left, const void *right); /* for qsort and bsearch of picture_rows */

/* The sentence begins with where the picture was named, when that is not its path. */
MUST_CHECK bool import_note_problem(struct import_outcome *outcome, const struct picture_entry *entry, const struct err *why,
                                    struct err *err);

/* After all pictures: what is wrong with them and the set of the rest. */
MUST_CHECK bool import_look_over(struct import_run *run, struct import_report *report, struct err *err);
MUST_CHECK bool import_write_set(struct import_run *run, struct import_report *report, struct err *err);

#endif
