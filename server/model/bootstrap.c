#include "model/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"

static const double TAIL_PROB = 0.025;

/* What is drawn from: a row per participant. */
struct table {
    int     row_count;
    int     column_count;
    double *part;  /* row_count x column_count */
    double *whole; /* the same; or one column, for all (is_whole_shared) */
    bool    is_whole_shared;
};

/* Of one draw. */
struct sums {
    double *part;  /* column_count */
    double *whole; /* column_count; the first alone when shared */
};

static bool table_init(struct table *table, struct arena *memory, int row_count, int column_count, bool is_whole_shared,
                       struct err *err)
{
    const size_t rows = (size_t)row_count + 1, columns = (size_t)column_count + 1;

    *table = (struct table){
        .column_count    = column_count,
        .part            = arena_alloc_array(memory, rows * columns, sizeof(double)),
        .whole           = arena_alloc_array(memory, is_whole_shared ? rows : rows * columns, sizeof(double)),
        .is_whole_shared = is_whole_shared,
    };
    return table->part != NULL && table->whole != NULL ? true : err_no_memory(err);
}

static void draw(struct rng *rng, const struct table *table, struct sums *sums)
{
    const size_t columns = (size_t)table->column_count;

    memset(sums->part, 0, columns * sizeof *sums->part);
    memset(sums->whole, 0, columns * sizeof *sums->whole);
    for (int i = 0; i < table->row_count; i++) {
        const size_t  row  = rng_below(rng, (uint64_t)table->row_count);
        const double *part = table->part + row * columns;

        for (size_t c = 0; c < columns; c++) sums->part[c] += part[c];
        if (table->is_whole_shared)
            sums->whole[0] += table->whole[row];
        else
            for (size_t c = 0; c < columns; c++) sums->whole[c] += table->whole[row * columns + c];
    }
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;

    return (a > b) - (a < b);
}

static double quantile(const double *sorted, int count, double prob)
{
    const double position = (count - 1) * prob;
    const int    below    = (int)position;

    if (below + 1 >= count) return sorted[count - 1];
    return sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
}

/* Sorts `draws`. */
static struct interval interval_of(double *draws, int count)
{
    int kept = 0;

    for (int i = 0; i < count; i++)
        if (!isnan(draws[i])) draws[kept++] = draws[i];
    if (kept == 0) return (struct interval){NAN, NAN};
    qsort(draws, (size_t)kept, sizeof *draws, compare_numbers);
    return (struct interval){.low = quantile(draws, kept, TAIL_PROB), .high = quantile(draws, kept, 1.0 - TAIL_PROB)};
}

static double r2_of(double nll, double trials)
{
    return 1.0 - nll / (trials * log(2.0));
}

static double share_of(double part, double whole)
{
    return whole > 0.0 ? part / whole : (double)NAN;
}

static bool draw_all(const struct table *table, uint64_t seed, double (*statistic)(double part, double whole),
                     struct arena *memory, struct interval *out, struct err *err)
{
    const size_t columns = (size_t)table->column_count;
    double      *draws   = arena_alloc_array(memory, columns * BOOTSTRAP_DRAWS, sizeof *draws); /* column by column */
    struct sums  sums = {arena_alloc_array(memory, columns, sizeof(double)), arena_alloc_array(memory, columns, sizeof(double))};
    struct rng   rng;

    if (draws == NULL || sums.part == NULL || sums.whole == NULL) return err_no_memory(err);
    rng_init(&rng, seed);
    for (int i = 0; i < BOOTSTRAP_DRAWS; i++) {
        draw(&rng, table, &sums);
        for (size_t c = 0; c < columns; c++)
            draws[c * BOOTSTRAP_DRAWS + (size_t)i] = statistic(sums.part[c], sums.whole[table->is_whole_shared ? 0 : c]);
    }
    for (size_t c = 0; c < columns; c++) out[c] = interval_of(draws + c * BOOTSTRAP_DRAWS, BOOTSTRAP_DRAWS);
    return true;
}

/* Participants without trials are left out. */
static bool gather(struct table *table, int participant_count, const double *nll, const int *trial_count, struct err *err)
{
    const size_t columns = (size_t)table->column_count;

    for (int p = 0; p < participant_count; p++) {
        const double *row     = nll + (size_t)p * columns;
        bool          is_fine = trial_count[p] >= 0;
        size_t        bad     = 0;

        if (trial_count[p] == 0) continue;
        while (is_fine && bad < columns && isfinite(row[bad])) bad++;
        if (!is_fine || bad < columns)
            return err_set(err, ERR_INVALID, "bootstrap: participant %d has %d trials and a negative log likelihood of %g", p,
                           trial_count[p], row[is_fine ? bad : 0]);
        memcpy(table->part + (size_t)table->row_count * columns, row, columns * sizeof *row);
        table->whole[table->row_count++] = trial_count[p];
    }
    if (table->row_count == 0)
        return err_set(err, ERR_INVALID, "bootstrap: none of %d participants has a trial", participant_count);
    return true;
}

bool bootstrap_r2_all(int participant_count, int model_count, const double *nll, const int *trial_count, uint64_t seed,
                      struct interval *out, struct err *err)
{
    struct arena memory;
    struct table table;
    bool         ok;

    arena_init(&memory);
    ok = table_init(&table, &memory, participant_count, model_count, true, err) &&
         gather(&table, participant_count, nll, trial_count, err) && draw_all(&table, seed, r2_of, &memory, out, err);
    arena_close(&memory);
    return ok;
}

bool bootstrap_r2(int participant_count, const double *nll, const int *trial_count, uint64_t seed, struct interval *out,
                  struct err *err)
{
    return bootstrap_r2_all(participant_count, 1, nll, trial_count, seed, out, err);
}

bool bootstrap_shares(int participant_count, int column_count, const double *part, const double *whole, uint64_t seed,
                      struct interval *out, struct err *err)
{
    const size_t count = (size_t)participant_count * (size_t)column_count;
    struct arena memory;
    struct table table;
    bool         ok;

    arena_init(&memory);
    ok = table_init(&table, &memory, participant_count, column_count, false, err);
    if (ok) {
        if (count > 0) memcpy(table.part, part, count * sizeof *part);
        if (count > 0) memcpy(table.whole, whole, count * sizeof *whole);
        table.row_count = participant_count;
        ok              = draw_all(&table, seed, share_of, &memory, out, err);
    }
    arena_close(&memory);
    return ok;
}
