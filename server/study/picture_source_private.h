/* picture_source_private.h - shared by the kinds of picture sources. */
#ifndef DINOLAB_STUDY_PICTURE_SOURCE_PRIVATE_H
#define DINOLAB_STUDY_PICTURE_SOURCE_PRIVATE_H

#include "study/picture_source.h"

enum { STIMULUS_MAX = 1000 * 1000 };

struct archive;

struct picture_source {
    struct arena          arena; /* of all names */
    struct picture_entry *entries;
    int                   count;
    int                   capacity;
    int                   passed_over_count;
    struct archive      **archives; /* a zip: one handle per thread */
    int                   archive_count;
};

struct picture_source *picture_source_new(struct err *err);

/* One more entry, empty; NULL when there is no memory or there are too many. */
struct picture_entry *picture_source_add(struct picture_source *source, struct err *err);

#endif
