/* The object "recruitment" of a study's settings: ranges, sentences, times, what goes together, and that it survives being written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../support/must.h"
#include "task/study_settings.h"

#define MINUTE_MS INT64_C(60000)

/* Tests run one after the other: settings are large for a stack. */
static struct study_settings settings;

static bool read_members(const char *members, struct err *err)
{
    char json[8192];

    (void)snprintf(json, sizeof json, "{\"recruitment\": {%s}}", members);
    return study_settings_read(TASK_CATEGORY, span_of(json), &settings, err);
}

#define RECRUITMENT (settings.recruitment)

static void what_is_not_said_is_a_plain_link_for_adults_without_limits(void **state)
{
    struct err err = {0};

    (void)state;
    MUST(read_members("", &err));
    assert_int_equal(RECRUITMENT.platform.platform, PLATFORM_LINK);
    assert_int_equal(RECRUITMENT.return_policy, RETURN_RESUME);
    assert_true(RECRUITMENT.resume_minutes == 0 && RECRUITMENT.quota == 0 && RECRUITMENT.exclude_count == 0);
    assert_true(RECRUITMENT.opens_at_ms == 0 && RECRUITMENT.closes_at_ms == 0);
    assert_true(RECRUITMENT.eligibility.age_min == 18 && RECRUITMENT.eligibility.age_max == 90);
    assert_int_equal(RECRUITMENT.eligibility.question_count, 0);
}

static void every_member_outside_its_range_is_refused_by_name(void **state)
{
    static const struct {
        const char *members;
        const char *sentence;
    } CASES[] = {
        {"\"platform\": \"Prolific\"", "platform"},
        {"\"platform\": 1", "platform"},
        {"\"return_policy\": \"again\"", "return_policy"},
        {"\"resume_minutes\": -1", "resume_minutes"},
        {"\"resume_minutes\": 525601", "resume_minutes"},
        {"\"resume_minutes\": 1.5", "resume_minutes"},
        {"\"quota\": -1", "quota"},
        {"\"quota\": 1000001", "quota"},
        {"\"quota\": \"10\"", "quota"},
        {"\"age_min\": -1", "age_min"},
        {"\"age_max\": 131", "age_max"},
        {"\"age_min\": 91", "'recruitment.age_min' must not be above 'recruitment.age_max'"},
        {"\"age_max\": 17", "'recruitment.age_min' must not be above 'recruitment.age_max'"},
        {"\"code_completed\": \"a b\"", "'recruitment.code_completed' must be of letters, digits, _ and -"},
        {"\"code_quota_full\": \"a&cc=b\"", "'recruitment.code_quota_full' must be of letters"},
        {"\"code_screened_out\": 7", "code_screened_out"},
        {"\"platform_url\": \"ftp://a\"", "'recruitment.platform_url' must start with https:// or http:// and a host"},
        {"\"platform_url\": \"https://u@a.example\"", "'recruitment.platform_url' must start with"},
        {"\"platform_url\": \"https://a.example/x y\"", "'recruitment.platform_url' must be an address without spaces"},
        {"\"platform_url\": \"https://a.example/x\\r\\nX: y\"", "'recruitment.platform_url' must be an address without spaces"},
        {"\"platform_url\": \"https://a.example/#end\"",
         "'recruitment.platform_url' must be an address without spaces, quotes, #"},
        {"\"platform_url\": \"https://a.example/\\u00e4\"", "'recruitment.platform_url' must be an address"},
        {"\"excludes\": {}", "'recruitment.excludes' must be a list of at most 16 studies"},
        {"\"platform\": \"prolific\", \"code_completed\": \"C\", \"excludes\": [\"a\", \"B\"]", "'recruitment.excludes[1]'"},
        {"\"platform\": \"prolific\", \"code_completed\": \"C\", \"excludes\": [\"a\", 1]", "'recruitment.excludes[1]'"},
        {"\"platform\": \"prolific\", \"code_completed\": \"C\", \"excludes\": [\"a\", \"a\"]", "each once"},
        {"\"eligibility\": {}", "'eligibility' must be a list"},
        {"\"quota_full\": 1", "quota_full"},
    };
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        MUST_REFUSE(read_members(CASES[i].members, &err), ERR_INVALID, CASES[i].sentence);
}

