#include "live/matrix_cache.h"

#include <stdlib.h>
#include <string.h>

#include "live/value_table.h"

struct kept {
    struct kept       *next; /* used longer ago */
    struct secret_hash sha256;
    struct matrix      matrix;
    size_t             bytes;
};

struct matrix_cache {
    struct data_folder folder;
    size_t             bytes_max;
    size_t             bytes;
    struct kept       *first; /* used last */
};

struct matrix_cache *matrix_cache_new(const struct data_folder *folder, size_t bytes_max, struct err *err)
{
    struct matrix_cache *cache = calloc(1, sizeof *cache);

    if (cache == NULL) return err_no_memory(err), NULL;
    cache->folder    = *folder;
    cache->bytes_max = bytes_max;
    return cache;
}

static void drop(struct matrix_cache *cache, struct kept **link)
{
    struct kept *kept = *link;

    *link = kept->next;
    cache->bytes -= kept->bytes;
    matrix_close(&kept->matrix);
    free(kept);
}

void matrix_cache_clear(struct matrix_cache *cache)
{
    while (cache->first != NULL) drop(cache, &cache->first);
}

void matrix_cache_free(struct matrix_cache *cache)
{
    if (cache == NULL) return;
    matrix_cache_clear(cache);
    free(cache);
}

static void make_room(struct matrix_cache *cache, size_t bytes)
{
    while (cache->first != NULL && cache->bytes + bytes > cache->bytes_max) {
        struct kept **link = &cache->first;

        while ((*link)->next != NULL) link = &(*link)->next;
        drop(cache, link);
    }
}

static void put_first(struct matrix_cache *cache, struct kept *kept)
{
    kept->next   = cache->first;
    cache->first = kept;
}

static bool take_out(struct matrix_cache *cache, const struct secret_hash *sha256, struct kept **out)
{
    for (struct kept **link = &cache->first; *link != NULL; link = &(*link)->next) {
        if (memcmp((*link)->sha256.bytes, sha256->bytes, sizeof sha256->bytes) != 0) continue;
        *out  = *link;
        *link = (*link)->next;
        return true;
    }
    return false;
}

bool matrix_cache_get(struct matrix_cache *cache, const struct secret_hash *sha256, const struct matrix **out, struct err *err)
{
    struct kept *kept;

    if (!take_out(cache, sha256, &kept)) {
        kept = calloc(1, sizeof *kept);
        if (kept == NULL) return err_no_memory(err);
        kept->sha256 = *sha256;
        if (!value_table_read_matrix(&cache->folder, sha256, &kept->matrix, err)) {
            free(kept);
            return false;
        }
        kept->bytes = (size_t)kept->matrix.row_count * (size_t)kept->matrix.column_count * sizeof(double);
        make_room(cache, kept->bytes);
        cache->bytes += kept->bytes;
    }
    put_first(cache, kept);
    *out = &kept->matrix;
    return true;
}
