/* table_text.h - small tables for the tests of fit/: written to a scratch folder, and spoiled byte by byte; include after cmocka.h. */
#ifndef DINOLAB_TESTS_TABLE_TEXT_H
#define DINOLAB_TESTS_TABLE_TEXT_H

#include "../support/must.h"
#include "../support/scratch.h"
#include "base/rng.h"

enum { SPOIL_ROUNDS = 800, SPOIL_BYTES_MAX = 1024 };

struct table_place {
    struct scratch scratch;
    char           stimuli[PATH_BYTES];
    char           table[PATH_BYTES];
};

static inline void table_place_make(struct table_place *place)
{
    scratch_make(&place->scratch);
    scratch_file(&place->scratch, "stimuli.csv", place->stimuli);
    scratch_file(&place->scratch, "table.csv", place->table);
    scratch_write_text(&place->scratch, "stimuli.csv", "id,object\na,cat\nb,cat\n\"c,1\",dog\nd,dog\n");
}

static inline void table_place_write(const struct table_place *place, const char *text)
{
    scratch_write_text(&place->scratch, "table.csv", text);
}

/* `text` with a few bytes replaced, left out or doubled, many times over; `read` says how it went. A refusal must be a sentence that
 * names the file. Returns how many of the spoiled tables were still read. */
static inline int table_place_spoil(const struct table_place *place, const char *text,
                                    bool (*read)(const char *path, struct err *err))
{
    static const char BYTES[] = "0123456789,,,\"\"\n\r-+.eEinfa\xC3\xFF\x00 #";
    char              spoiled[SPOIL_BYTES_MAX];
    struct rng        rng;
    int               read_count = 0;

    rng_init(&rng, 11);
    for (int round = 0; round < SPOIL_ROUNDS; round++) {
        struct err err    = {0};
        size_t     length = strlen(text);

        assert_true(length < sizeof spoiled / 2);
        memcpy(spoiled, text, length);
        for (uint64_t change = 1 + rng_below(&rng, 3); change > 0; change--) {
            const size_t at = (size_t)rng_below(&rng, length);

            switch (rng_below(&rng, 3)) {
            case 0:
                spoiled[at] = BYTES[rng_below(&rng, sizeof BYTES - 1)];
                break;
            case 1:
                memmove(spoiled + at, spoiled + at + 1, length - at - 1);
                length--;
                break;
            default:
                memmove(spoiled + at + 1, spoiled + at, length - at);
                length++;
            }
        }
        scratch_write(&place->scratch, "table.csv", spoiled, length);
        if (read(place->table, &err))
            read_count++;
        else if (strstr(err.message, place->table) == NULL)
            fail_msg("round %d: '%s' does not name the file", round, err.message);
    }
    return read_count;
}

#endif