static void the_ends_of_every_range_are_in_it(void **state)
{
    struct err err = {0};
    char       members[4096];
    char       code[PLATFORM_CODE_BYTES];

    (void)state;
    MUST(read_members("\"resume_minutes\": 525600, \"quota\": 1000000, \"age_min\": 0, \"age_max\": 130", &err));
    assert_true(RECRUITMENT.resume_minutes == 525600 && RECRUITMENT.quota == 1000000);
    memset(code, 'Z', sizeof code);
    code[PLATFORM_CODE_BYTES - 1] = '\0';
    (void)snprintf(members, sizeof members, "\"code_completed\": \"%s\"", code);
    MUST(read_members(members, &err));
    assert_string_equal(RECRUITMENT.platform.codes[OUTCOME_COMPLETED], code);
    (void)snprintf(members, sizeof members, "\"code_completed\": \"%sZ\"", code);
    MUST_REFUSE(read_members(members, &err), ERR_INVALID, "code_completed");
    (void)snprintf(members, sizeof members, "\"platform\": \"prolific\", \"code_completed\": \"C\", \"excludes\": [\"s0\"");
    for (int i = 1; i < EXCLUDES_MAX; i++)
        (void)snprintf(members + strlen(members), sizeof members - strlen(members), ", \"s%d\"", i);
    strcat(members, "]");
    MUST(read_members(members, &err));
    assert_int_equal(RECRUITMENT.exclude_count, EXCLUDES_MAX);
    assert_string_equal(RECRUITMENT.excludes[EXCLUDES_MAX - 1], "s15");
    strcpy(members + strlen(members) - 1, ", \"s16\"]");
    MUST_REFUSE(read_members(members, &err), ERR_INVALID, "at most 16 studies");
}

/* Nobody could be paid, or be recognised: said when the study is made, not to the first participant. */
static void what_a_platform_cannot_do_without_is_asked_for(void **state)
{
    struct err err = {0};

    (void)state;
    MUST_REFUSE(read_members("\"platform\": \"prolific\"", &err), ERR_INVALID,
                "'recruitment.code_completed' is needed for prolific");
    MUST_REFUSE(read_members("\"platform\": \"mturk\"", &err), ERR_INVALID, "'recruitment.code_completed' is needed for mturk");
    MUST_REFUSE(read_members(
                    "\"platform\": \"prolific\", \"code_completed\": \"C\", \"platform_url\": \"https://a.example/?cc=C\"", &err),
                ERR_INVALID, "'recruitment.platform_url' must be without ?");
    MUST_REFUSE(read_members("\"platform\": \"sona\"", &err), ERR_INVALID, "'recruitment.platform_url' is needed for sona");
    MUST(read_members("\"platform\": \"personal\"", &err));
    MUST_REFUSE(read_members("\"excludes\": [\"earlier\"]", &err), ERR_INVALID,
                "'recruitment.excludes' needs a platform that says who comes (prolific, sona or mturk): by a plain link");
    MUST_REFUSE(read_members("\"platform\": \"personal\", \"excludes\": [\"earlier\"]", &err), ERR_INVALID, "by a personal link");
}

/* Anybody can read the codes of refusals before they begin. */
static void a_code_that_pays_is_no_other_outcomes_code(void **state)
{
    struct err err = {0};
    char       members[128];

    (void)state;
    for (int i = OUTCOME_COMPLETED + 1; i < OUTCOME_COUNT; i++) {
        (void)snprintf(members, sizeof members, "\"code_completed\": \"C1\", \"code_%s\": \"C1\"", OUTCOME_NAMES[i]);
        MUST_REFUSE(read_members(members, &err), ERR_INVALID, "must differ from 'recruitment.code_completed'");
    }
    MUST(read_members("\"code_completed\": \"C1\", \"code_no_consent\": \"C2\", \"code_quota_full\": \"C2\"", &err));
}

static void times_are_utc_of_the_calendar_and_nothing_else(void **state)
{
    static const char *const BAD[] = {
        "2027-01-11",
        "2027-01-11T09:00:00",
        "2027-01-11T09:00",
        "2027-01-11T09:00:00+01:00",
        "2027-01-11T09:00:00z",
        "2027-01-11 09:00:00Z",
        "2027-02-29T09:00:00Z",
        "2027-02-30T09:00Z",
        "2027-13-01T09:00Z",
        "2027-00-10T09:00Z",
        "2016-12-31T23:59:60Z",
        "2027-01-11T24:00:00Z",
        "2027-01-11T09:60Z",
        "2027-1-1T9:0:0Z",
        " 2027-01-11T09:00Z",
        "2027-01-11T09:00:00Zx",
        "2027-01-11T09:00:00.000Z",
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59Z",
        "tomorrow",
        "Z",
    };
    char       members[128];
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        for (int which = 0; which < 2; which++) {
            (void)snprintf(members, sizeof members, "\"%s\": \"%s\"", which == 0 ? "opens_at" : "closes_at", BAD[i]);
            if (read_members(members, &err)) fail_msg("%s was accepted", members);
            assert_non_null(strstr(err.message, which == 0 ? "opens_at" : "closes_at"));
        }
    MUST(read_members("\"opens_at\": \"2027-01-11T09:00Z\", \"closes_at\": \"2028-02-29T23:59:59Z\"", &err));
    assert_int_equal(RECRUITMENT.opens_at_ms, INT64_C(1799658000000));
    assert_int_equal(RECRUITMENT.closes_at_ms, INT64_C(1835481599000));
    MUST_REFUSE(read_members("\"opens_at\": \"2027-01-11T09:00Z\", \"closes_at\": \"2027-01-11T09:00Z\"", &err), ERR_INVALID,
                "'recruitment.closes_at' must be after 'recruitment.opens_at'");
    MUST(read_members("\"opens_at\": \"\", \"closes_at\": \"\"", &err));
    assert_true(RECRUITMENT.opens_at_ms == 0 && RECRUITMENT.closes_at_ms == 0);
}

