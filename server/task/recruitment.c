#include "task/recruitment.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { QUOTA_MAX = 1000 * 1000, RESUME_MINUTES_MAX = 365 * 24 * 60 };

static const char *const RETURN_POLICY_NAMES[RETURN_POLICY_COUNT + 1] = {
    [RETURN_RESUME] = "resume", [RETURN_BLOCK] = "block", [RETURN_POLICY_COUNT] = NULL};

struct recruitment_message {
    int                      platform;
    int                      return_policy;
    int                      resume_minutes;
    int                      quota;
    int                      age_min;
    int                      age_max;
    const char              *platform_url;
    const char              *codes[OUTCOME_COUNT];
    const char              *opens_at;
    const char              *closes_at;
    const struct json_value *excludes;
    const struct json_value *eligibility;
};

#define CODE(outcome_, name_)                                                                                                    \
    JSON_OPTIONAL_TEXT("code_" name_, struct recruitment_message, codes[outcome_], 0, PLATFORM_CODE_BYTES - 1)

const struct json_field RECRUITMENT_FIELDS[] = {
    {.name        = "platform",
     .kind        = JSON_KIND_NAME,
     .offset      = offsetof(struct recruitment_message, platform),
     .names       = PLATFORM_NAMES,
     .is_optional = true},
    {.name        = "return_policy",
     .kind        = JSON_KIND_NAME,
     .offset      = offsetof(struct recruitment_message, return_policy),
     .names       = RETURN_POLICY_NAMES,
     .is_optional = true},
    JSON_OPTIONAL_INT("resume_minutes", struct recruitment_message, resume_minutes, 0, RESUME_MINUTES_MAX),
    JSON_OPTIONAL_INT("quota", struct recruitment_message, quota, 0, QUOTA_MAX),
    JSON_OPTIONAL_INT("age_min", struct recruitment_message, age_min, 0, AGE_MAX),
    JSON_OPTIONAL_INT("age_max", struct recruitment_message, age_max, 0, AGE_MAX),
    JSON_OPTIONAL_TEXT("platform_url", struct recruitment_message, platform_url, 0, PLATFORM_URL_BYTES - 1),
    CODE(OUTCOME_COMPLETED, "completed"),
    CODE(OUTCOME_NO_CONSENT, "no_consent"),
    CODE(OUTCOME_FAILED_COMPREHENSION, "failed_comprehension"),
    CODE(OUTCOME_SCREENED_OUT, "screened_out"),
    CODE(OUTCOME_QUOTA_FULL, "quota_full"),
    JSON_OPTIONAL_TEXT("opens_at", struct recruitment_message, opens_at, 0, TIME_TEXT_BYTES - 1),
    JSON_OPTIONAL_TEXT("closes_at", struct recruitment_message, closes_at, 0, TIME_TEXT_BYTES - 1),
    JSON_OPTIONAL_VALUE("excludes", struct recruitment_message, excludes),
    JSON_OPTIONAL_VALUE("eligibility", struct recruitment_message, eligibility),
};

const size_t RECRUITMENT_FIELD_COUNT = JSON_FIELD_COUNT(RECRUITMENT_FIELDS);

void recruitment_default(struct recruitment *out)
{
    memset(out, 0, sizeof *out);
    eligibility_default(&out->eligibility);
}

