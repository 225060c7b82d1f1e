#include "model/npy_header.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { MAGIC_BYTES = 6, VERSION_BYTES = 2, TOKEN_BYTES = 32 };

static const unsigned char MAGIC[MAGIC_BYTES] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

/* The dictionary as it is read. Only the little Python that NumPy writes is understood. */
struct dictionary {
    const char        *name;
    const char        *at;
    const char        *end;
    struct npy_header *header;
    bool               has_type;
    bool               has_order;
    bool               has_shape;
    struct err        *err;
};

bool npy_has_magic(const unsigned char *bytes, size_t byte_count)
{
    return byte_count >= MAGIC_BYTES && memcmp(bytes, MAGIC, MAGIC_BYTES) == 0;
}

static bool refuse(const struct dictionary *dictionary, const char *reason)
{
    return err_set(dictionary->err, ERR_INVALID, "%s: %s", dictionary->name, reason);
}

static void skip_space(struct dictionary *dictionary)
{
    while (dictionary->at < dictionary->end && strchr(" \t\r\n", *dictionary->at) != NULL && *dictionary->at != '\0')
        dictionary->at++;
}

/* Take `symbol` if it comes next. */
static bool accept(struct dictionary *dictionary, char symbol)
{
    skip_space(dictionary);
    if (dictionary->at == dictionary->end || *dictionary->at != symbol) return false;
    dictionary->at++;
    return true;
}

static bool read_string(struct dictionary *dictionary, char out[TOKEN_BYTES])
{
    size_t length = 0;
    char   quote;

    skip_space(dictionary);
    if (dictionary->at == dictionary->end) return false;
    quote = *dictionary->at;
    if (quote != '\'' && quote != '"') return false;
    dictionary->at++;
    while (dictionary->at < dictionary->end && *dictionary->at != quote) {
        if (length + 1 == TOKEN_BYTES || *dictionary->at == '\0') return false;
        out[length++] = *dictionary->at++;
    }
    out[length] = '\0';
    return accept(dictionary, quote);
}

static bool set_type(struct dictionary *dictionary, const char *type)
{
    struct npy_header *header = dictionary->header;
    const bool         is_one = type[0] == '|' && strlen(type) == 3 && type[2] == '1';

    if (type[0] == '|' && (type[1] == 'O' || type[1] == 'V'))
        return refuse(dictionary, "holds Python objects or raw bytes, not numbers");
    if (strlen(type) != 3 || (strchr("<>", type[0]) == NULL && !is_one))
        return refuse(dictionary, "has a number type other than float32, float64 and the integers");
    header->is_big_endian = type[0] == '>';
    header->width         = type[2] - '0';
    switch (type[1]) {
    case 'f':
        header->kind = NPY_FLOAT;
        break;
    case 'i':
        header->kind = NPY_SIGNED;
        break;
    case 'u':
        header->kind = NPY_UNSIGNED;
        break;
    default:
        header->width = 0;
        break;
    }
    if (header->width == 4 || header->width == 8) return true;
    if (header->kind != NPY_FLOAT && (header->width == 1 || header->width == 2)) return true;
    return refuse(dictionary, "has a number type other than float32, float64 and the integers");
}

static bool read_type(struct dictionary *dictionary)
{
    char type[TOKEN_BYTES];

    if (!read_string(dictionary, type)) return refuse(dictionary, "'descr' is not one plain number type");
    dictionary->has_type = true;
    return set_type(dictionary, type);
}

static bool accept_word(struct dictionary *dictionary, const char *word)
{
    skip_space(dictionary);
    if ((size_t)(dictionary->end - dictionary->at) < strlen(word) || memcmp(dictionary->at, word, strlen(word)) != 0)
        return false;
    dictionary->at += strlen(word);
    return true;
}

static bool read_order(struct dictionary *dictionary)
{
    dictionary->has_order          = true;
    dictionary->header->is_fortran = accept_word(dictionary, "True");
    if (!dictionary->header->is_fortran && !accept_word(dictionary, "False"))
        return refuse(dictionary, "'fortran_order' is neither True nor False");
    return true;
}

static bool read_size(struct dictionary *dictionary, int *out)
{
    long long   size  = 0;
    const char *start = NULL;

    skip_space(dictionary);
    start = dictionary->at;
    while (dictionary->at < dictionary->end && *dictionary->at >= '0' && *dictionary->at <= '9') {
        size = size * 10 + (*dictionary->at++ - '0');
        if (size > INT_MAX) return refuse(dictionary, "has a 'shape' of more than 2147483647 rows or columns");
    }
    if (dictionary->at == start) return refuse(dictionary, "'shape' is not a tuple of sizes");
    *out = (int)size;
    return true;
}

