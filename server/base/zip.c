#include "base/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Negative window bits: bare deflate data, as a zip entry has it. Flags: sizes follow the data; names are UTF-8. */
enum { LEVEL = 6, BARE_WINDOW = -15, MEMORY_LEVEL = 8, OUT_BYTES = 64 * 1024, PIECE_MAX = 1 << 30 };
enum { VERSION_NEEDED = 20, MADE_BY_UNIX = 3 << 8 | VERSION_NEEDED, FLAGS = 1 << 3 | 1 << 11, METHOD_DEFLATE = 8 };
enum { LOCAL_SIGNATURE = 0x04034b50, DATA_SIGNATURE = 0x08074b50, CENTRAL_SIGNATURE = 0x02014b50, END_SIGNATURE = 0x06054b50 };
enum { HEADER_BYTES_MAX = 64, DOS_YEAR_0 = 1980 };

struct zip_state {
    z_stream      stream;
    unsigned char out[OUT_BYTES];
};

/* Little-endian fields in a row. */
struct fields {
    unsigned char data[HEADER_BYTES_MAX];
    size_t        length;
};

static void add_u16(struct fields *fields, uint32_t value)
{
    fields->data[fields->length++] = (unsigned char)(value & 255);
    fields->data[fields->length++] = (unsigned char)(value >> 8 & 255);
}

static void add_u32(struct fields *fields, uint32_t value)
{
    add_u16(fields, value & 0xFFFF);
    add_u16(fields, value >> 16);
}

static bool emit(struct zip_writer *zip, const void *data, size_t bytes, struct err *err)
{
    if (zip->offset + (int64_t)bytes > UINT32_MAX)
        return err_set(err, ERR_TOO_LARGE,
                       "the archive would have 4 GB or more, which zip cannot have here; take the tables one by one");
    zip->offset += (int64_t)bytes;
    return zip->out->write(zip->out, data, bytes, err);
}

static uint32_t dos_time_of(int64_t at_ms)
{
    time_t    seconds = (time_t)(at_ms / 1000);
    struct tm at;

    if (gmtime_r(&seconds, &at) == NULL || at.tm_year + 1900 < DOS_YEAR_0) return 1 << 21 | 1 << 16;
    return (uint32_t)(at.tm_year + 1900 - DOS_YEAR_0) << 25 | (uint32_t)(at.tm_mon + 1) << 21 | (uint32_t)at.tm_mday << 16 |
           (uint32_t)at.tm_hour << 11 | (uint32_t)at.tm_min << 5 | (uint32_t)at.tm_sec / 2;
}

static bool pump(struct zip_writer *zip, int flush, struct err *err)
{
    struct zip_state *state  = zip->state;
    z_stream         *stream = &state->stream;

    do {
        size_t ready;

        stream->next_out  = state->out;
        stream->avail_out = OUT_BYTES;
        if (deflate(stream, flush) == Z_STREAM_ERROR) return err_set(err, ERR_INTERNAL, "compression failed");
        ready = OUT_BYTES - stream->avail_out;
        zip->compressed_bytes += (int64_t)ready;
        if (ready > 0 && !emit(zip, state->out, ready, err)) return false;
    } while (stream->avail_out == 0);
    return true;
}

static bool zip_write(struct sink *base, const void *data, size_t bytes, struct err *err)
{
    struct zip_writer *zip   = (struct zip_writer *)base;
    struct zip_state  *state = zip->state;
    struct zip_entry  *entry = &zip->entries[zip->entry_count];
    const Bytef       *from  = data;

    if (zip->bytes + (int64_t)bytes > UINT32_MAX)
        return err_set(err, ERR_TOO_LARGE, "%s would have 4 GB or more, which zip cannot have here; take the table by itself",
                       entry->name);
    zip->bytes += (int64_t)bytes;
    entry->crc = (uint32_t)crc32_z(entry->crc, from, bytes);
    while (bytes > 0) {
        size_t piece = bytes < PIECE_MAX ? bytes : PIECE_MAX;

        state->stream.next_in  = (Bytef *)(uintptr_t)from;
        state->stream.avail_in = (uInt)piece;
        if (!pump(zip, Z_NO_FLUSH, err)) return false;
        from += piece;
        bytes -= piece;
    }
    return true;
}

