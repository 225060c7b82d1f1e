#include "simulate/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json/json_write.h"

enum { TALLY_CAPACITY_MIN = 1024 };

static const int64_t REPLY_MAX_US = INT64_C(3600) * 1000000; /* fits 32 bits; requests time out long before */

void tally_init(struct tally *tally)
{
    *tally = (struct tally){0};
}

void tally_close(struct tally *tally)
{
    free(tally->reply_us);
    *tally = (struct tally){0};
}

bool tally_reply(struct tally *tally, int64_t reply_us, struct err *err)
{
    if (tally->reply_count == tally->reply_capacity) {
        size_t    capacity = tally->reply_capacity > 0 ? 2 * tally->reply_capacity : TALLY_CAPACITY_MIN;
        uint32_t *larger   = reallocarray(tally->reply_us, capacity, sizeof *larger);

        if (larger == NULL) return err_no_memory(err);
        tally->reply_us       = larger;
        tally->reply_capacity = capacity;
    }
    if (reply_us < 0) reply_us = 0;
    if (reply_us > REPLY_MAX_US) reply_us = REPLY_MAX_US;
    tally->reply_us[tally->reply_count++] = (uint32_t)reply_us;
    return true;
}

void tally_begin_anew(struct tally *tally)
{
    tally->reply_count = 0;
    tally->trial_count = 0;
}

static struct tally_kind *kind_named(struct tally *tally, const char *name)
{
    struct tally_kind *kind;

    for (int i = 0; i < tally->kind_count; i++)
        if (strcmp(tally->kinds[i].name, name) == 0) return &tally->kinds[i];
    if (tally->kind_count == TALLY_KIND_MAX) return &tally->kinds[TALLY_KIND_MAX - 1];
    kind = &tally->kinds[tally->kind_count++];
    (void)snprintf(kind->name, sizeof kind->name, "%s", name);
    return kind;
}

void tally_error(struct tally *tally, const char *kind_name, const char *sentence)
{
    struct tally_kind *kind = kind_named(tally, kind_name);

    if (kind->count < TALLY_SENTENCE_COUNT)
        (void)snprintf(kind->sentences[kind->count], sizeof kind->sentences[0], "%s", sentence);
    kind->count++;
    tally->error_count++;
}

uint32_t tally_percentile(const uint32_t *ascending, size_t count, double share)
{
    /* The tiny amount taken off keeps a product such as 0.99 * 100 = 99.00000000000001 from asking for the next rank. */
    double rank  = ceil(share * (double)count - 1e-9);
    size_t index = rank < 1.0 ? 0 : (size_t)rank - 1;

    if (count == 0) return 0;
    return ascending[index < count ? index : count - 1];
}

static int compare_times(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static void write_percentile(const struct tally *tally, struct json_writer *writer, const char *name, double share)
{
    double ms = (double)tally_percentile(tally->reply_us, tally->reply_count, share) / 1000.0;

    json_f64(writer, name, tally->reply_count > 0 ? ms : NAN);
}

void tally_summary(struct tally *tally, double elapsed_s, struct text *out)
{
    struct json_writer writer;
    double             trials_per_s = elapsed_s > 0.0 ? (double)tally->trial_count / elapsed_s : 0.0;

    if (tally->reply_count > 0) qsort(tally->reply_us, tally->reply_count, sizeof *tally->reply_us, compare_times);
    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "sessions", tally->session_count);
    json_i64(&writer, "trials", tally->trial_count);
    json_f64(&writer, "trials_per_s", round(trials_per_s * 1000.0) / 1000.0);
    json_begin_object(&writer, "reply_ms");
    write_percentile(tally, &writer, "p50", 0.5);
    write_percentile(tally, &writer, "p99", 0.99);
    write_percentile(tally, &writer, "p999", 0.999);
    json_end_object(&writer);
    json_i64(&writer, "errors", tally->error_count);
    json_end_object(&writer);
}

void tally_print_errors(const struct tally *tally, FILE *out)
{
    if (tally->retry_count > 0)
        (void)fprintf(out, "requests sent again because the server was away or busy: %lld\n", (long long)tally->retry_count);
    for (int i = 0; i < tally->kind_count; i++) {
        const struct tally_kind *kind = &tally->kinds[i];

        (void)fprintf(out, "%d of error '%s':\n", kind->count, kind->name);
        for (int j = 0; j < kind->count && j < TALLY_SENTENCE_COUNT; j++) (void)fprintf(out, "    %s\n", kind->sentences[j]);
        if (kind->count > TALLY_SENTENCE_COUNT) (void)fprintf(out, "    and %d more\n", kind->count - TALLY_SENTENCE_COUNT);
    }
}
