/* Codes beside the password: set up, used once, waited for after wrong ones, replaced by recovery codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/world.h"
#include "study/second_factor.h"

enum { MINUTE_MS = 60 * 1000 };

struct scene {
    struct world      world;
    struct secret_key key;
    int64_t           account_id;
    unsigned char     secret[TOTP_SECRET_BYTES];
    char              codes[RECOVERY_CODE_COUNT][RECOVERY_CODE_BYTES];
    char              uri[384];
};

/* As an app does with the letters that it is shown. */
static void read_base32(const char *text, unsigned char *out)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned          bits      = 0;
    int               count     = 0;

    for (; *text != '\0'; text++) {
        bits = bits << 5 | (unsigned)(strchr(LETTERS, *text) - LETTERS);
        count += 5;
        if (count < 8) continue;
        count -= 8;
        *out++ = (unsigned char)(bits >> count & 0xffU);
    }
}

static const char *code_at(const struct scene *scene, int64_t now_ms)
{
    static char code[16];

    (void)snprintf(code, sizeof code, "%03d %03d", totp_code(scene->secret, totp_step(now_ms)) / 1000,
                   totp_code(scene->secret, totp_step(now_ms)) % 1000);
    return code;
}

static void set_up(struct scene *scene, bool is_confirmed)
{
    struct second_factor_offer offer;
    struct err                 err = {0};

    world_open_empty(&scene->world);
    secret_key_make(&scene->key);
    MUST(store_account_insert(scene->world.store, "ada", "x", "owner", WORLD_NOW_MS, &scene->account_id, &err));
    MUST(second_factor_offer(scene->world.store, &scene->key, scene->account_id, "ada @home", &offer, &err));
    read_base32(offer.secret, scene->secret);
    memcpy(scene->uri, offer.uri, sizeof offer.uri);
    if (is_confirmed)
        MUST(second_factor_confirm(scene->world.store, &scene->key, scene->account_id, code_at(scene, WORLD_NOW_MS), WORLD_NOW_MS,
                                   scene->codes, &err));
}

static enum second_factor_result check(struct scene *scene, const char *input, int64_t now_ms)
{
    enum second_factor_result result;
    struct err                err = {0};
    int                       wait_s;

    MUST(second_factor_check(scene->world.store, &scene->key, scene->account_id, input, now_ms, &result, &wait_s, &err));
    assert_int_equal(result == SECOND_FACTOR_WAIT, wait_s > 0);
    return result;
}

