/* What platforms put into a study's link, and the way back for every end that a session can have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../support/must.h"
#include "task/study_settings.h"

static struct platform_settings settings_of(enum platform platform, const char *url)
{
    struct platform_settings settings = {.platform = platform};

    (void)snprintf(settings.url, sizeof settings.url, "%s", url);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        (void)snprintf(settings.codes[i], sizeof settings.codes[i], "CODE-%s", OUTCOME_NAMES[i]);
    return settings;
}

static struct arrival arrival_with(enum arrival_id id, const char *value)
{
    struct arrival arrival = {0};

    (void)snprintf(arrival.ids[id], sizeof arrival.ids[id], "%s", value);
    return arrival;
}

static void must_return(const struct platform_settings *settings, enum outcome outcome, const struct arrival *arrival,
                        const char *url)
{
    struct return_link link;

    platform_return(settings, outcome, arrival, &link);
    assert_string_equal(link.url, url);
    assert_string_equal(link.code, settings->codes[outcome]);
    assert_int_equal(link.is_form, settings->platform == PLATFORM_MTURK && url[0] != '\0');
}

static bool read_arrival(const char *json, struct arrival *out, struct err *err)
{
    struct json_doc *doc = json_parse(span_of(json), err);
    bool             ok  = doc != NULL && arrival_read(json_root(doc), out, err);

    json_free(doc);
    return ok;
}

static void every_id_is_read_by_its_platforms_name_and_written_again(void **state)
{
    static const char JSON[] = "{\"PROLIFIC_PID\":\"5f1e\",\"STUDY_ID\":\"a\",\"SESSION_ID\":\"b\",\"survey_code\":\"77\","
                               "\"assignmentId\":\"3A\",\"hitId\":\"3H\",\"workerId\":\"A1\",\"turkSubmitTo\":"
                               "\"https://www.mturk.com\",\"link\":\"t\\\"\\u00e4\"}";
    struct arrival    arrival;
    struct text       text;
    struct err        err = {0};

    (void)state;
    MUST(read_arrival(JSON, &arrival, &err));
    assert_string_equal(arrival.ids[ARRIVAL_LINK], "t\"\xC3\xA4");
    text_init(&text);
    arrival_write(&arrival, &text);
    MUST(read_arrival(text.data, &arrival, &err));
    assert_string_equal(arrival.ids[ARRIVAL_WORKER], "A1");
    assert_string_equal(arrival_person(PLATFORM_PROLIFIC, &arrival), "5f1e");
    assert_string_equal(arrival_person(PLATFORM_SONA, &arrival), "77");
    assert_string_equal(arrival_person(PLATFORM_MTURK, &arrival), "A1");
    assert_string_equal(arrival_person(PLATFORM_PERSONAL, &arrival), "t\"\xC3\xA4");
    assert_string_equal(arrival_person(PLATFORM_LINK, &arrival), "");
    text_close(&text);
    MUST(arrival_read(NULL, &arrival, &err));
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++) assert_string_equal(arrival.ids[i], "");
}

static void an_id_that_is_too_long_or_unknown_or_no_text_is_refused_and_never_cut(void **state)
{
    struct arrival arrival;
    struct err     err = {0};
    char           json[ARRIVAL_ID_BYTES + 64], id[ARRIVAL_ID_BYTES + 1];

    (void)state;
    memset(id, 'a', sizeof id);
    id[ARRIVAL_ID_BYTES - 1] = '\0';
    (void)snprintf(json, sizeof json, "{\"PROLIFIC_PID\":\"%s\"}", id);
    MUST(read_arrival(json, &arrival, &err));
    assert_string_equal(arrival.ids[ARRIVAL_PROLIFIC_PID], id);
    (void)snprintf(json, sizeof json, "{\"PROLIFIC_PID\":\"%sa\"}", id);
    MUST_REFUSE(read_arrival(json, &arrival, &err), ERR_INVALID, "PROLIFIC_PID");
    MUST_REFUSE(read_arrival("{\"prolific_pid\":\"a\"}", &arrival, &err), ERR_INVALID, "prolific_pid");
    MUST_REFUSE(read_arrival("{\"workerId\":7}", &arrival, &err), ERR_INVALID, "workerId");
    MUST_REFUSE(read_arrival("{\"workerId\":\"a\\u0000b\"}", &arrival, &err), ERR_INVALID, "");
    MUST_REFUSE(read_arrival("[]", &arrival, &err), ERR_INVALID, "arrival");
}

/* A link that was set up wrongly carries the same text for everybody: they would all be taken for one person. */
static void a_placeholder_that_nobody_filled_in_is_nobodys_id(void **state)
{
    static const struct {
        enum platform   platform;
        enum arrival_id id;
        const char     *value;
    } CASES[] = {
        {PLATFORM_PROLIFIC, ARRIVAL_PROLIFIC_PID, "{{%PROLIFIC_PID%}}"},
        {PLATFORM_SONA, ARRIVAL_SURVEY_CODE, "%SURVEY_CODE%"},
        {PLATFORM_SONA, ARRIVAL_SURVEY_CODE, "XXXX"},
        {PLATFORM_MTURK, ARRIVAL_WORKER, "${workerId}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct arrival arrival = arrival_with(CASES[i].id, CASES[i].value);

        assert_string_equal(arrival_person(CASES[i].platform, &arrival), "");
    }
}

static void prolific_gets_each_outcomes_code_or_no_address_where_there_is_none(void **state)
{
    struct platform_settings settings = settings_of(PLATFORM_PROLIFIC, "");
    struct arrival           arrival  = arrival_with(ARRIVAL_PROLIFIC_PID, "5f1e");
    char                     url[RETURN_URL_BYTES];

    (void)state;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        (void)snprintf(url, sizeof url, "https://app.prolific.com/submissions/complete?cc=CODE-%s", OUTCOME_NAMES[i]);
        must_return(&settings, (enum outcome)i, &arrival, url);
    }
    settings.codes[OUTCOME_QUOTA_FULL][0] = '\0';
    must_return(&settings, OUTCOME_QUOTA_FULL, &arrival, "");
    (void)snprintf(settings.url, sizeof settings.url, "http://127.0.0.1:8180/back?x=1");
    must_return(&settings, OUTCOME_NO_CONSENT, &arrival, "http://127.0.0.1:8180/back?x=1&cc=CODE-no_consent");
    (void)snprintf(settings.codes[OUTCOME_COMPLETED], PLATFORM_CODE_BYTES, "a b&c=%%d/\xC3\xA4");
    must_return(&settings, OUTCOME_COMPLETED, &arrival, "http://127.0.0.1:8180/back?x=1&cc=a%20b%26c%3D%25d%2F%C3%A4");
}

