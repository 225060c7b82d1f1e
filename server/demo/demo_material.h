/* demo_material.h - build the embedded default: a stimulus set with four representations.
 *
 * From the pictures of @lobehub/fluent-emoji-3d, the keywords of emojilib and the authored ratings it makes a folder that is imported
 * like a researcher's own material:
 *
 *     stimuli.csv   id,object,file         one line per stimulus; the row order of every matrix; `file` is relative to the folder
 *     images/       <id>.webp              copied as they are
 *     task.npy      the three ratings      words.npy   keywords, tf-idf, first DEMO_WORD_DIMENSION_COUNT singular dimensions
 *     pixels.npy    colours and edges      noise.npy   seeded random numbers, a control
 *     demo.json     what all this is; written last, so that it is there only when the rest is
 *
 * The same input gives the same bytes. Threads: none. */
#ifndef DINOLAB_DEMO_DEMO_MATERIAL_H
#define DINOLAB_DEMO_DEMO_MATERIAL_H

#include "base/err.h"

enum { DEMO_WORD_DIMENSION_COUNT = 32, DEMO_NOISE_DIMENSION_COUNT = 16 };

struct demo_material_paths {
    const char *pictures; /* the folder of <codepoint>.webp */
    const char *keywords; /* emojilib's emoji-en-US.json */
    const char *ratings;  /* deploy/demo/ratings.csv */
    const char *out;      /* the folder to fill; made when missing, its parent must exist */
};

MUST_CHECK bool demo_material_build(const struct demo_material_paths *paths, struct err *err);

#endif
