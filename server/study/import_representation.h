/* import_representation.h - representations from matrices: rows matched to a stimulus set by id, kept in the set's order.
 *
 * A matrix is a .npy file or a text, its ids a csv with a column `id`, one row per row of the matrix. It is read and written a block of
 * rows at a time, so that memory does not grow with it; what is kept is a .npy file of doubles named by its content.
 * Two steps, so that a server can do the work of seconds beside everything else: `prepare` reads the store and writes the file, `insert`
 * writes the row, in the caller's transaction. Sub-commands take both at once.
 * The same matrix under the same name again is no mistake: it is left as it is, and what is said about it now is noted. */
#ifndef DINOLAB_STUDY_IMPORT_REPRESENTATION_H
#define DINOLAB_STUDY_IMPORT_REPRESENTATION_H

#include "store/store_representation.h"
#include "study/import_place.h"

/* As the researcher wrote it; NULL: nothing was said. See import_facts.h. */
struct import_facts {
    const char *size_class;
    const char *loss;
    const char *parameter_count;
    const char *training_image_count;
    const char *baseline_of; /* name of another representation of the set */
    const char *aligned_by;
};

struct import_matrix {
    const char *stimulus_set;
    const char *name;
    const char *family;
    const char *description;
    const char *matrix_path; /* .npy or text */
    const char *ids_path;    /* csv with a column id, one row per row of the matrix; NULL: rows are in the set's order */
    const int  *row_of;      /* for whom has matched the rows: each stimulus's row of the matrix; otherwise NULL */

    struct import_facts facts;
};

enum { IMPORT_LISTED_MAX = 20, IMPORT_ID_BYTES = 96 };

/* The first ids of a kind, cut where they are long, and how many there are. */
struct import_ids {
    int  count;
    char ids[IMPORT_LISTED_MAX][IMPORT_ID_BYTES];
};

struct import_result {
    int               feature_count;
    struct import_ids extra;        /* rows of the matrix that the set has no stimulus for: left out */
    struct import_ids missing;      /* stimuli without a row; the reason of the refusal when there are any */
    bool              is_unchanged; /* it was there already */
};

/* What `prepare` found; texts are borrowed from the import_matrix. */
struct import_prepared {
    struct representation_row   row;
    struct representation_facts facts;
    struct import_result        result;
};

/* ERR_INVALID names stimuli without a row (the first 20), an id that comes twice, numbers that do not fit, and what is no finite number
 * by row and column. Writes the matrix's file; without a row it is harmless. `place->store` may be one for reading. */
MUST_CHECK bool import_representation_prepare(const struct import_place *place, const struct import_matrix *from,
                                              struct import_prepared *out, struct err *err);

/* ERR_CONFLICT when the set has another matrix of this name. */
MUST_CHECK bool import_representation_insert(struct store *store, int64_t now_ms, struct import_prepared *prepared,
                                             struct err *err);

/* Both, in a transaction of its own. *result is of use after a refusal too. */
MUST_CHECK bool import_representation_report(const struct import_place *place, const struct import_matrix *from,
                                             struct import_result *result, struct err *err);

/* For whom the number of rows that were left out is enough. */
MUST_CHECK bool import_representation(const struct import_place *place, const struct import_matrix *from, int *extra_count,
                                      struct err *err);

/* Append " 'a' 'b' ..." to a sentence or a line, as much as fits. */
void import_ids_list(const struct import_ids *ids, char *out, size_t out_bytes);

#endif