static void format_time(int64_t at_ms, char out[TIME_TEXT_BYTES])
{
    time_t    seconds = (time_t)(at_ms / 1000);
    struct tm parts;

    out[0] = '\0';
    if (at_ms != 0 && gmtime_r(&seconds, &parts) != NULL) (void)strftime(out, TIME_TEXT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* Only UTC, written with a Z: a time zone that somebody assumes is a time that somebody misses. What is written again differs for a day
 * that is not in the calendar, and for a leap second, which Unix time does not have. */
static bool parse_time(const char *text, int64_t *out_ms)
{
    struct tm   parts = {0};
    char        full[TIME_TEXT_BYTES], again[TIME_TEXT_BYTES];
    const char *end;

    if (strlen(text) == sizeof "2027-01-11T09:00Z" - 1)
        (void)snprintf(full, sizeof full, "%.16s:00%s", text, text + 16);
    else
        (void)snprintf(full, sizeof full, "%s", text);
    end = strptime(full, "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == NULL || *end != '\0') return false;
    *out_ms = (int64_t)timegm(&parts) * 1000;
    format_time(*out_ms, again);
    return *out_ms > 0 && strcmp(again, full) == 0;
}

bool recruitment_read_time(const char *field, const char *text, int64_t *out_ms, struct err *err)
{
    if (text == NULL) return true;
    *out_ms = 0;
    if (text[0] == '\0' || parse_time(text, out_ms)) return true;
    return err_set(err, ERR_INVALID, "field '%s' must be a time such as 2027-01-11T09:00:00Z (UTC)", field);
}

void recruitment_write_time(struct json_writer *writer, const char *key, int64_t at_ms)
{
    char text[TIME_TEXT_BYTES];

    format_time(at_ms, text);
    json_text(writer, key, text);
}

static bool is_excluded(const struct recruitment *recruitment, const char *slug)
{
    for (int i = 0; i < recruitment->exclude_count; i++)
        if (strcmp(recruitment->excludes[i], slug) == 0) return true;
    return false;
}

static bool read_excludes(const struct json_value *list, struct recruitment *out, struct err *err)
{
    const char *slug;

    if (json_array_count(list) < 0 || json_array_count(list) > EXCLUDES_MAX)
        return err_set(err, ERR_INVALID, "field 'recruitment.excludes' must be a list of at most %d studies", EXCLUDES_MAX);
    out->exclude_count = 0;
    memset(out->excludes, 0, sizeof out->excludes);
    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item)) {
        if (!json_as_text(item, &slug) || !text_is_slug(slug) || is_excluded(out, slug))
            return err_set(err, ERR_INVALID, "field 'recruitment.excludes[%d]' must be the slug of a study, each once",
                           out->exclude_count);
        (void)snprintf(out->excludes[out->exclude_count++], STUDY_SLUG_BYTES, "%s", slug);
    }
    return true;
}

/* Codes go into addresses and are read aloud and typed: nothing that needs escaping. */
static bool take_codes(const struct recruitment_message *message, struct recruitment *out, struct err *err)
{
    static const char SIGNS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (message->codes[i] == NULL) continue;
        if (message->codes[i][strspn(message->codes[i], SIGNS)] != '\0')
            return err_set(err, ERR_INVALID, "field 'recruitment.code_%s' must be of letters, digits, _ and -", OUTCOME_NAMES[i]);
        (void)snprintf(out->platform.codes[i], sizeof out->platform.codes[i], "%s", message->codes[i]);
    }
    return true;
}

static bool take_url(const char *url, struct recruitment *out, struct err *err)
{
    char origin[PLATFORM_URL_BYTES];

    if (url == NULL) return true;
    if (url[0] != '\0' && !platform_origin(url, origin, sizeof origin))
        return err_set(err, ERR_INVALID, "field 'recruitment.platform_url' must start with https:// or http:// and a host");
    for (const char *sign = url; *sign != '\0'; sign++)
        if (*sign <= ' ' || *sign > '~' ||
            strchr("#\"'<>\\", *sign) != NULL) /* what is added at its end would be lost behind a # */
            return err_set(
                err, ERR_INVALID,
                "field 'recruitment.platform_url' must be an address without spaces, quotes, # and \\, other signs escaped");
    (void)snprintf(out->platform.url, sizeof out->platform.url, "%s", url);
    return true;
}

/* The page shows the other codes to anybody who asks for the study: who knows them must not be paid for a session by one. */
static bool check_codes(const struct platform_settings *platform, struct err *err)
{
    const char *completed = platform->codes[OUTCOME_COMPLETED];

    for (int i = OUTCOME_COMPLETED + 1; i < OUTCOME_COUNT; i++)
        if (completed[0] != '\0' && strcmp(platform->codes[i], completed) == 0)
            return err_set(err, ERR_INVALID,
                           "field 'recruitment.code_%s' must differ from 'recruitment.code_completed', which pays for a session",
                           OUTCOME_NAMES[i]);
    return true;
}

