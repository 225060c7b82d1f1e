#include "base/sink.h"

static bool file_sink_write(struct sink *base, const void *data, size_t bytes, struct err *err)
{
    struct file_sink *sink = (struct file_sink *)base;

    if (fwrite(data, 1, bytes, sink->file) != bytes) return err_errno(err, "write the export");
    sink->byte_count += (int64_t)bytes;
    if (sink->is_hashing) secret_sha256_add(&sink->sha, data, bytes);
    return true;
}

void file_sink_init(struct file_sink *sink, FILE *file, bool is_hashing)
{
    *sink = (struct file_sink){.base = {file_sink_write}, .file = file, .is_hashing = is_hashing};
    if (is_hashing) secret_sha256_begin(&sink->sha);
}

bool file_sink_flush(struct file_sink *sink, struct err *err)
{
    return fflush(sink->file) == 0 ? true : err_errno(err, "write the export");
}

void file_sink_hash(struct file_sink *sink, struct secret_hash *out)
{
    secret_sha256_end(&sink->sha, out);
}

static bool meter_sink_write(struct sink *base, const void *data, size_t bytes, struct err *err)
{
    struct meter_sink *sink = (struct meter_sink *)base;

    if (sink->next != NULL && !sink->next->write(sink->next, data, bytes, err)) return false;
    sink->byte_count += (int64_t)bytes;
    secret_sha256_add(&sink->sha, data, bytes);
    return true;
}

void meter_sink_init(struct meter_sink *sink, struct sink *next)
{
    *sink = (struct meter_sink){.base = {meter_sink_write}, .next = next};
    secret_sha256_begin(&sink->sha);
}
