/* export_range.h - which part of a file a request wants (RFC 9110, 14): one range of bytes, or all of it. Pure. */
#ifndef DINOLAB_HTTP_EXPORT_RANGE_H
#define DINOLAB_HTTP_EXPORT_RANGE_H

#include <stdint.h>

enum export_range_kind {
    EXPORT_RANGE_WHOLE, /* no range, several, or one that is not understood: the whole file is the answer */
    EXPORT_RANGE_PART,
    EXPORT_RANGE_OUTSIDE, /* nothing of it is in the file */
};

struct export_range {
    enum export_range_kind kind;
    int64_t                first;
    int64_t                count;
};

/* `header`: of Range, or NULL. */
struct export_range export_range_read(const char *header, int64_t byte_count);

#endif