static void sona_gets_the_persons_code_wherever_the_credit_link_has_its_place(void **state)
{
    static const struct {
        const char *url;
        const char *back;
    } CASES[] = {
        {"https://lab.sona-systems.com/c.aspx?e=1&survey_code=XXXX", "https://lab.sona-systems.com/c.aspx?e=1&survey_code=7%267"},
        {"https://lab.sona-systems.com/c.aspx?survey_code=XXXX&e=1", "https://lab.sona-systems.com/c.aspx?survey_code=7%267&e=1"},
        {"https://lab.sona-systems.com/c.aspx?a=1&survey_code=XXXX&e=1",
         "https://lab.sona-systems.com/c.aspx?a=1&survey_code=7%267&e=1"},
        {"https://lab.sona-systems.com/c.aspx?e=1&survey_code=", "https://lab.sona-systems.com/c.aspx?e=1&survey_code=7%267"},
        {"https://lab.sona-systems.com/c.aspx?e=1", "https://lab.sona-systems.com/c.aspx?e=1&survey_code=7%267"},
        {"https://lab.sona-systems.com/c.aspx", "https://lab.sona-systems.com/c.aspx?survey_code=7%267"},
        {"https://lab.sona-systems.com/c.aspx?my_survey_code=1&survey_code=XXXX",
         "https://lab.sona-systems.com/c.aspx?my_survey_code=1&survey_code=7%267"},
    };
    struct arrival arrival = arrival_with(ARRIVAL_SURVEY_CODE, "7&7");

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct platform_settings settings = settings_of(PLATFORM_SONA, CASES[i].url);

        must_return(&settings, OUTCOME_COMPLETED, &arrival, CASES[i].back);
        for (int outcome = OUTCOME_COMPLETED + 1; outcome < OUTCOME_COUNT; outcome++)
            must_return(&settings, (enum outcome)outcome, &arrival, "");
    }
}

