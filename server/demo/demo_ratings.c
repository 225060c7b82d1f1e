#include "demo/demo_ratings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_COUNT = 6, FIRST_RATING_COLUMN = 3, LINE_BYTES = 512, STIMULUS_COUNT_MAX = 10000 };

static const char        HEADER[]                              = "id,object,codepoint,artificial,food,animal";
static const double      RATING_MAX                            = 2.0;
static const char *const DIMENSION_NAMES[DEMO_DIMENSION_COUNT] = {"artificial", "food", "animal"};

struct line {
    const char *file_name;
    int         number; /* from 1, for sentences */
    char        text[LINE_BYTES];
    char       *cells[COLUMN_COUNT]; /* into text */
};

const char *demo_dimension_name(int dimension_index)
{
    return DIMENSION_NAMES[dimension_index];
}

void demo_ratings_close(struct demo_ratings *ratings)
{
    free(ratings->stimuli);
    *ratings = (struct demo_ratings){0};
}

/* Copies the next line without its end; false when the text is used up. */
static bool next_line(struct span *rest, struct line *line, bool *is_too_long)
{
    const char *end;
    size_t      length;

    if (rest->length == 0) return false;
    end          = memchr(rest->data, '\n', rest->length);
    length       = end == NULL ? rest->length : (size_t)(end - rest->data);
    *is_too_long = length >= sizeof line->text || memchr(rest->data, '\0', length) != NULL;
    if (!*is_too_long) {
        memcpy(line->text, rest->data, length);
        line->text[length] = '\0';
        if (length > 0 && line->text[length - 1] == '\r') line->text[length - 1] = '\0';
    }
    rest->data += length + (end != NULL);
    rest->length -= length + (end != NULL);
    line->number++;
    return true;
}

static bool split_cells(struct line *line, struct err *err)
{
    char *cursor = line->text;
    int   count  = 0;

    while (cursor != NULL && count < COLUMN_COUNT) line->cells[count++] = strsep(&cursor, ",");
    if (count < COLUMN_COUNT || cursor != NULL)
        return err_set(err, ERR_INVALID, "%s, line %d: needs exactly %d columns: %s", line->file_name, line->number, COLUMN_COUNT,
                       HEADER);
    return true;
}

/* One to eight groups of 4 to 6 lower-case hexadecimal digits, joined by '-': this becomes a file name, so nothing else may pass. */
static bool is_codepoint(const char *text)
{
    while (true) {
        size_t digits = strspn(text, "0123456789abcdef");

        if (digits < 4 || digits > 6) return false;
        if (text[digits] == '\0') return true;
        if (text[digits] != '-') return false;
        text += digits + 1;
    }
}

static bool read_rating(const struct line *line, int dimension, double *out, struct err *err)
{
    const char *cell = line->cells[FIRST_RATING_COLUMN + dimension];

    if (!text_to_f64(cell, out) || *out < 0 || *out > RATING_MAX)
        return err_set(err, ERR_INVALID, "%s, line %d: '%s' must be a number from 0 to 2, not '%.20s'", line->file_name,
                       line->number, DIMENSION_NAMES[dimension], cell);
    return true;
}

static bool read_stimulus(const struct line *line, struct demo_stimulus *out, struct err *err)
{
    for (int column = 0; column < 2; column++)
        if (!text_is_slug(line->cells[column]))
            return err_set(err, ERR_INVALID, "%s, line %d: '%.70s' is no name of letters a-z, digits, '_' and '-'",
                           line->file_name, line->number, line->cells[column]);
    if (strlen(line->cells[2]) >= sizeof out->codepoint || !is_codepoint(line->cells[2]))
        return err_set(err, ERR_INVALID, "%s, line %d: '%.70s' is no picture name such as 1f408 or 1f336-fe0f", line->file_name,
                       line->number, line->cells[2]);
    (void)snprintf(out->id, sizeof out->id, "%s", line->cells[0]);
    (void)snprintf(out->object, sizeof out->object, "%s", line->cells[1]);
    (void)snprintf(out->codepoint, sizeof out->codepoint, "%s", line->cells[2]);
    for (int dimension = 0; dimension < DEMO_DIMENSION_COUNT; dimension++)
        if (!read_rating(line, dimension, &out->ratings[dimension], err)) return false;
    return true;
}

static bool check_distinct(const struct demo_ratings *ratings, const struct line *line, const struct demo_stimulus *added,
                           struct err *err)
{
    for (int i = 0; i < ratings->stimulus_count; i++) {
        if (strcmp(ratings->stimuli[i].id, added->id) == 0)
            return err_set(err, ERR_INVALID, "%s, line %d: the id '%s' occurs twice", line->file_name, line->number, added->id);
        if (strcmp(ratings->stimuli[i].codepoint, added->codepoint) == 0)
            return err_set(err, ERR_INVALID, "%s, line %d: the picture '%s' occurs twice", line->file_name, line->number,
                           added->codepoint);
    }
    return true;
}

static bool read_line(struct line *line, bool *is_header_seen, struct demo_ratings *ratings, struct err *err)
{
    struct demo_stimulus *added = &ratings->stimuli[ratings->stimulus_count];

    if (line->text[0] == '#' || line->text[0] == '\0') return true;
    if (!*is_header_seen) {
        *is_header_seen = strcmp(line->text, HEADER) == 0;
        if (*is_header_seen) return true;
        return err_set(err, ERR_INVALID, "%s, line %d: the header must be: %s", line->file_name, line->number, HEADER);
    }
    if (ratings->stimulus_count == STIMULUS_COUNT_MAX)
        return err_set(err, ERR_TOO_MANY, "%s: more than %d stimuli", line->file_name, STIMULUS_COUNT_MAX);
    if (!split_cells(line, err) || !read_stimulus(line, added, err) || !check_distinct(ratings, line, added, err)) return false;
    ratings->stimulus_count++;
    return true;
}

static int count_lines(struct span text)
{
    int count = 1;

    for (size_t i = 0; i < text.length; i++) count += text.data[i] == '\n';
    return count;
}

bool demo_ratings_parse(const char *name, struct span csv, struct demo_ratings *out, struct err *err)
{
    struct demo_ratings ratings        = {0};
    struct line         line           = {.file_name = name};
    bool                is_header_seen = false, is_too_long = false, ok = true;

    ratings.stimuli = calloc((size_t)count_lines(csv) + 1, sizeof *ratings.stimuli); /* + 1: read_line looks one past the last */
    if (ratings.stimuli == NULL) return err_no_memory(err);
    while (ok && next_line(&csv, &line, &is_too_long)) {
        if (is_too_long)
            ok = err_set(err, ERR_INVALID, "%s, line %d: longer than %d bytes, or not text", name, line.number, LINE_BYTES - 1);
        else
            ok = read_line(&line, &is_header_seen, &ratings, err);
    }
    if (ok && ratings.stimulus_count == 0) ok = err_set(err, ERR_INVALID, "%s: holds no stimulus", name);
    if (!ok) {
        demo_ratings_close(&ratings);
        return false;
    }
    *out = ratings;
    return true;
}