static void a_study_opens_at_its_minute_and_is_over_at_its_last(void **state)
{
    const struct recruitment both    = {.opens_at_ms = 10, .closes_at_ms = 20};
    const struct recruitment neither = {0};

    (void)state;
    assert_int_equal(recruitment_time(&both, 9), RECRUITMENT_NOT_YET);
    assert_int_equal(recruitment_time(&both, 10), RECRUITMENT_OPEN);
    assert_int_equal(recruitment_time(&both, 19), RECRUITMENT_OPEN);
    assert_int_equal(recruitment_time(&both, 20), RECRUITMENT_OVER);
    assert_int_equal(recruitment_time(&neither, 0), RECRUITMENT_OPEN);
    assert_int_equal(recruitment_time(&neither, INT64_MAX), RECRUITMENT_OPEN);
}

static void a_session_is_taken_up_again_for_so_many_minutes_or_while_it_is_open_or_never(void **state)
{
    struct recruitment recruitment = {.resume_minutes = 10};

    (void)state;
    assert_true(recruitment_may_resume(&recruitment, 1000, 1000 + 10 * MINUTE_MS));
    assert_false(recruitment_may_resume(&recruitment, 1000, 1001 + 10 * MINUTE_MS));
    assert_true(recruitment_may_resume(&recruitment, 1000, 0)); /* the clock was set back */
    recruitment.resume_minutes = 0;
    assert_true(recruitment_may_resume(&recruitment, 0, INT64_C(1) << 60));
    recruitment.return_policy = RETURN_BLOCK;
    assert_false(recruitment_may_resume(&recruitment, 1000, 1000));
}

static void what_is_written_is_read_again_the_same(void **state)
{
    static const char MEMBERS[] =
        "\"platform\": \"sona\", \"platform_url\": \"https://lab.sona-systems.com/c?e=1&survey_code=XXXX\","
        "\"return_policy\": \"block\", \"resume_minutes\": 90, \"code_completed\": \"C-1\", \"code_no_consent\": \"C_2\","
        "\"code_failed_comprehension\": \"C3\", \"code_screened_out\": \"C4\", \"code_quota_full\": \"C5\", \"quota\": 200,"
        "\"opens_at\": \"2027-01-11T09:00:00Z\", \"closes_at\": \"2027-02-11T09:30:15Z\", \"excludes\": [\"one\", \"two\"],"
        "\"age_min\": 20, \"age_max\": 35, \"eligibility\": [{\"id\": \"vision\", \"question\": {\"en\": \"Colours "
        "\\\"well\\\"?\","
        " \"de\": \"Farben?\"}, \"options\": {\"en\": [\"Yes\", \"No\"], \"de\": [\"Ja\", \"Nein\"]}, \"accepted\": [0]}]";
    static struct study_settings first;
    struct text                  written, again;
    struct err                   err = {0};

    (void)state;
    MUST(read_members(MEMBERS, &err));
    first = settings;
    text_init(&written);
    text_init(&again);
    study_settings_write(&settings, &written);
    MUST(study_settings_read(TASK_CATEGORY, (struct span){written.data, written.length}, &settings, &err));
    study_settings_write(&settings, &again);
    assert_string_equal(again.data, written.data);
    assert_memory_equal(&first.recruitment.platform, &settings.recruitment.platform, sizeof first.recruitment.platform);
    assert_memory_equal(first.recruitment.excludes, settings.recruitment.excludes, sizeof first.recruitment.excludes);
    assert_true(RECRUITMENT.return_policy == RETURN_BLOCK && RECRUITMENT.resume_minutes == 90 && RECRUITMENT.quota == 200);
    assert_true(RECRUITMENT.opens_at_ms == first.recruitment.opens_at_ms && RECRUITMENT.opens_at_ms != 0);
    assert_true(RECRUITMENT.closes_at_ms == first.recruitment.closes_at_ms && RECRUITMENT.closes_at_ms != 0);
    assert_string_equal(RECRUITMENT.eligibility.json, first.recruitment.eligibility.json);
    assert_int_equal(RECRUITMENT.eligibility.questions[0].accepted, 1);
    assert_true(RECRUITMENT.eligibility.age_min == 20 && RECRUITMENT.eligibility.age_max == 35);
    text_close(&again);
    text_close(&written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_is_a_plain_link_for_adults_without_limits),
        cmocka_unit_test(every_member_outside_its_range_is_refused_by_name),
        cmocka_unit_test(the_ends_of_every_range_are_in_it),
        cmocka_unit_test(what_a_platform_cannot_do_without_is_asked_for),
        cmocka_unit_test(a_code_that_pays_is_no_other_outcomes_code),
        cmocka_unit_test(times_are_utc_of_the_calendar_and_nothing_else),
        cmocka_unit_test(a_study_opens_at_its_minute_and_is_over_at_its_last),
        cmocka_unit_test(a_session_is_taken_up_again_for_so_many_minutes_or_while_it_is_open_or_never),
        cmocka_unit_test(what_is_written_is_read_again_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