static bool check_together(const struct recruitment *recruitment, struct err *err)
{
    enum platform platform = recruitment->platform.platform;

    if (recruitment->eligibility.age_min > recruitment->eligibility.age_max)
        return err_set(err, ERR_INVALID, "field 'recruitment.age_min' must not be above 'recruitment.age_max'");
    if (recruitment->closes_at_ms != 0 && recruitment->closes_at_ms <= recruitment->opens_at_ms)
        return err_set(err, ERR_INVALID, "field 'recruitment.closes_at' must be after 'recruitment.opens_at'");
    if ((platform == PLATFORM_PROLIFIC || platform == PLATFORM_MTURK) &&
        recruitment->platform.codes[OUTCOME_COMPLETED][0] == '\0')
        return err_set(err, ERR_INVALID, "field 'recruitment.code_completed' is needed for %s: without it nobody can be paid",
                       PLATFORM_NAMES[platform]);
    if (platform == PLATFORM_PROLIFIC && strchr(recruitment->platform.url, '?') != NULL)
        return err_set(
            err, ERR_INVALID,
            "field 'recruitment.platform_url' must be without ? for prolific: a code in it would be shown to everybody");
    if (platform == PLATFORM_SONA && recruitment->platform.url[0] == '\0')
        return err_set(err, ERR_INVALID,
                       "field 'recruitment.platform_url' is needed for sona: the client-side credit link that it shows");
    if (recruitment->exclude_count > 0 && (platform == PLATFORM_LINK || platform == PLATFORM_PERSONAL))
        return err_set(
            err, ERR_INVALID,
            "field 'recruitment.excludes' needs a platform that says who comes (prolific, sona or mturk): by a %s link "
            "nobody is recognised from another study",
            platform == PLATFORM_LINK ? "plain" : "personal");
    return check_codes(&recruitment->platform, err);
}

bool recruitment_read(const struct json_value *object, struct recruitment *out, struct err *err)
{
    struct recruitment_message message = {
        .platform       = (int)out->platform.platform,
        .return_policy  = (int)out->return_policy,
        .resume_minutes = out->resume_minutes,
        .quota          = out->quota,
        .age_min        = out->eligibility.age_min,
        .age_max        = out->eligibility.age_max,
    };

    if (!json_read_object(object, "recruitment", RECRUITMENT_FIELDS, RECRUITMENT_FIELD_COUNT, &message, err)) return false;
    out->platform.platform   = (enum platform)message.platform;
    out->return_policy       = (enum return_policy)message.return_policy;
    out->resume_minutes      = message.resume_minutes;
    out->quota               = message.quota;
    out->eligibility.age_min = message.age_min;
    out->eligibility.age_max = message.age_max;
    if (!recruitment_read_time("recruitment.opens_at", message.opens_at, &out->opens_at_ms, err) ||
        !recruitment_read_time("recruitment.closes_at", message.closes_at, &out->closes_at_ms, err) ||
        !take_codes(&message, out, err) || !take_url(message.platform_url, out, err))
        return false;
    if (message.excludes != NULL && !read_excludes(message.excludes, out, err)) return false;
    if (message.eligibility != NULL && !eligibility_read(message.eligibility, &out->eligibility, err))
        return err_wrap(err, "field 'recruitment'");
    return check_together(out, err);
}

void recruitment_write(const struct recruitment *recruitment, const char *key, struct json_writer *writer)
{
    char name[40];

    json_begin_object(writer, key);
    json_text(writer, "platform", PLATFORM_NAMES[recruitment->platform.platform]);
    json_text(writer, "platform_url", recruitment->platform.url);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        (void)snprintf(name, sizeof name, "code_%s", OUTCOME_NAMES[i]);
        json_text(writer, name, recruitment->platform.codes[i]);
    }
    json_text(writer, "return_policy", RETURN_POLICY_NAMES[recruitment->return_policy]);
    json_i64(writer, "resume_minutes", recruitment->resume_minutes);
    json_i64(writer, "quota", recruitment->quota);
    recruitment_write_time(writer, "opens_at", recruitment->opens_at_ms);
    recruitment_write_time(writer, "closes_at", recruitment->closes_at_ms);
    json_begin_array(writer, "excludes");
    for (int i = 0; i < recruitment->exclude_count; i++) json_text(writer, NULL, recruitment->excludes[i]);
    json_end_array(writer);
    json_i64(writer, "age_min", recruitment->eligibility.age_min);
    json_i64(writer, "age_max", recruitment->eligibility.age_max);
    json_raw(writer, "eligibility", recruitment->eligibility.json);
    json_end_object(writer);
}

enum recruitment_time recruitment_time(const struct recruitment *recruitment, int64_t now_ms)
{
    if (now_ms < recruitment->opens_at_ms) return RECRUITMENT_NOT_YET;
    return recruitment->closes_at_ms != 0 && now_ms >= recruitment->closes_at_ms ? RECRUITMENT_OVER : RECRUITMENT_OPEN;
}

bool recruitment_may_resume(const struct recruitment *recruitment, int64_t began_at_ms, int64_t now_ms)
{
    if (recruitment->return_policy == RETURN_BLOCK) return false;
    return recruitment->resume_minutes == 0 || now_ms - began_at_ms <= (int64_t)recruitment->resume_minutes * 60 * 1000;
}
