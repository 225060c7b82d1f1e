/* picture_source.h - where the pictures of a new stimulus set come from: a folder, a zip file, or a table.
 *
 * In a folder or zip the folder that a picture lies in is its object, as THINGS has it: aardvark/aardvark_01b.jpg has the object
 * aardvark and the id aardvark/aardvark_01b; folders above that one do not matter. A picture that lies in no folder is an object of its
 * own, by its name. Files with other endings than jpg, jpeg, png and webp, hidden ones and those of __MACOSX are passed over.
 * Names of a zip never become paths; one that would lead out of its folder is refused all the same, as whoever made it meant harm.
 * Threads: each reads with a number of its own. */
#ifndef DINOLAB_STUDY_PICTURE_SOURCE_H
#define DINOLAB_STUDY_PICTURE_SOURCE_H

#include "base/arena.h"
#include "base/text.h"

enum { PICTURE_BYTES_MAX = 64 * 1024 * 1024 };

struct picture_entry {
    const char *name; /* the stimulus' id */
    const char *object;
    const char *path;  /* of the file, or within the zip */
    const char *label; /* for sentences: path, or the table's line */
    int         archive_index;
    int         order; /* of picture_source_arrange */
};

struct picture_source;

/* The entries are sorted by object and id. ERR_INVALID when there are none. */
MUST_CHECK struct picture_source *picture_source_open(const char *path, int thread_count, struct err *err);

/* Columns id, object, file (relative to the table); in its order. */
MUST_CHECK struct picture_source *picture_source_open_csv(const char *csv_path, struct err *err);

void picture_source_close(struct picture_source *source); /* accepts NULL */

int                         picture_source_count(const struct picture_source *source);
const struct picture_entry *picture_source_entry(const struct picture_source *source, int index);
int picture_source_passed_over(const struct picture_source *source); /* files that are no pictures by their name */

/* Entry `index`'s file, appended to `out`. */
MUST_CHECK bool picture_source_read(const struct picture_source *source, int index, int thread, struct text *out,
                                    struct err *err);

/* Go through the entries: `place` gives each a place in the order, or a negative one to leave it out. For recipes such as THINGS. */
void picture_source_arrange(struct picture_source *source, int (*place)(void *argument, const struct picture_entry *entry),
                            void                  *argument);

#endif
