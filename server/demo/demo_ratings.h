/* demo_ratings.h - the authored ratings of the embedded stimulus set.
 *
 * Parses deploy/demo/ratings.csv: comment lines beginning with '#', a header line, then one stimulus a line,
 *
 *     id,object,codepoint,artificial,food,animal
 *
 * without quotes. The order of lines is the order of stimuli everywhere else. Two stimuli may share an object (cat, cat face), but
 * never an id or a picture. Not for a researcher's own stimuli. Threads: none. */
#ifndef DINOLAB_DEMO_DEMO_RATINGS_H
#define DINOLAB_DEMO_DEMO_RATINGS_H

#include "base/err.h"
#include "base/text.h"

enum {
    DEMO_DIMENSION_COUNT = 3,  /* artificial, food, animal */
    DEMO_NAME_BYTES      = 65, /* a slug and its closing NUL */
    DEMO_CODEPOINT_BYTES = 48, /* hexadecimal code points joined by '-' */
};

struct demo_stimulus {
    char   id[DEMO_NAME_BYTES];
    char   object[DEMO_NAME_BYTES];
    char   codepoint[DEMO_CODEPOINT_BYTES];
    double ratings[DEMO_DIMENSION_COUNT]; /* in [0, 2]; 0: the quality is absent */
};

struct demo_ratings {
    struct demo_stimulus *stimuli; /* owned */
    int                   stimulus_count;
};

/* The dimensions' names, in the order of the file's columns. */
const char *demo_dimension_name(int dimension_index);

/* `name` appears in the error's sentence, with the line. On success the caller owns *out (demo_ratings_close). */
MUST_CHECK bool demo_ratings_parse(const char *name, struct span csv, struct demo_ratings *out, struct err *err);
void            demo_ratings_close(struct demo_ratings *ratings); /* accepts a zeroed or closed one */

#endif
