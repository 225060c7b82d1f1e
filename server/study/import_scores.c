#include "study/import_scores.h"

#include <string.h>

#include "base/csv.h"
#include "base/name_index.h"

enum { BENCHMARK_BYTES_MAX = 64 };

struct score_reader {
    struct store     *store;
    int64_t           stimulus_set_id;
    int64_t           now_ms;
    struct csv_reader csv;
    struct name_index pairs; /* seen: representation, newline, benchmark */
    int               columns[3];
};

static bool check_new(struct score_reader *reader, const char *representation, const char *benchmark, struct err *err)
{
    const char *pair = arena_printf(reader->csv.arena, "%s\n%s", representation, benchmark);
    int         position;
    bool        is_new;

    if (pair == NULL) return err_no_memory(err);
    if (!name_index_add(&reader->pairs, pair, &position, &is_new, err)) return false;
    if (is_new) return true;
    return err_set(err, ERR_INVALID, "the score of '%s' on '%s' comes twice", representation, benchmark);
}

static bool put_row(struct score_reader *reader, struct err *err)
{
    const char               *representation = reader->csv.fields[reader->columns[0]];
    const char               *number         = reader->csv.fields[reader->columns[2]];
    struct score_row          row = {.benchmark = reader->csv.fields[reader->columns[1]], .recorded_at_ms = reader->now_ms};
    struct representation_row known;
    const size_t              length = strlen(row.benchmark);

    if (length == 0 || length > BENCHMARK_BYTES_MAX)
        return err_set(err, ERR_INVALID, "benchmark must have 1 to %d bytes", BENCHMARK_BYTES_MAX);
    if (!text_to_f64(number, &row.score)) return err_set(err, ERR_INVALID, "the score '%.40s' is not a finite number", number);
    if (!store_representation_by_name(reader->store, reader->stimulus_set_id, representation, reader->csv.arena, &known, err)) {
        if (err != NULL && err->kind == ERR_NOT_FOUND) err->kind = ERR_INVALID;
        return false;
    }
    row.representation_id = known.representation_id;
    return check_new(reader, representation, row.benchmark, err) && store_score_put(reader->store, &row, err);
}

static bool put_rows(struct score_reader *reader, int *count, struct err *err)
{
    static const char *const COLUMNS[3] = {"representation", "benchmark", "score"};
    bool                     has_row;

    for (int i = 0; i < 3; i++)
        if (!csv_need_column(&reader->csv, COLUMNS[i], &reader->columns[i], err)) return false;
    for (;; ++*count) {
        if (!csv_next(&reader->csv, &has_row, err)) return false;
        if (!has_row) return *count > 0 ? true : err_set(err, ERR_INVALID, "%s has no scores", reader->csv.name);
        if (!put_row(reader, err)) return err_wrap(err, "%s, line %d", reader->csv.name, reader->csv.line);
    }
}

bool import_scores(struct store *store, const char *stimulus_set, const char *name, struct span csv, int64_t now_ms, int *count,
                   struct err *err)
{
    struct score_reader     reader = {.store = store, .now_ms = now_ms};
    struct stimulus_set_row set;
    struct arena            arena;
    bool                    ok;

    *count = 0;
    if (!store_stimulus_set_by_name(store, stimulus_set, &set, err)) return false;
    reader.stimulus_set_id = set.stimulus_set_id;
    arena_init(&arena);
    name_index_init(&reader.pairs);
    ok = csv_begin(&reader.csv, name, csv, &arena, err) && put_rows(&reader, count, err);
    name_index_close(&reader.pairs);
    arena_close(&arena);
    return ok;
}
