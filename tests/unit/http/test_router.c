/* Routes: which path goes where, what stands for {}, and nobody gets in without saying who. */
#include <microhttpd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http/reply.h"
#include "http/router.h"

static const struct {
    const char *pattern;
    const char *path;
    bool        does_match;
    const char *parameters; /* joined by '|' */
} MATCHES[] = {
    {"/", "/", true, ""},
    {"/", "", false, ""},
    {"/", "/x", false, ""},
    {"/healthz", "/healthz", true, ""},
    {"/healthz", "/healthz/", false, ""},
    {"/healthz", "/health", false, ""},
    {"/healthz", "/Healthz", false, ""},
    {"/s/{}", "/s/category-demo", true, "category-demo"},
    {"/s/{}", "/s/", false, ""},
    {"/s/{}", "/s", false, ""},
    {"/s/{}", "/s/a/b", false, ""},
    {"/s/{}", "/s/a/", false, ""},
    {"/s/{}", "/s/..", true, ".."}, /* a name like another: never used as a file's */
    {"/a/{}/b/{}", "/a/1/b/2", true, "1|2"},
    {"/a/{}/b/{}", "/a//b/2", false, ""},
    {"/a/{}/b/{}", "/a/1/c/2", false, ""},
    {"/a/{}/b/{}/c", "/a/1/b/2", false, ""},
    {"/a/{}/b/{}/c", "/a/1/b/2/c", true, "1|2"},
    {"/{}/{}/{}", "/1/2/3", true, "1|2|3"},
    {"/{}/{}/{}/{}", "/1/2/3/4", false, ""}, /* more than there is room for */
    {"/studies/{*}", "/studies/a", true, ""},
    {"/studies/{*}", "/studies/a/sessions/s-1", true, ""},
    {"/studies/{*}", "/studies/", false, ""},
    {"/studies/{*}", "/studies", false, ""},
};

static void a_pattern_fits_whole_segments_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof MATCHES / sizeof MATCHES[0]; i++) {
        struct http_request req         = {.path = MATCHES[i].path};
        char                joined[128] = "";

        arena_init(&req.arena);
        if (http_route_matches(&req, MATCHES[i].pattern) != MATCHES[i].does_match)
            fail_msg("%s against %s", MATCHES[i].path, MATCHES[i].pattern);
        for (int p = 0; MATCHES[i].does_match && p < HTTP_PARAMETER_MAX && req.parameters[p] != NULL; p++)
            (void)snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s", p == 0 ? "" : "|", req.parameters[p]);
        assert_string_equal(joined, MATCHES[i].parameters);
        arena_close(&req.arena);
    }
}

/* The route that dispatching would take. */
static const struct http_route *route_of(const char *method, const char *path)
{
    struct http_request      req   = {.path = path};
    const struct http_route *route = NULL;

    arena_init(&req.arena);
    for (size_t i = 0; route == NULL && i < HTTP_ROUTE_COUNT; i++)
        if (strcmp(HTTP_ROUTES[i].method, method) == 0 && http_route_matches(&req, HTTP_ROUTES[i].path)) route = &HTTP_ROUTES[i];
    arena_close(&req.arena);
    return route;
}