bool zip_writer_open(struct zip_writer *zip, struct sink *out, int64_t at_ms, struct err *err)
{
    struct zip_state *state = calloc(1, sizeof *state);

    *zip = (struct zip_writer){.base = {zip_write}, .out = out, .dos_time = dos_time_of(at_ms)};
    if (state == NULL) return err_no_memory(err);
    if (deflateInit2(&state->stream, LEVEL, Z_DEFLATED, BARE_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(state);
        return err_no_memory(err);
    }
    zip->state = state;
    return true;
}

void zip_writer_close(struct zip_writer *zip)
{
    struct zip_state *state = zip->state;

    if (state != NULL) (void)deflateEnd(&state->stream);
    free(state);
    zip->state = NULL;
}

bool zip_writer_begin(struct zip_writer *zip, const char *name, struct err *err)
{
    struct zip_entry *entry  = &zip->entries[zip->entry_count];
    struct zip_state *state  = zip->state;
    struct fields     fields = {.length = 0};
    size_t            length = strlen(name);

    if (zip->entry_count == ZIP_ENTRY_MAX || length >= sizeof entry->name)
        return err_set(err, ERR_INTERNAL, "an archive cannot have '%.40s' or so many entries", name);
    memcpy(entry->name, name, length + 1);
    entry->crc            = (uint32_t)crc32(0, NULL, 0);
    entry->offset         = (uint32_t)zip->offset;
    zip->bytes            = 0;
    zip->compressed_bytes = 0;
    (void)deflateReset(&state->stream);
    add_u32(&fields, LOCAL_SIGNATURE);
    add_u16(&fields, VERSION_NEEDED);
    add_u16(&fields, FLAGS);
    add_u16(&fields, METHOD_DEFLATE);
    add_u32(&fields, zip->dos_time);
    for (int i = 0; i < 3; i++) add_u32(&fields, 0); /* checksum and sizes follow the data */
    add_u16(&fields, (uint32_t)length);
    add_u16(&fields, 0);
    return emit(zip, fields.data, fields.length, err) && emit(zip, name, length, err);
}

bool zip_writer_end(struct zip_writer *zip, struct err *err)
{
    struct zip_entry *entry  = &zip->entries[zip->entry_count];
    struct zip_state *state  = zip->state;
    struct fields     fields = {.length = 0};

    state->stream.avail_in = 0;
    if (!pump(zip, Z_FINISH, err)) return false;
    entry->bytes            = (uint32_t)zip->bytes;
    entry->compressed_bytes = (uint32_t)zip->compressed_bytes;
    zip->entry_count++;
    add_u32(&fields, DATA_SIGNATURE);
    add_u32(&fields, entry->crc);
    add_u32(&fields, entry->compressed_bytes);
    add_u32(&fields, entry->bytes);
    return emit(zip, fields.data, fields.length, err);
}

bool zip_writer_add(struct zip_writer *zip, const char *name, const void *data, size_t bytes, struct err *err)
{
    return zip_writer_begin(zip, name, err) && zip->base.write(&zip->base, data, bytes, err) && zip_writer_end(zip, err);
}

static bool add_central(struct zip_writer *zip, const struct zip_entry *entry, struct err *err)
{
    struct fields fields = {.length = 0};
    size_t        length = strlen(entry->name);

    add_u32(&fields, CENTRAL_SIGNATURE);
    add_u16(&fields, MADE_BY_UNIX);
    add_u16(&fields, VERSION_NEEDED);
    add_u16(&fields, FLAGS);
    add_u16(&fields, METHOD_DEFLATE);
    add_u32(&fields, zip->dos_time);
    add_u32(&fields, entry->crc);
    add_u32(&fields, entry->compressed_bytes);
    add_u32(&fields, entry->bytes);
    add_u16(&fields, (uint32_t)length);
    for (int i = 0; i < 4; i++) add_u16(&fields, 0); /* no extra field, no comment, first disk, binary */
    add_u32(&fields, (uint32_t)0100644 << 16);       /* a file that its owner may write */
    add_u32(&fields, entry->offset);
    return emit(zip, fields.data, fields.length, err) && emit(zip, entry->name, length, err);
}

bool zip_writer_finish(struct zip_writer *zip, struct err *err)
{
    struct fields fields = {.length = 0};
    int64_t       begin  = zip->offset;
    int64_t       bytes;

    for (int i = 0; i < zip->entry_count; i++)
        if (!add_central(zip, &zip->entries[i], err)) return false;
    bytes = zip->offset - begin;
    add_u32(&fields, END_SIGNATURE);
    add_u32(&fields, 0);
    add_u16(&fields, (uint32_t)zip->entry_count);
    add_u16(&fields, (uint32_t)zip->entry_count);
    add_u32(&fields, (uint32_t)bytes);
    add_u32(&fields, (uint32_t)begin);
    add_u16(&fields, 0);
    return emit(zip, fields.data, fields.length, err);
}
