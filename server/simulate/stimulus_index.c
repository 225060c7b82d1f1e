#include "simulate/stimulus_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STIMULUS_READ_BYTES = 64 * 1024, STIMULUS_PATH_BYTES = 4096, STIMULUS_FIELD_MAX = 64 };

struct stimulus_entry {
    struct secret_hash hash;
    int                row;
};

struct stimulus_index {
    struct stimulus_entry *entries; /* sorted by hash, then row */
    int                    row_count;
    int                    capacity;
};

/* One line of a CSV file, cut into its fields in place. */
struct csv_line {
    char *fields[STIMULUS_FIELD_MAX];
    int   field_count;
};

/* Cut one field off `cursor`: quotes are undone, a doubled quote is one. Returns what follows the comma, NULL after the last
 * field, and sets *is_broken for text after a closing quote or a quote never closed. */
static char *cut_field(char *cursor, char **field, bool *is_broken)
{
    char *out = cursor;
    char *comma;

    *field = cursor;
    if (*cursor != '"') {
        comma = strchr(cursor, ',');
        if (comma != NULL) *comma++ = '\0';
        return comma;
    }
    for (cursor++; *cursor != '\0'; cursor++) {
        if (*cursor == '"' && cursor[1] != '"') break;
        if (*cursor == '"') cursor++;
        *out++ = *cursor;
    }
    *is_broken = *cursor != '"' || (cursor[1] != ',' && cursor[1] != '\0');
    comma      = !*is_broken && cursor[1] == ',' ? cursor + 2 : NULL;
    *out       = '\0';
    return comma;
}

static bool cut_line(char *text, struct csv_line *line, struct err *err)
{
    bool is_broken = false;

    text[strcspn(text, "\r\n")] = '\0';
    line->field_count           = 0;
    while (text != NULL) {
        if (line->field_count == STIMULUS_FIELD_MAX) return err_set(err, ERR_INVALID, "more than %d fields", STIMULUS_FIELD_MAX);
        text = cut_field(text, &line->fields[line->field_count++], &is_broken);
        if (is_broken) return err_set(err, ERR_INVALID, "field %d has an unbalanced quote", line->field_count);
    }
    return true;
}

static bool hash_file(const char *path, struct secret_hash *out, struct err *err)
{
    struct secret_sha256 sha;
    unsigned char       *buffer = malloc(STIMULUS_READ_BYTES);
    FILE                *file   = fopen(path, "rb");
    size_t               length;
    bool                 ok = false;

    if (buffer == NULL) {
        (void)err_no_memory(err);
        goto done;
    }
    if (file == NULL) {
        (void)err_errno(err, "the picture '%s' cannot be opened", path);
        goto done;
    }
    secret_sha256_begin(&sha);
    while ((length = fread(buffer, 1, STIMULUS_READ_BYTES, file)) > 0) secret_sha256_add(&sha, buffer, length);
    if (ferror(file)) {
        (void)err_errno(err, "the picture '%s' cannot be read", path);
        goto done;
    }
    secret_sha256_end(&sha, out);
    ok = true;
done:
    if (file != NULL) (void)fclose(file);
    free(buffer);
    return ok;
}

static bool add_row(struct stimulus_index *index, const char *csv_path, const char *file_name, struct err *err)
{
    char        path[STIMULUS_PATH_BYTES];
    const char *slash         = strrchr(csv_path, '/');
    int         folder_length = slash == NULL ? 0 : (int)(slash - csv_path) + 1;
    int         length        = snprintf(path, sizeof path, "%.*s%s", folder_length, csv_path, file_name);

    if (length < 0 || (size_t)length >= sizeof path || file_name[0] == '\0')
        return err_set(err, ERR_INVALID, "the name of the picture is empty or too long");
    if (index->row_count == index->capacity) {
        int                    capacity = index->capacity > 0 ? 2 * index->capacity : 512;
        struct stimulus_entry *larger   = reallocarray(index->entries, (size_t)capacity, sizeof *larger);

        if (larger == NULL) return err_no_memory(err);
        index->entries  = larger;
        index->capacity = capacity;
    }
    index->entries[index->row_count].row = index->row_count;
    if (!hash_file(path, &index->entries[index->row_count].hash, err)) {
        if (err->kind != ERR_INTERNAL) err->kind = ERR_INVALID; /* a table that names what is not there is wrong input */
        return false;
    }
    index->row_count++;
    return true;
}

