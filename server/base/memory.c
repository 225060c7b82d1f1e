#include "base/memory.h"

#include <malloc.h>

enum {
    MAPPED_BYTES_MIN =
        32 * 1024 * 1024, /* larger ones, such as whole matrices, still go back at once; the most that glibc takes */
    KEPT_BYTES_MAX = 64 * 1024 * 1024,
};

void memory_keep_freed(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES_MIN);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES_MAX);
}
