#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/import_pictures_private.h"

enum { STIMULUS_BATCH = 500 }; /* rows in a transaction of the writer: some milliseconds */

/* No slug: nobody can ask for it. One for all, as there is one import at a time on a data folder. */
static const char STAGING_NAME[] = "importing/";

/* --- what is found when all are read --- */

struct sorted {
    const struct import_run *run;
    int                      index;
};

static int by_name(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    const int            by = strcmp(picture_source_entry(a->run->import->source, a->index)->name,
                                     picture_source_entry(b->run->import->source, b->index)->name);

    return by != 0 ? by : a->index - b->index;
}

static int by_content(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    const int            by = import_by_original(&a->run->outcomes[a->index].picture, &b->run->outcomes[b->index].picture);

    return by != 0 ? by : a->index - b->index;
}

static struct sorted *sort_good(struct import_run *run, int (*order)(const void *, const void *), int *count, struct err *err)
{
    struct sorted *sorted = arena_alloc_array(&run->arena, (size_t)run->count, sizeof *sorted);

    if (sorted == NULL) return err_no_memory(err), NULL;
    *count = 0;
    for (int i = 0; i < run->count; i++)
        if (!run->outcomes[i].is_damaged) sorted[(*count)++] = (struct sorted){run, i};
    if (*count > 1) qsort(sorted, (size_t)*count, sizeof *sorted, order);
    return sorted;
}

static bool find_taken_names(struct import_run *run, struct err *err)
{
    int            count;
    struct sorted *sorted = sort_good(run, by_name, &count, err);

    if (sorted == NULL) return false;
    for (int i = 1; i < count; i++) {
        const struct picture_entry *first = picture_source_entry(run->import->source, sorted[i - 1].index);
        const struct picture_entry *again = picture_source_entry(run->import->source, sorted[i].index);
        struct err                  why;

        if (strcmp(first->name, again->name) != 0) continue;
        if (again->label == again->path)
            err_set(&why, ERR_INVALID, "%s: the id '%s' comes twice, %s has it, too", again->path, again->name, first->path);
        else
            err_set(&why, ERR_INVALID, "the id '%s' comes twice", again->name);
        if (!import_note_problem(&run->outcomes[sorted[i].index], again, &why, err)) return false;
    }
    return true;
}

static bool find_duplicates(struct import_run *run, struct import_report *report, struct err *err)
{
    int            count, first = 0;
    struct sorted *sorted = sort_good(run, by_content, &count, err);

    if (sorted == NULL) return false;
    for (int i = 1; i < count; i++) {
        if (import_by_original(&run->outcomes[sorted[first].index].picture, &run->outcomes[sorted[i].index].picture) != 0) {
            first = i;
            continue;
        }
        report->duplicate_count++;
        text_printf(&report->problems, "%s is the same picture as %s\n",
                    picture_source_entry(run->import->source, sorted[i].index)->name,
                    picture_source_entry(run->import->source, sorted[first].index)->name);
    }
    return true;
}

static void list_damaged(struct import_run *run, struct import_report *report)
{
    run->first_damaged = -1;
    for (int i = 0; i < run->count; i++) {
        if (!run->outcomes[i].is_damaged) continue;
        if (run->first_damaged < 0) run->first_damaged = i;
        report->damaged_count++;
        text_printf(&report->problems, "%s\n", run->outcomes[i].problem);
    }
}

static bool refuse_damaged(const struct import_run *run, const struct import_report *report, struct err *err)
{
    const struct import_outcome *first = &run->outcomes[run->first_damaged];

    if (report->damaged_count == 1) return err_set(err, first->kind, "%s", first->problem);
    return err_set(err, first->kind, "%s; and %d more pictures cannot be used", first->problem, report->damaged_count - 1);
}