static void it_is_asked_for_once_a_code_has_confirmed_it(void **state)
{
    struct scene scene;
    struct err   err = {0};

    (void)state;
    set_up(&scene, false);
    assert_non_null(strstr(scene.uri, "otpauth://totp/Dinolab:ada%20%40home?secret="));
    assert_int_equal(check(&scene, NULL, WORLD_NOW_MS), SECOND_FACTOR_OFF);
    assert_false(second_factor_confirm(scene.world.store, &scene.key, scene.account_id, code_at(&scene, WORLD_NOW_MS + MINUTE_MS),
                                       WORLD_NOW_MS, scene.codes, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_int_equal(check(&scene, NULL, WORLD_NOW_MS), SECOND_FACTOR_OFF);
    MUST(second_factor_confirm(scene.world.store, &scene.key, scene.account_id, code_at(&scene, WORLD_NOW_MS), WORLD_NOW_MS,
                               scene.codes, &err));
    assert_int_equal(check(&scene, NULL, WORLD_NOW_MS), SECOND_FACTOR_MISSING);
    assert_false(second_factor_confirm(scene.world.store, &scene.key, scene.account_id, code_at(&scene, WORLD_NOW_MS + MINUTE_MS),
                                       WORLD_NOW_MS + MINUTE_MS, scene.codes, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    world_close(&scene.world);
}

static void a_code_is_taken_once(void **state)
{
    const int64_t later = WORLD_NOW_MS + MINUTE_MS;
    struct scene  scene;

    (void)state;
    set_up(&scene, true);
    assert_int_equal(check(&scene, code_at(&scene, WORLD_NOW_MS), WORLD_NOW_MS), SECOND_FACTOR_WRONG); /* it has confirmed */
    assert_int_equal(check(&scene, code_at(&scene, later), later), SECOND_FACTOR_RIGHT);
    assert_int_equal(check(&scene, code_at(&scene, later), later), SECOND_FACTOR_WRONG);
    assert_int_equal(check(&scene, code_at(&scene, later - 30 * 1000), later), SECOND_FACTOR_WRONG); /* older than that one */
    world_close(&scene.world);
}

static void wrong_codes_make_the_next_ones_wait_ever_longer_and_a_right_one_forgives(void **state)
{
    int64_t      now_ms = WORLD_NOW_MS + MINUTE_MS;
    struct scene scene;

    (void)state;
    set_up(&scene, true);
    for (int i = 0; i < 5; i++) assert_int_equal(check(&scene, "nothing", now_ms), SECOND_FACTOR_WRONG);
    for (int64_t wait_ms = 30 * 1000; wait_ms < 64 * 30 * 1000; wait_ms *= 2) {
        assert_int_equal(check(&scene, code_at(&scene, now_ms), now_ms + wait_ms - 1), SECOND_FACTOR_WAIT);
        now_ms += wait_ms;
        assert_int_equal(check(&scene, "nothing", now_ms), SECOND_FACTOR_WRONG);
    }
    for (int i = 0; i < 40; i++) { /* an hour is the longest, however many */
        now_ms += 60 * MINUTE_MS;
        assert_int_equal(check(&scene, "nothing", now_ms), SECOND_FACTOR_WRONG);
        assert_int_equal(check(&scene, "nothing", now_ms + 60 * MINUTE_MS - 1), SECOND_FACTOR_WAIT);
    }
    now_ms += 60 * MINUTE_MS;
    assert_int_equal(check(&scene, code_at(&scene, now_ms), now_ms), SECOND_FACTOR_RIGHT);
    for (int i = 0; i < 5; i++) assert_int_equal(check(&scene, "nothing", now_ms), SECOND_FACTOR_WRONG);
    world_close(&scene.world);
}

static void a_recovery_code_is_taken_once_at_any_time_however_it_is_written(void **state)
{
    struct scene scene;
    struct err   err = {0};
    char         small[RECOVERY_CODE_BYTES];
    bool         is_on;
    int          count;

    (void)state;
    set_up(&scene, true);
    for (int i = 0; i < 5; i++) assert_int_equal(check(&scene, "nothing", WORLD_NOW_MS), SECOND_FACTOR_WRONG);
    for (int i = 0; i < RECOVERY_CODE_BYTES; i++) {
        const char letter = scene.codes[0][i];

        small[i] = letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter == '-' ? ' ' : letter;
    }
    assert_int_equal(check(&scene, small, WORLD_NOW_MS), SECOND_FACTOR_RECOVERY);
    assert_int_equal(check(&scene, scene.codes[0], WORLD_NOW_MS), SECOND_FACTOR_WAIT);
    assert_int_equal(check(&scene, scene.codes[1], WORLD_NOW_MS), SECOND_FACTOR_RECOVERY);
    MUST(second_factor_state(scene.world.store, scene.account_id, &is_on, &count, &err));
    assert_true(is_on);
    assert_int_equal(count, RECOVERY_CODE_COUNT - 2);
    MUST(store_totp_remove(scene.world.store, scene.account_id, &err));
    MUST(second_factor_state(scene.world.store, scene.account_id, &is_on, &count, &err));
    assert_false(is_on);
    assert_int_equal(count, 0);
    world_close(&scene.world);
}

static void the_database_without_its_key_makes_no_codes(void **state)
{
    struct scene              scene;
    struct secret_key         other;
    struct totp_row           row;
    struct err                err = {0};
    enum second_factor_result result;
    bool                      is_found;
    int                       wait_s;

    (void)state;
    set_up(&scene, true);
    MUST(store_totp_find(scene.world.store, scene.account_id, &row, &is_found, &err));
    assert_null(memmem(row.sealed_secret, row.sealed_bytes, scene.secret, sizeof scene.secret));
    secret_key_make(&other);
    assert_false(
        second_factor_check(scene.world.store, &other, scene.account_id, "123456", WORLD_NOW_MS, &result, &wait_s, &err));
    assert_int_equal(err.kind, ERR_STORAGE);
    world_close(&scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_asked_for_once_a_code_has_confirmed_it),
        cmocka_unit_test(a_code_is_taken_once),
        cmocka_unit_test(wrong_codes_make_the_next_ones_wait_ever_longer_and_a_right_one_forgives),
        cmocka_unit_test(a_recovery_code_is_taken_once_at_any_time_however_it_is_written),
        cmocka_unit_test(the_database_without_its_key_makes_no_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
