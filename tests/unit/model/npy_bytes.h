/* npy_bytes.h - .npy files made byte by byte; include after cmocka.h. */
#ifndef DINOLAB_TESTS_NPY_BYTES_H
#define DINOLAB_TESTS_NPY_BYTES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1024 };

struct file {
    unsigned char bytes[BYTES_MAX];
    size_t        count;
};

static inline void file_header(struct file *file, int version, const char *dictionary)
{
    const size_t length = strlen(dictionary);

    memcpy(file->bytes, "\x93NUMPY", 6);
    file->bytes[6] = (unsigned char)version;
    file->bytes[7] = 0;
    file->bytes[8] = (unsigned char)(length & 0xFF);
    file->bytes[9] = (unsigned char)(length >> 8);
    file->count    = 10;
    if (version > 1) {
        file->bytes[10] = file->bytes[11] = 0;
        file->count                       = 12;
    }
    memcpy(file->bytes + file->count, dictionary, length);
    file->count += length;
}

static inline void file_add(struct file *file, uint64_t bits, int width, bool is_big_endian)
{
    for (int i = 0; i < width; i++)
        file->bytes[file->count++] = (unsigned char)(bits >> (8 * (is_big_endian ? width - 1 - i : i)));
}

static inline uint64_t bits_of(double value, char kind, int width)
{
    uint64_t wide;
    uint32_t narrow;
    float    single = (float)value;

    if (kind != 'f') return (uint64_t)(int64_t)value;
    memcpy(&wide, &value, sizeof wide);
    memcpy(&narrow, &single, sizeof narrow);
    return width == 8 ? wide : narrow;
}

/* 2 x 3: 1 -2 3 / 4 5 -6 (or all positive), in the order and type asked for. */
static inline void file_matrix(struct file *file, int version, char order, char kind, int width, bool is_fortran)
{
    static const int C_ORDER[6] = {1, -2, 3, 4, 5, -6}, FORTRAN_ORDER[6] = {1, 4, -2, 5, 3, -6};
    char             dictionary[128];

    (void)snprintf(dictionary, sizeof dictionary, "{'descr': '%c%c%d', 'fortran_order': %s, 'shape': (2, 3), }   \n", order, kind,
                   width, is_fortran ? "True" : "False");
    file_header(file, version, dictionary);
    for (int i = 0; i < 6; i++) {
        const int value = (is_fortran ? FORTRAN_ORDER : C_ORDER)[i];

        file_add(file, bits_of(kind == 'u' ? abs(value) : value, kind, width), width, order == '>');
    }
}

/* The types that are taken. */
static const struct {
    char kind;
    int  width;
} FILE_TYPES[] = {{'f', 4}, {'f', 8}, {'i', 1}, {'i', 2}, {'i', 4}, {'i', 8}, {'u', 1}, {'u', 2}, {'u', 4}, {'u', 8}};

enum { FILE_TYPE_COUNT = sizeof FILE_TYPES / sizeof FILE_TYPES[0] };

#endif