static void the_longest_address_with_the_longest_id_of_escaped_bytes_fits(void **state)
{
    struct platform_settings settings = settings_of(PLATFORM_SONA, "https://lab.example/c?");
    struct arrival           arrival  = {0};
    struct return_link       link;

    (void)state;
    while (strlen(settings.url) < PLATFORM_URL_BYTES - 1 - 13) strcat(settings.url, "e");
    strcat(settings.url, "&survey_code=");
    assert_int_equal(strlen(settings.url), PLATFORM_URL_BYTES - 1);
    memset(arrival.ids[ARRIVAL_SURVEY_CODE], '&', ARRIVAL_ID_BYTES - 1);
    platform_return(&settings, OUTCOME_COMPLETED, &arrival, &link);
    assert_int_equal(strlen(link.url), PLATFORM_URL_BYTES - 1 + 3 * (ARRIVAL_ID_BYTES - 1));
    assert_string_equal(link.url + strlen(link.url) - 4, "6%26");
}

static void mturk_gets_a_form_with_assignment_and_code_and_only_for_who_completed(void **state)
{
    struct platform_settings settings = settings_of(PLATFORM_MTURK, "");
    struct arrival           arrival  = arrival_with(ARRIVAL_ASSIGNMENT, "3A\"<>&");
    struct return_link       link;

    (void)state;
    platform_return(&settings, OUTCOME_COMPLETED, &arrival, &link);
    assert_true(link.is_form && link.field_count == 2);
    assert_string_equal(link.url, "https://www.mturk.com/mturk/externalSubmit");
    assert_string_equal(link.fields[0].name, "assignmentId");
    assert_string_equal(link.fields[0].value, "3A\"<>&");
    assert_string_equal(link.fields[1].name, "code");
    assert_string_equal(link.fields[1].value, "CODE-completed");
    for (int outcome = OUTCOME_COMPLETED + 1; outcome < OUTCOME_COUNT; outcome++)
        must_return(&settings, (enum outcome)outcome, &arrival, "");
}

/* Anybody can write turkSubmitTo into a link: the assignment and the code must not go to them. */
static void a_form_goes_to_mturks_own_hosts_or_the_studys_and_to_nobody_elses(void **state)
{
    static const char *const FOREIGN[] = {
        "",
        "https://evil.example",
        "https://www.mturk.com@evil.example",
        "https://user@www.mturk.com",
        "https://www.mturk.com.evil.example",
        "https://www.mturk.com:8443",
        "https://www.mturk.com\\@evil.example",
        "https://www.mturk.com\n.evil.example",
        "http://www.mturk.com",
        "//www.mturk.com",
        "javascript:alert(1)",
        "HTTPS://WORKERSANDBOX.MTURK.COM",
    };
    static const char        FORM[]   = "https://www.mturk.com/mturk/externalSubmit";
    struct platform_settings settings = settings_of(PLATFORM_MTURK, "");
    struct arrival           arrival;

    (void)state;
    for (size_t i = 0; i < sizeof FOREIGN / sizeof FOREIGN[0]; i++) {
        arrival = arrival_with(ARRIVAL_TURK_SUBMIT_TO, FOREIGN[i]);
        must_return(&settings, OUTCOME_COMPLETED, &arrival, FORM);
    }
    arrival = arrival_with(ARRIVAL_TURK_SUBMIT_TO, "https://workersandbox.mturk.com/");
    must_return(&settings, OUTCOME_COMPLETED, &arrival, "https://workersandbox.mturk.com/mturk/externalSubmit");
    settings = settings_of(PLATFORM_MTURK, "http://127.0.0.1:8180/any/path");
    arrival  = arrival_with(ARRIVAL_TURK_SUBMIT_TO, "https://evil.example");
    must_return(&settings, OUTCOME_COMPLETED, &arrival, "http://127.0.0.1:8180/mturk/externalSubmit");
}

static void links_go_to_the_studys_address_when_completed_and_stay_otherwise(void **state)
{
    static const enum platform PLATFORMS[] = {PLATFORM_LINK, PLATFORM_PERSONAL};
    struct arrival             nobody      = {0};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct platform_settings settings = settings_of(PLATFORMS[i], "https://lab.example/thanks");

        must_return(&settings, OUTCOME_COMPLETED, &nobody, "https://lab.example/thanks");
        for (int outcome = OUTCOME_COMPLETED + 1; outcome < OUTCOME_COUNT; outcome++)
            must_return(&settings, (enum outcome)outcome, &nobody, "");
    }
}

