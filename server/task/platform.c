#include "task/platform.h"

#include <stdio.h>
#include <string.h>

#include "json/json_write.h"

const char *const PLATFORM_NAMES[PLATFORM_COUNT + 1] = {
    [PLATFORM_LINK] = "link",   [PLATFORM_PROLIFIC] = "prolific", [PLATFORM_SONA] = "sona",
    [PLATFORM_MTURK] = "mturk", [PLATFORM_PERSONAL] = "personal", [PLATFORM_COUNT] = NULL};

const char *const OUTCOME_NAMES[OUTCOME_COUNT + 1] = {[OUTCOME_COMPLETED]            = "completed",
                                                      [OUTCOME_NO_CONSENT]           = "no_consent",
                                                      [OUTCOME_FAILED_COMPREHENSION] = "failed_comprehension",
                                                      [OUTCOME_SCREENED_OUT]         = "screened_out",
                                                      [OUTCOME_QUOTA_FULL]           = "quota_full",
                                                      [OUTCOME_COUNT]                = NULL};

const char *const ARRIVAL_ID_NAMES[ARRIVAL_ID_COUNT + 1] = {
    [ARRIVAL_PROLIFIC_PID]     = "PROLIFIC_PID",
    [ARRIVAL_PROLIFIC_STUDY]   = "STUDY_ID",
    [ARRIVAL_PROLIFIC_SESSION] = "SESSION_ID",
    [ARRIVAL_SURVEY_CODE]      = "survey_code",
    [ARRIVAL_ASSIGNMENT]       = "assignmentId",
    [ARRIVAL_HIT]              = "hitId",
    [ARRIVAL_WORKER]           = "workerId",
    [ARRIVAL_TURK_SUBMIT_TO]   = "turkSubmitTo",
    [ARRIVAL_LINK]             = "link",
    [ARRIVAL_ID_COUNT]         = NULL,
};

static const char        PROLIFIC_URL[]  = "https://app.prolific.com/submissions/complete";
static const char        SONA_PLACE[]    = "XXXX"; /* where its credit link shows the code's place */
static const char        MTURK_PATH[]    = "/mturk/externalSubmit";
static const char        MTURK_PREVIEW[] = "ASSIGNMENT_ID_NOT_AVAILABLE";
static const char *const MTURK_HOSTS[]   = {"https://www.mturk.com", "https://workersandbox.mturk.com", NULL};

/* --- arrivals --- */

bool arrival_read(const struct json_value *object, struct arrival *out, struct err *err)
{
    const char       *texts[ARRIVAL_ID_COUNT] = {NULL};
    struct json_field fields[ARRIVAL_ID_COUNT];

    memset(out, 0, sizeof *out);
    if (object == NULL) return true;
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++)
        fields[i] = (struct json_field){.name        = ARRIVAL_ID_NAMES[i],
                                        .kind        = JSON_KIND_TEXT,
                                        .offset      = (size_t)i * sizeof texts[0],
                                        .max         = ARRIVAL_ID_BYTES - 1,
                                        .is_optional = true};
    if (!json_read_object(object, "arrival", fields, JSON_FIELD_COUNT(fields), texts, err)) return false;
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++)
        if (texts[i] != NULL) (void)snprintf(out->ids[i], sizeof out->ids[i], "%s", texts[i]);
    return true;
}

void arrival_write(const struct arrival *arrival, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++)
        if (arrival->ids[i][0] != '\0') json_text(&writer, ARRIVAL_ID_NAMES[i], arrival->ids[i]);
    json_end_object(&writer);
}

/* What platforms replace by the id. Where a study's link was set up wrongly they come as they are, the same for everybody, who would then
 * all be taken for one person. */
static bool is_placeholder(const char *id)
{
    return strpbrk(id, "{}%") != NULL || strcmp(id, SONA_PLACE) == 0;
}

const char *arrival_person(enum platform platform, const struct arrival *arrival)
{
    static const int IDS[PLATFORM_COUNT] = {[PLATFORM_LINK]     = -1,
                                            [PLATFORM_PROLIFIC] = ARRIVAL_PROLIFIC_PID,
                                            [PLATFORM_SONA]     = ARRIVAL_SURVEY_CODE,
                                            [PLATFORM_MTURK]    = ARRIVAL_WORKER,
                                            [PLATFORM_PERSONAL] = ARRIVAL_LINK};
    const char      *id                  = IDS[platform] < 0 ? "" : arrival->ids[IDS[platform]];

    return is_placeholder(id) ? "" : id;
}

bool arrival_is_preview(enum platform platform, const struct arrival *arrival)
{
    return platform == PLATFORM_MTURK && strcmp(arrival->ids[ARRIVAL_ASSIGNMENT], MTURK_PREVIEW) == 0;
}

/* --- the way back --- */

/* Percent-encoding of all but RFC 3986's unreserved characters. */
static void add_escaped(const char *value, char *out, size_t capacity)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    size_t            length  = strlen(out);

    for (; *value != '\0' && length + 4 <= capacity; value++) {
        if (strchr(PLAIN, *value) != NULL)
            length += (size_t)snprintf(out + length, capacity - length, "%c", *value);
        else
            length += (size_t)snprintf(out + length, capacity - length, "%%%02X", (unsigned)(unsigned char)*value);
    }
}

