#include "demo/demo_words.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VARIATION_SELECTOR = 0xFE0F, CODEPOINT_MAX = 0x10FFFF, WORD_LENGTH_MIN = 2, CAPACITY_MIN = 1024 };

void demo_words_close(struct demo_words *words)
{
    free(words->items);
    *words = (struct demo_words){0};
}

static bool append_word(struct demo_words *words, const char *data, size_t length, int stimulus_index, struct err *err)
{
    struct demo_word *word;

    if (words->count == words->capacity) {
        size_t            capacity = words->capacity > 0 ? words->capacity * 2 : CAPACITY_MIN;
        struct demo_word *items    = realloc(words->items, capacity * sizeof *items);

        if (items == NULL) return err_no_memory(err);
        words->items    = items;
        words->capacity = capacity;
    }
    word  = &words->items[words->count++];
    *word = (struct demo_word){.stimulus_index = stimulus_index};
    if (length >= sizeof word->text) length = sizeof word->text - 1;
    for (size_t i = 0; i < length; i++) word->text[i] = (char)tolower((unsigned char)data[i]);
    return true;
}

/* Bytes above 127 belong to letters such as the n of jalapeno with its tilde. */
static bool is_word_byte(char byte)
{
    return isalnum((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

bool demo_words_add(struct demo_words *words, const char *keyword, int stimulus_index, struct err *err)
{
    while (*keyword != '\0') {
        size_t length = 0;

        while (is_word_byte(keyword[length])) length++;
        if (length >= WORD_LENGTH_MIN && !append_word(words, keyword, length, stimulus_index, err)) return false;
        keyword += length > 0 ? length : 1;
    }
    return true;
}

/* One code point in the one to four bytes of RFC 3629; 0 for what UTF-8 cannot carry. */
static size_t utf8_encode(unsigned long codepoint, char out[4])
{
    static const unsigned char LEAD[5] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    size_t                     length  = codepoint < 0x80 ? 1 : codepoint < 0x800 ? 2 : codepoint < 0x10000 ? 3 : 4;

    if (codepoint == 0 || codepoint > CODEPOINT_MAX || (codepoint >= 0xD800 && codepoint <= 0xDFFF)) return 0;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80U | (codepoint & 0x3FU));
        codepoint >>= 6;
    }
    out[0] = (char)(LEAD[length] | codepoint);
    return length;
}

bool demo_emoji_of_codepoint(const char *codepoint, bool is_bare, char out[DEMO_EMOJI_BYTES])
{
    size_t length = 0;

    while (*codepoint != '\0') {
        char         *end   = NULL;
        unsigned long value = strtoul(codepoint, &end, 16);
        size_t        added;

        if (end == codepoint || (*end != '-' && *end != '\0')) return false;
        codepoint = *end == '-' ? end + 1 : end;
        if (is_bare && value == VARIATION_SELECTOR) continue;
        if (length + 5 > DEMO_EMOJI_BYTES) return false;
        added = utf8_encode(value, out + length);
        if (added == 0) return false;
        length += added;
    }
    out[length] = '\0';
    return length > 0;
}

static const struct json_value *keywords_of(const struct json_value *dictionary, const char *codepoint)
{
    char                     emoji[DEMO_EMOJI_BYTES];
    const struct json_value *keywords = NULL;

    if (demo_emoji_of_codepoint(codepoint, false, emoji)) keywords = json_member(dictionary, emoji);
    if (keywords == NULL && demo_emoji_of_codepoint(codepoint, true, emoji)) keywords = json_member(dictionary, emoji);
    return keywords;
}

bool demo_words_look_up(struct demo_words *words, const char *name, const struct json_value *dictionary,
                        const struct demo_ratings *ratings, struct err *err)
{
    if (!json_is_object(dictionary)) return err_set(err, ERR_INVALID, "%s: not a JSON object of keywords", name);
    for (int i = 0; i < ratings->stimulus_count; i++) {
        const struct demo_stimulus *stimulus = &ratings->stimuli[i];
        const struct json_value    *keywords = keywords_of(dictionary, stimulus->codepoint);

        if (json_array_count(keywords) < 1)
            return err_set(err, ERR_INVALID, "%s: has no keywords for '%s' (%s)", name, stimulus->id, stimulus->codepoint);
        for (const struct json_value *item = json_first(keywords); item != NULL; item = json_next(item)) {
            const char *keyword;

            if (!json_as_text(item, &keyword))
                return err_set(err, ERR_INVALID, "%s: a keyword of '%s' is not a text", name, stimulus->id);
            if (!demo_words_add(words, keyword, i, err)) return false;
        }
    }
    return true;
}

static int compare_words(const void *left, const void *right)
{
    const struct demo_word *a     = left;
    const struct demo_word *b     = right;
    int                     order = strcmp(a->text, b->text);

    return order != 0 ? order : (a->stimulus_index > b->stimulus_index) - (a->stimulus_index < b->stimulus_index);
}

/* The occurrences of one word, in the sorted list. */
struct run {
    size_t begin;
    size_t end;
    int    stimulus_count; /* different ones */
};

static bool next_run(const struct demo_words *words, struct run *run)
{
    run->begin          = run->end;
    run->stimulus_count = 0;
    if (run->begin >= words->count) return false;
    while (run->end < words->count && strcmp(words->items[run->end].text, words->items[run->begin].text) == 0) {
        if (run->end == run->begin || words->items[run->end].stimulus_index != words->items[run->end - 1].stimulus_index)
            run->stimulus_count++;
        run->end++;
    }
    return true;
}

static int count_shared_words(const struct demo_words *words)
{
    struct run run   = {0};
    int        count = 0;

    while (next_run(words, &run)) count += run.stimulus_count > 1;
    return count;
}

static void scale_rows_to_length_one(struct matrix *matrix)
{
    for (int row = 0; row < matrix->row_count; row++) {
        double *values     = matrix->values + (size_t)row * (size_t)matrix->column_count;
        double  square_sum = 0;

        for (int column = 0; column < matrix->column_count; column++) square_sum += values[column] * values[column];
        if (square_sum == 0) continue; /* no word in common with any other stimulus: stays at the origin */
        for (int column = 0; column < matrix->column_count; column++) values[column] /= sqrt(square_sum);
    }
}

bool demo_words_tf_idf(struct demo_words *words, int stimulus_count, struct matrix *out, struct err *err)
{
    struct run    run    = {0};
    struct matrix matrix = {.row_count = stimulus_count};
    int           column = 0;

    if (words->count > 0) qsort(words->items, words->count, sizeof *words->items, compare_words);
    matrix.column_count = count_shared_words(words);
    if (matrix.column_count == 0) return err_set(err, ERR_INVALID, "no two stimuli have a keyword in common");
    matrix.values = calloc((size_t)stimulus_count * (size_t)matrix.column_count, sizeof *matrix.values);
    if (matrix.values == NULL) return err_no_memory(err);
    while (next_run(words, &run)) {
        double weight = log((1.0 + stimulus_count) / (1.0 + run.stimulus_count)) + 1;

        if (run.stimulus_count < 2) continue;
        for (size_t i = run.begin; i < run.end; i++)
            matrix.values[(size_t)words->items[i].stimulus_index * (size_t)matrix.column_count + (size_t)column] += weight;
        column++;
    }
    scale_rows_to_length_one(&matrix);
    *out = matrix;
    return true;
}