static void only_a_finished_session_falls_back_to_the_studys_own_code_and_address(void **state)
{
    struct study_settings *settings = calloc(1, sizeof *settings);
    struct arrival         nobody   = {0};
    struct return_link     link;

    (void)state;
    assert_non_null(settings);
    study_settings_default(TASK_CATEGORY, settings);
    (void)snprintf(settings->completion_url, sizeof settings->completion_url, "https://lab.example/done");
    study_settings_return(settings, OUTCOME_COMPLETED, &nobody, &link);
    assert_string_equal(link.url, "https://lab.example/done");
    assert_string_equal(link.code, "DINOLAB");
    for (int outcome = OUTCOME_COMPLETED + 1; outcome < OUTCOME_COUNT; outcome++) {
        study_settings_return(settings, (enum outcome)outcome, &nobody, &link);
        assert_true(link.url[0] == '\0' && link.code[0] == '\0');
    }
    free(settings);
}

static void an_origin_is_scheme_host_and_port_of_plain_signs(void **state)
{
    static const char *const GOOD[][2] = {
        {"https://a.example/b?c#d", "https://a.example"}, {"http://127.0.0.1:8180", "http://127.0.0.1:8180"},
        {"https://a.example?b=/", "https://a.example"},   {"https://a_b-c.example#d", "https://a_b-c.example"},
        {"http://[::1]:80/x", "http://[::1]:80"},
    };
    static const char *const BAD[] = {
        "",
        "https://",
        "https:///a",
        "http://?x",
        "ftp://a",
        "a.example",
        "https://a@b",
        "https://a b",
        "https://a;b",
        "https://a\\b",
        "https://a\r\nX: y",
        "https://*",
        "https://a'b",
        "https://a\"b",
        "https://a,b",
        "https://\xC3\xA4.example",
    };
    char origin[32];

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        assert_true(platform_origin(GOOD[i][0], origin, sizeof origin));
        assert_string_equal(origin, GOOD[i][1]);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (platform_origin(BAD[i], origin, sizeof origin)) fail_msg("'%s' gave '%s'", BAD[i], origin);
    assert_false(platform_origin("https://a.host.that.does.not.fit.in.there.example/", origin, sizeof origin));
}

static void a_policy_lets_forms_go_to_mturk_from_mturk_studies_only(void **state)
{
    struct text text;

    (void)state;
    for (int platform = 0; platform < PLATFORM_COUNT; platform++) {
        struct platform_settings settings = settings_of((enum platform)platform, "http://127.0.0.1:8180/x");

        text_init(&text);
        platform_form_origins(&settings, &text);
        if (platform == PLATFORM_MTURK)
            assert_string_equal(text.data, " https://www.mturk.com https://workersandbox.mturk.com http://127.0.0.1:8180");
        else
            assert_int_equal(text.length, 0);
        text_close(&text);
    }
}

static void only_mturk_has_people_who_look_before_they_accept(void **state)
{
    struct arrival arrival = arrival_with(ARRIVAL_ASSIGNMENT, "ASSIGNMENT_ID_NOT_AVAILABLE");

    (void)state;
    for (int platform = 0; platform < PLATFORM_COUNT; platform++)
        assert_int_equal(arrival_is_preview((enum platform)platform, &arrival), platform == PLATFORM_MTURK);
    arrival = arrival_with(ARRIVAL_ASSIGNMENT, "3A");
    assert_false(arrival_is_preview(PLATFORM_MTURK, &arrival));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_id_is_read_by_its_platforms_name_and_written_again),
        cmocka_unit_test(an_id_that_is_too_long_or_unknown_or_no_text_is_refused_and_never_cut),
        cmocka_unit_test(a_placeholder_that_nobody_filled_in_is_nobodys_id),
        cmocka_unit_test(prolific_gets_each_outcomes_code_or_no_address_where_there_is_none),
        cmocka_unit_test(sona_gets_the_persons_code_wherever_the_credit_link_has_its_place),
        cmocka_unit_test(the_longest_address_with_the_longest_id_of_escaped_bytes_fits),
        cmocka_unit_test(mturk_gets_a_form_with_assignment_and_code_and_only_for_who_completed),
        cmocka_unit_test(a_form_goes_to_mturks_own_hosts_or_the_studys_and_to_nobody_elses),
        cmocka_unit_test(links_go_to_the_studys_address_when_completed_and_stay_otherwise),
        cmocka_unit_test(only_a_finished_session_falls_back_to_the_studys_own_code_and_address),
        cmocka_unit_test(an_origin_is_scheme_host_and_port_of_plain_signs),
        cmocka_unit_test(a_policy_lets_forms_go_to_mturk_from_mturk_studies_only),
        cmocka_unit_test(only_mturk_has_people_who_look_before_they_accept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
