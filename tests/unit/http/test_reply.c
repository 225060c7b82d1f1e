/* Replies: every kind of error has its status. */
#include <microhttpd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/reply.h"

static void every_kind_of_error_has_the_status_that_the_page_expects(void **state)
{
    static const struct {
        enum err_kind kind;
        unsigned      status;
    } CASES[] = {
        {ERR_INVALID, 400},  {ERR_UNAUTHORIZED, 401}, {ERR_CODE_NEEDED, 401}, {ERR_FORBIDDEN, 403}, {ERR_NOT_FOUND, 404},
        {ERR_CONFLICT, 409}, {ERR_SUPERSEDED, 409},   {ERR_FULL, 409},        {ERR_GONE, 410},      {ERR_TOO_LARGE, 413},
        {ERR_TOO_MANY, 429}, {ERR_BUSY, 503},         {ERR_STORAGE, 503},     {ERR_INTERNAL, 500},
    };

    (void)state;
    assert_int_equal(sizeof CASES / sizeof CASES[0], ERR_KIND_COUNT);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(CASES[i].kind, i); /* none left out */
        assert_int_equal(http_status_of(CASES[i].kind), CASES[i].status);
    }
}

static void an_error_is_json_that_nobody_keeps_and_says_when_to_come_again(void **state)
{
    (void)state;
    for (int kind = 0; kind < ERR_KIND_COUNT; kind++) {
        struct http_request req = {.method = "GET", .path = "/"};
        struct err          err;
        bool                is_for_later = kind == ERR_BUSY || kind == ERR_STORAGE;

        err_set(&err, (enum err_kind)kind, "made up");
        assert_int_equal(http_reply_error(&req, &err), HTTP_REPLIED);
        assert_non_null(req.response);
        assert_int_equal(req.status, http_status_of((enum err_kind)kind));
        assert_string_equal(MHD_get_response_header(req.response, "Content-Type"), "application/json");
        assert_string_equal(MHD_get_response_header(req.response, "Cache-Control"), "no-store");
        assert_string_equal(MHD_get_response_header(req.response, "X-Content-Type-Options"), "nosniff");
        assert_true((MHD_get_response_header(req.response, "Retry-After") != NULL) == is_for_later);
        MHD_destroy_response(req.response);
    }
}

static void a_json_reply_takes_the_text(void **state)
{
    struct http_request req = {0};
    struct text         text;

    (void)state;
    text_init(&text);
    text_add(&text, "{}");
    assert_int_equal(http_reply_json(&req, 201, &text), HTTP_REPLIED);
    assert_int_equal(req.status, 201);
    assert_null(text.data);
    MHD_destroy_response(req.response);
}

static void without_memory_for_the_text_there_is_no_half_reply(void **state)
{
    struct http_request req = {0};
    struct text         text;

    (void)state;
    text_init(&text);
    text_append(&text, "x", SIZE_MAX / 2);
    assert_int_equal(http_reply_json(&req, 200, &text), HTTP_REPLIED);
    assert_null(req.response); /* the server then closes the connection */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_error_has_the_status_that_the_page_expects),
        cmocka_unit_test(an_error_is_json_that_nobody_keeps_and_says_when_to_come_again),
        cmocka_unit_test(a_json_reply_takes_the_text),
        cmocka_unit_test(without_memory_for_the_text_there_is_no_half_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
