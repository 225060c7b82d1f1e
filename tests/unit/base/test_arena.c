/* Arenas: alignment, zeroes, large pieces, sums that would overflow. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

enum { PIECE_COUNT = 3000 };

static void every_piece_is_aligned_zeroed_and_apart_from_the_others(void **state)
{
    struct arena   arena;
    unsigned char *pieces[PIECE_COUNT];
    size_t         bytes[PIECE_COUNT];

    (void)state;
    arena_init(&arena);
    for (int i = 0; i < PIECE_COUNT; i++) {
        bytes[i]  = (size_t)(i * 37 % 101 + 1);
        pieces[i] = arena_alloc(&arena, bytes[i]);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < bytes[i]; j++) assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], i & 0xFF, bytes[i]);
    }
    for (int i = 0; i < PIECE_COUNT; i++)
        for (size_t j = 0; j < bytes[i]; j++) assert_int_equal(pieces[i][j], i & 0xFF);
    arena_close(&arena);
}

static void a_piece_larger_than_a_block_gets_room_and_the_next_ones_too(void **state)
{
    struct arena arena;
    char        *before, *large, *after;

    (void)state;
    arena_init(&arena);
    before = arena_alloc(&arena, 10);
    large  = arena_alloc(&arena, 3 * 1000 * 1000 + 1);
    after  = arena_alloc(&arena, 10);
    assert_non_null(before);
    assert_non_null(large);
    assert_non_null(after);
    memset(before, 'b', 10);
    memset(after, 'a', 10);
    memset(large, 'l', 3 * 1000 * 1000 + 1);
    assert_int_equal(before[9], 'b');
    assert_int_equal(after[0], 'a');
    arena_close(&arena);
}

static void sums_that_do_not_fit_are_refused(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena);
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_alloc(&arena, SIZE_MAX - 8));
    assert_null(arena_alloc_array(&arena, SIZE_MAX / 8 + 1, 16));
    assert_null(arena_copy(&arena, "", SIZE_MAX));
    assert_non_null(arena_alloc_array(&arena, 0, 16));
    assert_non_null(arena_alloc_array(&arena, 16, 0));
    arena_close(&arena);
}

static void copies_end_with_nul_and_hold_every_byte(void **state)
{
    struct arena arena;
    char        *copy;

    (void)state;
    arena_init(&arena);
    copy = arena_copy(&arena, "ab\0cd", 5);
    assert_memory_equal(copy, "ab\0cd", 6);
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    assert_string_equal(arena_printf(&arena, "events[%d].%s", 12, "kind"), "events[12].kind");
    assert_string_equal(arena_printf(&arena, "%s", ""), "");
    arena_close(&arena);
}

static void an_arena_can_be_closed_again_and_used_again(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena);
    arena_close(&arena);
    assert_non_null(arena_alloc(&arena, 100));
    arena_close(&arena);
    arena_close(&arena);
    assert_null(arena.first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_aligned_zeroed_and_apart_from_the_others),
        cmocka_unit_test(a_piece_larger_than_a_block_gets_room_and_the_next_ones_too),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(copies_end_with_nul_and_hold_every_byte),
        cmocka_unit_test(an_arena_can_be_closed_again_and_used_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
