/* demo_words.h - what the keywords of a picture say, as numbers.
 *
 * Reads emojilib's dictionary (a JSON object: the emoji to an array of keywords) and weighs the words of each stimulus by tf-idf:
 * how often the word occurs with this stimulus x (ln((1 + n) / (1 + stimuli that have it)) + 1), rows scaled to length 1 (the usual
 * smoothed form: Pedregosa et al. 2011, scikit-learn). A word is a run of letters and digits in lower case, of at least two bytes;
 * words of a single stimulus say nothing about others and are left out. Not a language model. Threads: none. */
#ifndef DINOLAB_DEMO_DEMO_WORDS_H
#define DINOLAB_DEMO_DEMO_WORDS_H

#include "demo/demo_ratings.h"
#include "model/npy.h"
#include "json/json_read.h"

enum { DEMO_WORD_BYTES = 32, DEMO_EMOJI_BYTES = 64 };

/* One occurrence of a word with a stimulus. */
struct demo_word {
    char text[DEMO_WORD_BYTES];
    int  stimulus_index;
};

struct demo_words {
    struct demo_word *items; /* owned */
    size_t            count;
    size_t            capacity;
};

void demo_words_close(struct demo_words *words); /* accepts a zeroed or closed one */

/* Adds every word of one keyword, such as "cat_face" or "T-Rex"; longer words are cut. */
MUST_CHECK bool demo_words_add(struct demo_words *words, const char *keyword, int stimulus_index, struct err *err);

/* Adds the keywords of all stimuli; one that the dictionary does not have is ERR_INVALID. `name` is the dictionary's, for the sentence. */
MUST_CHECK bool demo_words_look_up(struct demo_words *words, const char *name, const struct json_value *dictionary,
                                   const struct demo_ratings *ratings, struct err *err);

/* Stimulus x word, columns in alphabetical order. Sorts `words`. The caller owns *out (matrix_close). */
MUST_CHECK bool demo_words_tf_idf(struct demo_words *words, int stimulus_count, struct matrix *out, struct err *err);

/* "1f336-fe0f" to UTF-8; without the variation selector fe0f when `is_bare`. False when it is no code point or does not fit. */
MUST_CHECK bool demo_emoji_of_codepoint(const char *codepoint, bool is_bare, char out[DEMO_EMOJI_BYTES]);

#endif