static bool read_shape(struct dictionary *dictionary)
{
    int size[2]   = {1, 1};
    int dimension = 0;

    dictionary->has_shape = true;
    if (!accept(dictionary, '(')) return refuse(dictionary, "'shape' is not a tuple of sizes");
    while (!accept(dictionary, ')')) {
        if (dimension == 2) return refuse(dictionary, "has more than two dimensions");
        if (!read_size(dictionary, &size[dimension++])) return false;
        if (accept(dictionary, ',')) continue;
        if (!accept(dictionary, ')')) return refuse(dictionary, "'shape' is not a tuple of sizes");
        break;
    }
    if (dimension == 0) return refuse(dictionary, "is a single number, not a matrix");
    if (size[0] == 0 || size[1] == 0) return refuse(dictionary, "has no rows or no columns");
    dictionary->header->row_count    = size[0];
    dictionary->header->column_count = size[1];
    return true;
}

static bool read_entry(struct dictionary *dictionary)
{
    char key[TOKEN_BYTES];

    if (!read_string(dictionary, key) || !accept(dictionary, ':')) return refuse(dictionary, "the header is not a dictionary");
    if (strcmp(key, "descr") == 0 && !dictionary->has_type) return read_type(dictionary);
    if (strcmp(key, "fortran_order") == 0 && !dictionary->has_order) return read_order(dictionary);
    if (strcmp(key, "shape") == 0 && !dictionary->has_shape) return read_shape(dictionary);
    return refuse(dictionary, "the header has an unknown or repeated key");
}

static bool read_dictionary(struct dictionary *dictionary)
{
    if (!accept(dictionary, '{')) return refuse(dictionary, "the header is not a dictionary");
    while (!accept(dictionary, '}')) {
        if (!read_entry(dictionary)) return false;
        if (accept(dictionary, ',')) continue;
        if (!accept(dictionary, '}')) return refuse(dictionary, "the header is not a dictionary");
        break;
    }
    skip_space(dictionary);
    if (dictionary->at != dictionary->end) return refuse(dictionary, "the header has something after its dictionary");
    if (!dictionary->has_type || !dictionary->has_order || !dictionary->has_shape)
        return refuse(dictionary, "the header lacks 'descr', 'fortran_order' or 'shape'");
    return true;
}

bool npy_header_read(const char *name, const unsigned char *bytes, size_t byte_count, struct npy_header *out, struct err *err)
{
    const size_t      length_at    = MAGIC_BYTES + VERSION_BYTES;
    size_t            length_bytes = 0;
    size_t            length       = 0;
    struct dictionary dictionary   = {.name = name, .header = out, .err = err};

    *out = (struct npy_header){0};
    if (!npy_has_magic(bytes, byte_count)) return refuse(&dictionary, "is not a .npy file");
    if (byte_count < length_at + 2) return refuse(&dictionary, "ends within its header");
    if (bytes[MAGIC_BYTES] < 1 || bytes[MAGIC_BYTES] > 3)
        return err_set(err, ERR_INVALID, "%s: is a .npy file of version %d; 1 to 3 are known", name, bytes[MAGIC_BYTES]);
    length_bytes = bytes[MAGIC_BYTES] == 1 ? 2 : 4;
    if (byte_count < length_at + length_bytes) return refuse(&dictionary, "ends within its header");
    for (size_t i = 0; i < length_bytes; i++) length |= (size_t)bytes[length_at + i] << (8 * i);
    if (length > byte_count - length_at - length_bytes) return refuse(&dictionary, "ends within its header");
    dictionary.at    = (const char *)bytes + length_at + length_bytes;
    dictionary.end   = dictionary.at + length;
    out->data_offset = length_at + length_bytes + length;
    return read_dictionary(&dictionary);
}

bool npy_header_fits(const char *name, const struct npy_header *header, size_t byte_count, struct err *err)
{
    const size_t value_count = (size_t)header->row_count * (size_t)header->column_count; /* below 2^62 */
    const size_t data_bytes  = byte_count - header->data_offset;

    if (value_count == data_bytes / (size_t)header->width && data_bytes % (size_t)header->width == 0) return true;
    return err_set(err, ERR_INVALID,
                   "%s: a matrix of %d x %d numbers of %d bytes does not fit the %zu bytes after the header (%s)", name,
                   header->row_count, header->column_count, header->width, data_bytes,
                   value_count > data_bytes / (size_t)header->width ? "truncated" : "trailing bytes");
}

void npy_header_write(int row_count, int column_count, unsigned char out[NPY_HEADER_BYTES])
{
    const int prefix_bytes = MAGIC_BYTES + VERSION_BYTES + 2;
    char      text[NPY_HEADER_BYTES];
    int       length;

    memcpy(out, MAGIC, MAGIC_BYTES);
    out[MAGIC_BYTES]     = 1;
    out[MAGIC_BYTES + 1] = 0;
    out[MAGIC_BYTES + 2] = (unsigned char)(NPY_HEADER_BYTES - prefix_bytes);
    out[MAGIC_BYTES + 3] = 0;
    length =
        snprintf(text, sizeof text, "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, %d), }", row_count, column_count);
    memset(out + prefix_bytes, ' ', (size_t)(NPY_HEADER_BYTES - prefix_bytes));
    memcpy(out + prefix_bytes, text, (size_t)length);
    out[NPY_HEADER_BYTES - 1] = '\n';
}
