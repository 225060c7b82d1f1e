#include "study/retention.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "study/audit.h"

static const int64_t DAY_MS = INT64_C(24) * 60 * 60 * 1000;

/* The moment after the day's last, in UTC. */
static bool end_of_day(const char *date, int64_t *out)
{
    struct tm day = {0};
    struct tm again;
    time_t    seconds;
    int       used = 0;

    if (sscanf(date, "%4d-%2d-%2d%n", &day.tm_year, &day.tm_mon, &day.tm_mday, &used) != 3 || used != 10 || date[10] != '\0')
        return false;
    day.tm_year -= 1900;
    day.tm_mon -= 1;
    again   = day;
    seconds = timegm(&again);
    if (again.tm_year != day.tm_year || again.tm_mon != day.tm_mon || again.tm_mday != day.tm_mday) return false; /* 31 June */
    *out = (int64_t)seconds * 1000 + DAY_MS;
    return true;
}

bool retention_set(struct store *store, const char *slug, const char *date, int64_t now_ms, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    int64_t          until_ms = 0;
    bool             ok;

    if (date != NULL && !end_of_day(date, &until_ms))
        return err_set(err, ERR_INVALID, "'until' must be a date such as 2027-01-31, not '%.40s'", date);
    if (date != NULL && until_ms <= now_ms)
        return err_set(err, ERR_INVALID, "'until' is past: %.40s; personal data would be deleted at once", date);
    arena_init(&arena);
    ok = store_study_by_slug(store, slug, &arena, &row, err) && store_retention_set(store, row.study_id, until_ms, err);
    arena_close(&arena);
    return ok;
}

static bool erase(struct store *store, const struct retention_row *row, int64_t now_ms, int *study_count, struct err *err)
{
    struct retention_counts counts;
    struct audit_entry      entry = {.account = AUDIT_SERVER, .action = "retention", .object = row->slug};
    char                    detail[192];

    if (!store_retention_erase(store, row->study_id, &counts, err)) return false;
    if (counts.identities + counts.refusals + counts.links + counts.eligibilities + counts.free_texts == 0) return true;
    (*study_count)++;
    (void)snprintf(detail, sizeof detail,
                   "deleted: %d identities, %d refusals, %d personal links, %d answers of the consent page, %d free texts",
                   counts.identities, counts.refusals, counts.links, counts.eligibilities, counts.free_texts);
    entry.detail = detail;
    return audit_append(store, &entry, now_ms, err);
}

bool retention_run(struct store *store, int64_t now_ms, int *study_count, struct err *err)
{
    struct retention_row *rows = NULL;
    struct arena          arena;
    int                   count = 0;
    bool                  ok;

    *study_count = 0;
    arena_init(&arena);
    ok = store_retention_due(store, now_ms, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++) ok = erase(store, &rows[i], now_ms, study_count, err);
    arena_close(&arena);
    return ok;
}