static char separator(const char *url)
{
    return strchr(url, '?') == NULL ? '?' : '&';
}

static void prolific_return(const struct platform_settings *settings, struct return_link *out)
{
    const char *base = settings->url[0] != '\0' ? settings->url : PROLIFIC_URL;

    if (out->code[0] == '\0') return;
    (void)snprintf(out->url, sizeof out->url, "%s%ccc=", base, separator(base));
    add_escaped(out->code, out->url, sizeof out->url);
}

/* The value of a parameter in an address; NULL when it has none of that name. */
static const char *value_of(const char *url, const char *name_and_sign)
{
    const char *place = url;

    while ((place = strstr(place, name_and_sign)) != NULL) {
        if (place > url && (place[-1] == '?' || place[-1] == '&')) return place + strlen(name_and_sign);
        place++;
    }
    return NULL;
}

/* SONA shows its credit link with survey_code=XXXX in the place of the participant's. */
static void sona_return(const struct platform_settings *settings, const struct arrival *arrival, struct return_link *out)
{
    static const char NAME[] = "survey_code=";
    const char       *value  = value_of(settings->url, NAME);
    const char       *rest   = value == NULL ? "" : value + strcspn(value, "&");

    if (value == NULL)
        (void)snprintf(out->url, sizeof out->url, "%s%c%s", settings->url, separator(settings->url), NAME);
    else
        (void)snprintf(out->url, sizeof out->url, "%.*s", (int)(value - settings->url), settings->url);
    add_escaped(arrival->ids[ARRIVAL_SURVEY_CODE], out->url, sizeof out->url);
    (void)snprintf(out->url + strlen(out->url), sizeof out->url - strlen(out->url), "%s", rest);
}

bool platform_origin(const char *url, char *origin, size_t capacity)
{
    static const char HOST[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:[]"; /* no user@, no wildcard */
    size_t            scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
    size_t            host   = strcspn(url + scheme, "/?#");

    if (scheme == 0 || host == 0 || scheme + host >= capacity || strspn(url + scheme, HOST) < host) return false;
    (void)snprintf(origin, capacity, "%.*s", (int)(scheme + host), url);
    return true;
}

/* turkSubmitTo comes with the link, so anybody can write it: only MTurk's own hosts, or the one that the study names. */
static void mturk_host(const struct platform_settings *settings, const char *wanted, char *out, size_t capacity)
{
    char origin[PLATFORM_URL_BYTES];

    (void)platform_origin(settings->url[0] != '\0' ? settings->url : MTURK_HOSTS[0], out, capacity);
    if (!platform_origin(wanted, origin, sizeof origin)) return;
    for (int i = 0; MTURK_HOSTS[i] != NULL; i++)
        if (strcmp(origin, MTURK_HOSTS[i]) == 0) (void)snprintf(out, capacity, "%s", origin);
}

static void add_field(struct return_link *out, const char *name, const char *value)
{
    out->fields[out->field_count].name = name;
    (void)snprintf(out->fields[out->field_count].value, sizeof out->fields[0].value, "%s", value);
    out->field_count++;
}

static void mturk_return(const struct platform_settings *settings, const struct arrival *arrival, struct return_link *out)
{
    char host[PLATFORM_URL_BYTES];

    mturk_host(settings, arrival->ids[ARRIVAL_TURK_SUBMIT_TO], host, sizeof host);
    (void)snprintf(out->url, sizeof out->url, "%s%s", host, MTURK_PATH);
    out->is_form = true;
    add_field(out, ARRIVAL_ID_NAMES[ARRIVAL_ASSIGNMENT], arrival->ids[ARRIVAL_ASSIGNMENT]);
    add_field(out, "code", out->code); /* a form with the assignment alone is refused */
}

void platform_return(const struct platform_settings *settings, enum outcome outcome, const struct arrival *arrival,
                     struct return_link *out)
{
    *out = (struct return_link){0};
    (void)snprintf(out->code, sizeof out->code, "%s", settings->codes[outcome]);
    switch (settings->platform) {
    case PLATFORM_PROLIFIC:
        prolific_return(settings, out);
        break;
    case PLATFORM_SONA:
        if (outcome == OUTCOME_COMPLETED) sona_return(settings, arrival, out);
        break;
    case PLATFORM_MTURK:
        if (outcome == OUTCOME_COMPLETED) mturk_return(settings, arrival, out);
        break;
    case PLATFORM_LINK:
    case PLATFORM_PERSONAL:
        if (outcome == OUTCOME_COMPLETED) (void)snprintf(out->url, sizeof out->url, "%s", settings->url);
        break;
    case PLATFORM_COUNT:
        break;
    }
}

void platform_form_origins(const struct platform_settings *settings, struct text *out)
{
    char origin[PLATFORM_URL_BYTES];

    if (settings->platform != PLATFORM_MTURK) return;
    for (int i = 0; MTURK_HOSTS[i] != NULL; i++) text_printf(out, " %s", MTURK_HOSTS[i]);
    if (platform_origin(settings->url, origin, sizeof origin)) text_printf(out, " %s", origin);
}
