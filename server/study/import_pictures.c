#include "study/import_pictures_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/parallel.h"
#include "picture/picture_convert.h"

enum {
    PICTURE_BATCH = 64, /* some seconds of converting, and one sync of the disk */
};

void import_report_init(struct import_report *report)
{
    *report = (struct import_report){0};
    text_init(&report->problems);
}

void import_report_close(struct import_report *report)
{
    text_close(&report->problems);
}

/* --- alone --- */

static bool write_alone(void *argument, import_write *work, void *work_argument, struct err *err)
{
    struct store *store = argument;

    if (!store_begin(store, err)) return false;
    if (work(store, work_argument, err) && store_commit(store, err)) return true;
    store_rollback(store);
    return false;
}

struct import_writer import_writer_alone(struct store *store)
{
    return (struct import_writer){.run = write_alone, .argument = store};
}

bool import_rows(struct import_run *run, import_write *work, struct err *err)
{
    return run->import->writer.run(run->import->writer.argument, work, run, err);
}

/* --- one picture, on any thread --- */

int import_by_original(const void *left, const void *right)
{
    return memcmp(((const struct picture_row *)left)->original_sha256.bytes,
                  ((const struct picture_row *)right)->original_sha256.bytes, SECRET_HASH_BYTES);
}

static bool put_media(const struct import_run *run, struct span bytes, struct secret_hash *sha256, struct err *err)
{
    char path[PATH_BYTES];

    secret_sha256_of(bytes.data, bytes.length, sha256);
    data_folder_media(run->import->folder, sha256, path);
    return data_folder_put(path, bytes.data, bytes.length, err);
}

static bool convert(const struct import_run *run, const char *path, const struct text *bytes, struct import_outcome *outcome,
                    struct err *err)
{
    struct picture_copies copies;
    struct secret_hash    original;
    bool                  ok;

    picture_copies_init(&copies);
    ok = picture_convert(path, bytes->data, bytes->length, &copies, err);
    if (ok) {
        struct picture_row *row = &outcome->picture;

        row->original_bytes = (int64_t)bytes->length;
        row->width          = copies.width;
        row->height         = copies.height;
        row->added_at_ms    = run->import->now_ms;
        (void)snprintf(row->original_type, sizeof row->original_type, "%s", picture_media_type(copies.format));
        outcome->shown_bytes     = (int64_t)copies.shown.length;
        outcome->thumbnail_bytes = (int64_t)copies.thumbnail.length;
        ok = put_media(run, (struct span){copies.shown.data, copies.shown.length}, &row->picture_sha256, err) &&
             put_media(run, (struct span){copies.thumbnail.data, copies.thumbnail.length}, &row->thumbnail_sha256, err) &&
             (!run->import->keeps_originals || put_media(run, (struct span){bytes->data, bytes->length}, &original, err));
    }
    picture_copies_close(&copies);
    return ok;
}

static bool take_picture(const struct import_run *run, int index, int thread, struct import_outcome *outcome, struct err *err)
{
    const struct picture_entry *entry = picture_source_entry(run->import->source, index);
    const struct picture_row   *known;
    struct text                 bytes;
    bool                        ok;

    text_init(&bytes);
    ok = picture_source_read(run->import->source, index, thread, &bytes, err);
    if (ok && bytes.length == 0) ok = err_set(err, ERR_INVALID, "the picture '%s' is empty", entry->path);
    if (ok) {
        secret_sha256_of(bytes.data, bytes.length, &outcome->picture.original_sha256);
        known = run->known_count == 0
                    ? NULL
                    : bsearch(&outcome->picture, run->known, (size_t)run->known_count, sizeof *run->known, import_by_original);
        if (known != NULL)
            outcome->picture = *known;
        else
            ok = convert(run, entry->path, &bytes, outcome, err);
    }
    text_close(&bytes);
    return ok;
}

bool import_note_problem(struct import_outcome *outcome, const struct picture_entry *entry, const struct err *why,
                         struct err *err)
{
    struct text sentence;

    outcome->is_damaged = true;
    outcome->kind       = why->kind;
    text_init(&sentence);
    if (entry->label != entry->path) text_printf(&sentence, "%s: ", entry->label);
    text_add(&sentence, why->message);
    outcome->problem = text_take(&sentence);
    return outcome->problem != NULL ? true : err_no_memory(err);
}

/* What is wrong with one picture is noted; what is wrong with the disk or the memory ends the whole. */
static bool work(void *argument, int index, int thread, struct err *err)
{
    struct import_run          *run   = argument;
    const int                   at    = run->batch_begin + index;
    const struct picture_entry *entry = picture_source_entry(run->import->source, at);
    struct err                  why   = {0};

    if (take_picture(run, at, thread, &run->outcomes[at], &why)) return true;
    if (why.kind == ERR_INTERNAL || why.kind == ERR_STORAGE) {
        if (err != NULL) *err = why;
        return err_wrap(err, "%s", entry->label);
    }
    return import_note_problem(&run->outcomes[at], entry, &why, err);
}