static bool keep_good(struct import_run *run, struct err *err)
{
    run->kept = arena_alloc_array(&run->arena, (size_t)run->count, sizeof *run->kept);
    if (run->kept == NULL) return err_no_memory(err);
    for (int i = 0; i < run->count; i++)
        if (!run->outcomes[i].is_damaged) run->kept[run->kept_count++] = i;
    return run->kept_count > 0 ? true : err_set(err, ERR_INVALID, "no picture is left");
}

bool import_look_over(struct import_run *run, struct import_report *report, struct err *err)
{
    if (!find_taken_names(run, err)) return false;
    list_damaged(run, report);
    if (!find_duplicates(run, report, err)) return false;
    if (report->damaged_count > 0 && !run->import->leaves_out_damaged) return refuse_damaged(run, report, err);
    return keep_good(run, err);
}

/* --- the set --- */

static bool discard(struct store *store, void *argument, struct err *err)
{
    bool *is_gone = argument;

    return store_stimulus_set_discard(store, STAGING_NAME, STIMULUS_BATCH, is_gone, err);
}

static bool begin_set(struct store *store, void *argument, struct err *err)
{
    struct import_run      *run = argument;
    struct stimulus_set_row row = {.created_at_ms = run->import->now_ms};

    (void)snprintf(row.name, sizeof row.name, "%s", STAGING_NAME);
    return store_stimulus_set_insert(store, &row, &run->set_id, err);
}

static bool write_stimuli(struct store *store, void *argument, struct err *err)
{
    const struct import_run *run = argument;

    for (int i = run->batch_begin; i < run->batch_end; i++) {
        const struct picture_entry *entry    = picture_source_entry(run->import->source, run->kept[i]);
        const struct picture_row   *row      = &run->outcomes[run->kept[i]].picture;
        struct stimulus_row         stimulus = {
                    .row_index = i, .name = entry->name, .object = entry->object, .media_sha256 = row->picture_sha256};

        if (!store_stimulus_insert(store, run->set_id, &stimulus, err) ||
            !store_stimulus_picture_insert(store, run->set_id, i, &row->original_sha256, err))
            return err_wrap(err, "stimulus '%s'", entry->name);
    }
    return true;
}

static void hash_set(const struct import_run *run, struct secret_hash *out)
{
    struct secret_sha256 sha;

    secret_sha256_begin(&sha);
    for (int i = 0; i < run->kept_count; i++) {
        const struct picture_entry *entry  = picture_source_entry(run->import->source, run->kept[i]);
        const struct secret_hash   *sha256 = &run->outcomes[run->kept[i]].picture.picture_sha256;

        secret_sha256_add(&sha, entry->name, strlen(entry->name) + 1); /* with the NUL: "a","bc" is not "ab","c" */
        secret_sha256_add(&sha, entry->object, strlen(entry->object) + 1);
        secret_sha256_add(&sha, sha256->bytes, sizeof sha256->bytes);
    }
    secret_sha256_end(&sha, out);
}

struct naming {
    const struct import_run  *run;
    const struct secret_hash *sha256;
};

static bool name_set(struct store *store, void *argument, struct err *err)
{
    const struct naming *naming = argument;

    return store_stimulus_set_name(store, naming->run->set_id, naming->run->import->set, naming->sha256, err);
}

bool import_write_set(struct import_run *run, struct import_report *report, struct err *err)
{
    const struct import_writer *writer  = &run->import->writer;
    bool                        is_gone = false;
    struct naming               naming  = {run, &report->sha256};

    while (!is_gone)
        if (!writer->run(writer->argument, discard, &is_gone, err)) return false;
    if (!import_rows(run, begin_set, err)) return false;
    for (run->batch_begin = 0; run->batch_begin < run->kept_count; run->batch_begin = run->batch_end) {
        run->batch_end =
            run->kept_count - run->batch_begin < STIMULUS_BATCH ? run->kept_count : run->batch_begin + STIMULUS_BATCH;
        if (!import_rows(run, write_stimuli, err)) return false;
    }
    hash_set(run, &report->sha256);
    report->stimulus_count = run->kept_count;
    return writer->run(writer->argument, name_set, &naming, err);
}
