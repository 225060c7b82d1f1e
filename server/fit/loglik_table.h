/* loglik_table.h - log likelihoods that somebody computed already, for model comparison alone.
 *
 * A CSV file with one column per model and one column `p`, the participant (any text); rows of a participant, adjacent or not, are
 * added up. Numbers are finite or -inf (-Inf, -infinity: the model cannot make that choice); a participant for whom every model adds
 * up to -inf is refused, as are NaN, +inf, text, a column without a name (row numbers that a program wrote along) or one that comes
 * twice, and more than MODEL_COMPARISON_MODELS_MAX models: ERR_INVALID with file, line and reason. Threads: none. */
#ifndef DINOLAB_FIT_LOGLIK_TABLE_H
#define DINOLAB_FIT_LOGLIK_TABLE_H

#include "base/name_index.h"

struct loglik_table {
    struct name_index participants;
    struct name_index models;  /* in the order of the columns */
    double           *sums;    /* participants x models, row-major, nats; owned */
    int               row_max; /* participants that `sums` has room for */
};

/* Close it whether this succeeds or not. */
MUST_CHECK bool loglik_table_read(struct loglik_table *table, const char *path, struct err *err);
void            loglik_table_close(struct loglik_table *table);

#endif