static int compare_entries(const void *left, const void *right)
{
    const struct stimulus_entry *a     = left;
    const struct stimulus_entry *b     = right;
    int                          order = memcmp(a->hash.bytes, b->hash.bytes, sizeof a->hash.bytes);

    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static bool find_file_column(char *text, int *column, int *field_count, struct err *err)
{
    struct csv_line   line;
    static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF"; /* spreadsheets write one */

    if (strncmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) text += strlen(BYTE_ORDER_MARK);
    if (!cut_line(text, &line, err)) return false;
    *field_count = line.field_count;
    for (*column = 0; *column < line.field_count; (*column)++)
        if (strcmp(line.fields[*column], "file") == 0) return true;
    return err_set(err, ERR_INVALID, "the header has no column 'file'");
}

static bool read_rows(FILE *file, const char *csv_path, struct stimulus_index *index, struct err *err)
{
    char           *text        = NULL;
    size_t          text_bytes  = 0;
    int             line_number = 0, column = 0, field_count = 0;
    bool            ok = true;
    struct csv_line line;

    while (ok && getline(&text, &text_bytes, file) >= 0) {
        line_number++;
        if (line_number == 1) {
            ok = find_file_column(text, &column, &field_count, err);
        } else if (text[strspn(text, " \t\r\n")] != '\0') {
            ok = cut_line(text, &line, err);
            if (ok && line.field_count != field_count)
                ok = err_set(err, ERR_INVALID, "%d fields where the header has %d", line.field_count, field_count);
            ok = ok && add_row(index, csv_path, line.fields[column], err);
        }
        if (!ok) (void)err_wrap(err, "%s line %d", csv_path, line_number);
    }
    if (ok && ferror(file)) ok = err_errno(err, "'%s' cannot be read", csv_path);
    if (ok && index->row_count == 0) ok = err_set(err, ERR_INVALID, "%s names no stimulus", csv_path);
    free(text);
    return ok;
}

struct stimulus_index *stimulus_index_new(const char *csv_path, struct err *err)
{
    struct stimulus_index *index = calloc(1, sizeof *index);
    FILE                  *file  = NULL;

    if (index == NULL) return err_no_memory(err), NULL;
    file = fopen(csv_path, "r");
    if (file == NULL) {
        (void)err_errno(err, "the stimulus table '%s' cannot be opened", csv_path);
        err->kind = ERR_INVALID;
        stimulus_index_free(index);
        return NULL;
    }
    if (read_rows(file, csv_path, index, err)) {
        qsort(index->entries, (size_t)index->row_count, sizeof *index->entries, compare_entries);
    } else {
        stimulus_index_free(index);
        index = NULL;
    }
    (void)fclose(file);
    return index;
}

void stimulus_index_free(struct stimulus_index *index)
{
    if (index == NULL) return;
    free(index->entries);
    free(index);
}

int stimulus_index_row_count(const struct stimulus_index *index)
{
    return index->row_count;
}

bool stimulus_index_find(const struct stimulus_index *index, const struct secret_hash *hash, int *row, struct err *err)
{
    int  low = 0, high = index->row_count; /* the first entry not below `hash` is in low .. high */
    char hex[SECRET_HEX_BYTES];

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (memcmp(index->entries[middle].hash.bytes, hash->bytes, sizeof hash->bytes) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < index->row_count && memcmp(index->entries[low].hash.bytes, hash->bytes, sizeof hash->bytes) == 0) {
        *row = index->entries[low].row;
        return true;
    }
    secret_hex(hash, hex);
    return err_set(err, ERR_INVALID, "the study shows a picture with SHA-256 %s, which no file of the stimulus table has", hex);
}