/* --- the pictures, a batch at a time --- */

static bool write_media(struct store *store, const struct secret_hash *sha256, const char *type, int64_t bytes, struct err *err)
{
    struct media_row row = {.sha256 = *sha256, .byte_count = bytes};

    (void)snprintf(row.media_type, sizeof row.media_type, "%s", type);
    return store_media_insert(store, &row, err);
}

static bool write_pictures(struct store *store, void *argument, struct err *err)
{
    const struct import_run *run = argument;

    for (int i = run->batch_begin; i < run->batch_end; i++) {
        const struct import_outcome *outcome = &run->outcomes[i];
        const struct picture_row    *row     = &outcome->picture;

        if (outcome->is_damaged || outcome->shown_bytes == 0) continue;
        if (!write_media(store, &row->picture_sha256, "image/webp", outcome->shown_bytes, err) ||
            !write_media(store, &row->thumbnail_sha256, "image/webp", outcome->thumbnail_bytes, err) ||
            (run->import->keeps_originals &&
             !write_media(store, &row->original_sha256, row->original_type, row->original_bytes, err)) ||
            !store_picture_insert(store, row, err))
            return false;
    }
    return true;
}

static bool tell(const struct import_run *run, int done, struct err *err)
{
    const struct import_watch *watch      = &run->import->watch;
    const int64_t              elapsed_ms = (clock_monotonic_us(&CLOCK_SYSTEM) - run->began_us) / 1000;

    if (watch->tell == NULL ||
        watch->tell(watch->argument, done, run->count, done == 0 ? -1 : elapsed_ms * (run->count - done) / done))
        return true;
    return err_set(err, ERR_BUSY, "stopped after %d of %d pictures; the next run goes on from there", done, run->count);
}

static bool convert_all(struct import_run *run, struct import_report *report, struct err *err)
{
    if (!tell(run, 0, err)) return false;
    for (run->batch_begin = 0; run->batch_begin < run->count; run->batch_begin = run->batch_end) {
        bool has_new = false;

        run->batch_end = run->count - run->batch_begin < PICTURE_BATCH ? run->count : run->batch_begin + PICTURE_BATCH;
        if (!parallel_run(run->import->thread_count, run->batch_end - run->batch_begin, work, NULL, run, err)) return false;
        for (int i = run->batch_begin; i < run->batch_end; i++) {
            if (run->outcomes[i].is_damaged) continue;
            if (run->outcomes[i].shown_bytes > 0)
                has_new = true;
            else
                report->known_count++;
        }
        if (has_new && (!data_folder_sync(run->import->folder, err) || !import_rows(run, write_pictures, err))) return false;
        if (!tell(run, run->batch_end, err)) return false;
    }
    return true;
}

/* --- the whole --- */

static bool refuse_taken(const struct import_pictures *import, struct err *err)
{
    struct stimulus_set_row row;

    if (!text_is_slug(import->set)) return err_set(err, ERR_INVALID, "the name '%s' must be of a-z 0-9 _ -", import->set);
    if (store_stimulus_set_by_name(import->store, import->set, &row, err))
        return err_set(err, ERR_CONFLICT, "the stimulus set '%s' exists already", import->set);
    return err == NULL || err->kind == ERR_NOT_FOUND;
}

bool import_pictures(const struct import_pictures *import, struct import_report *report, struct err *err)
{
    struct import_run run = {.import        = import,
                             .count         = picture_source_count(import->source),
                             .began_us      = clock_monotonic_us(&CLOCK_SYSTEM),
                             .first_damaged = -1};
    bool              ok  = false;
    struct err        own; /* a caller may pass NULL, but the kind is looked at */

    if (err == NULL) err = &own;
    if (!refuse_taken(import, err)) return false;
    arena_init(&run.arena);
    run.outcomes = calloc((size_t)run.count, sizeof *run.outcomes);
    if (run.outcomes == NULL)
        err_no_memory(err);
    else
        ok = store_pictures(import->store, &run.arena, &run.known, &run.known_count, err) && convert_all(&run, report, err) &&
             import_look_over(&run, report, err) && import_write_set(&run, report, err) && text_ok(&report->problems, err);
    for (int i = 0; run.outcomes != NULL && i < run.count; i++) free(run.outcomes[i].problem);
    free(run.outcomes);
    arena_close(&run.arena);
    return ok;
}
