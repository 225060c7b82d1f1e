#include "http/export_range.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Digits alone; -1 without any. */
static int64_t take_number(const char **at)
{
    int64_t number = -1;

    for (; isdigit((unsigned char)**at); (*at)++) {
        number = (number < 0 ? 0 : number) * 10 + (**at - '0');
        if (number > INT64_MAX / 100) return INT64_MAX / 100;
    }
    return number;
}

struct export_range export_range_read(const char *header, int64_t byte_count)
{
    const struct export_range whole   = {EXPORT_RANGE_WHOLE, 0, byte_count};
    const struct export_range outside = {EXPORT_RANGE_OUTSIDE, 0, 0};
    int64_t                   first, last;

    if (header == NULL || strncmp(header, "bytes=", 6) != 0) return whole;
    header += 6;
    first = take_number(&header);
    if (*header++ != '-') return whole;
    last = take_number(&header);
    if (*header != '\0' || (first < 0 && last < 0) || (first >= 0 && last >= 0 && last < first)) return whole;
    if (first < 0) { /* the last so many */
        if (last == 0 || byte_count == 0) return outside;
        first = last < byte_count ? byte_count - last : 0;
        return (struct export_range){EXPORT_RANGE_PART, first, byte_count - first};
    }
    if (first >= byte_count) return outside;
    if (last < 0 || last >= byte_count) last = byte_count - 1;
    return (struct export_range){EXPORT_RANGE_PART, first, last - first + 1};
}