static void every_path_of_the_wire_goes_to_its_own_route_and_asks_for_the_right_person(void **state)
{
    static const struct {
        const char    *method;
        const char    *path;
        const char    *pattern;
        enum http_auth auth;
    } PATHS[] = {
        {"GET", "/healthz", "/healthz", AUTH_NONE},
        {"GET", "/api/v1/open-studies/demo", "/api/v1/open-studies/{}", AUTH_NONE},
        {"POST", "/api/v1/open-studies/demo/sessions", "/api/v1/open-studies/{}/sessions", AUTH_TOKEN},
        {"GET", "/api/v1/session", "/api/v1/session", AUTH_PARTICIPANT},
        {"POST", "/api/v1/session/comprehension", "/api/v1/session/comprehension", AUTH_PARTICIPANT},
        {"PUT", "/api/v1/session/practice/0", "/api/v1/session/practice/{}", AUTH_PARTICIPANT},
        {"PUT", "/api/v1/session/trials/17", "/api/v1/session/trials/{}", AUTH_PARTICIPANT},
        {"POST", "/api/v1/session/events", "/api/v1/session/events", AUTH_PARTICIPANT},
        {"PUT", "/api/v1/session/questionnaire", "/api/v1/session/questionnaire", AUTH_PARTICIPANT},
        {"POST", "/api/v1/session/finish", "/api/v1/session/finish", AUTH_PARTICIPANT},
        {"GET", "/media/ab", "/media/{}", AUTH_MEDIA},
        {"POST", "/api/v1/setup", "/api/v1/setup", AUTH_NONE},
        {"POST", "/api/v1/login", "/api/v1/login", AUTH_NONE},
        {"POST", "/api/v1/logout", "/api/v1/logout", AUTH_RESEARCHER},
        {"GET", "/api/v1/account", "/api/v1/account", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies", "/api/v1/studies", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies/demo", "/api/v1/studies/{}", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies/demo/stream", "/api/v1/studies/{}/stream", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies/demo/sessions/s-1", "/api/v1/studies/{}/sessions/{}", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies/demo/sessions/s-1/stream", "/api/v1/studies/{}/sessions/{}/stream", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies/demo/exports/trials.csv", "/api/v1/studies/{}/exports/{}", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies/demo/representations", "/api/v1/studies/{}/representations", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies/demo/group", "/api/v1/studies/{}/group", AUTH_RESEARCHER},
        {"GET", "/api/v1/studies/demo/group/stream", "/api/v1/studies/{}/group/stream", AUTH_RESEARCHER},
        {"POST", "/api/v1/studies/demo/group/loo", "/api/v1/studies/{}/group/loo", AUTH_RESEARCHER},
        {"GET", "/api/v1/projects", "/api/v1/projects", AUTH_RESEARCHER},
        {"GET", "/api/v1/projects/demo", "/api/v1/projects/{}", AUTH_RESEARCHER},
        {"GET", "/api/v1/system", "/api/v1/system", AUTH_RESEARCHER},
        {"GET", "/s/demo", "/s/{}", AUTH_NONE},
        {"GET", "/", "/", AUTH_NONE},
        {"GET", "/login", "/login", AUTH_NONE},
        {"GET", "/setup", "/setup", AUTH_NONE},
        {"GET", "/studies/demo/sessions/s-1", "/studies/{*}", AUTH_NONE},
        {"GET", "/projects", "/projects", AUTH_NONE},
        {"GET", "/projects/demo", "/projects/{*}", AUTH_NONE},
        {"GET", "/system", "/system", AUTH_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        const struct http_route *route = route_of(PATHS[i].method, PATHS[i].path);

        if (route == NULL) fail_msg("%s %s has no route", PATHS[i].method, PATHS[i].path);
        assert_string_equal(route->path, PATHS[i].pattern);
        assert_int_equal(route->auth, PATHS[i].auth);
    }
    assert_null(route_of("PUT", "/api/v1/session"));
    assert_null(route_of("GET", "/api/v1/session/trials/17"));
    assert_null(route_of("POST", "/api/v1/studies/demo/group"));
}

static void no_two_routes_are_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(HTTP_ROUTES[i].method, HTTP_ROUTES[j].method) == 0)
                assert_string_not_equal(HTTP_ROUTES[i].path, HTTP_ROUTES[j].path);
}

/* A request without a connection has no headers: nobody says who asks. */
static unsigned status_of(const char *method, const char *path)
{
    struct http_request req = {.method = method, .path = path};
    unsigned            status;

    arena_init(&req.arena);
    assert_int_equal(http_dispatch(&req), HTTP_REPLIED);
    status = req.status;
    assert_non_null(req.response);
    MHD_destroy_response(req.response);
    arena_close(&req.arena);
    return status;
}

static void every_protected_route_says_401_to_nobody(void **state)
{
    int protected_count = 0;

    (void)state;
    for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++) {
        char        path[128] = "";
        const char *c         = HTTP_ROUTES[i].path;

        if (HTTP_ROUTES[i].auth == AUTH_NONE) continue;
        for (size_t used = 0; *c != '\0'; c += strncmp(c, "{}", 2) == 0 ? 2 : 1)
            used += (size_t)snprintf(path + used, sizeof path - used, "%c", strncmp(c, "{}", 2) == 0 ? '1' : *c);
        assert_int_equal(status_of(HTTP_ROUTES[i].method, path), 401);
        protected_count++;
    }
    assert_true(protected_count >= 17);
    assert_int_equal(status_of("HEAD", "/api/v1/session"), 401); /* HEAD is GET */
}

static void unknown_paths_are_404_and_unknown_methods_405(void **state)
{
    (void)state;
    assert_int_equal(status_of("GET", "/nowhere"), 404);
    assert_int_equal(status_of("GET", "/api/v1/nowhere"), 404);
    assert_int_equal(status_of("GET", "/api/v2/session"), 404);
    assert_int_equal(status_of("DELETE", "/api/v1/session"), 405);
    assert_int_equal(status_of("POST", "/api/v1/session"), 405);
    assert_int_equal(status_of("POST", "/healthz"), 405);
    assert_int_equal(status_of("HEAD", "/healthz"), 200);
    assert_int_equal(status_of("GET", "/healthz"), 200);
}

static void an_index_in_a_path_is_a_whole_number_in_range(void **state)
{
    static const char *const BAD[] = {"", "-1", "1.0", "x", "101", "1 ", "0x1", "99999999999999999999", "\xFF"};
    struct http_request      req   = {.parameters = {"17"}};
    struct err               err;
    int                      index = 0;

    (void)state;
    assert_true(http_read_index(&req, 0, 100, &index, &err) && index == 17);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        req.parameters[0] = BAD[i];
        assert_false(http_read_index(&req, 0, 100, &index, &err));
        assert_int_equal(err.kind, ERR_NOT_FOUND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_fits_whole_segments_only),
        cmocka_unit_test(every_path_of_the_wire_goes_to_its_own_route_and_asks_for_the_right_person),
        cmocka_unit_test(no_two_routes_are_the_same),
        cmocka_unit_test(every_protected_route_says_401_to_nobody),
        cmocka_unit_test(unknown_paths_are_404_and_unknown_methods_405),
        cmocka_unit_test(an_index_in_a_path_is_a_whole_number_in_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
