/* platform.h - the places that send participants: what they put into a study's link, and where their people go back to.
 *
 * Parameters and addresses as the platforms document them: Prolific's URL parameters PROLIFIC_PID, STUDY_ID, SESSION_ID and completion
 * address with `cc`; SONA's survey_code and client-side credit link; MTurk's assignmentId (ASSIGNMENT_ID_NOT_AVAILABLE while a worker
 * only looks), hitId, workerId, turkSubmitTo and the form to /mturk/externalSubmit. Pure. Threads: none. */
#ifndef DINOLAB_TASK_PLATFORM_H
#define DINOLAB_TASK_PLATFORM_H

#include "json/json_read.h"

enum platform { PLATFORM_LINK, PLATFORM_PROLIFIC, PLATFORM_SONA, PLATFORM_MTURK, PLATFORM_PERSONAL, PLATFORM_COUNT };

/* How a participant's way ends, as a platform wants to be told. */
enum outcome {
    OUTCOME_COMPLETED,
    OUTCOME_NO_CONSENT,
    OUTCOME_FAILED_COMPREHENSION,
    OUTCOME_SCREENED_OUT,
    OUTCOME_QUOTA_FULL,
    OUTCOME_COUNT
};

/* What a link can carry; the names are the platforms' own. */
enum arrival_id {
    ARRIVAL_PROLIFIC_PID,
    ARRIVAL_PROLIFIC_STUDY,
    ARRIVAL_PROLIFIC_SESSION,
    ARRIVAL_SURVEY_CODE,
    ARRIVAL_ASSIGNMENT,
    ARRIVAL_HIT,
    ARRIVAL_WORKER,
    ARRIVAL_TURK_SUBMIT_TO,
    ARRIVAL_LINK, /* personal links: the token */
    ARRIVAL_ID_COUNT
};

enum {
    ARRIVAL_ID_BYTES       = 129, /* the longest real one, an MTurk assignment, has 30 */
    PLATFORM_URL_BYTES     = 512,
    PLATFORM_CODE_BYTES    = 65,
    RETURN_URL_BYTES       = PLATFORM_URL_BYTES + 3 * ARRIVAL_ID_BYTES + 32, /* with an id, every byte of it escaped */
    RETURN_FIELD_COUNT_MAX = 2,
};

extern const char *const PLATFORM_NAMES[PLATFORM_COUNT + 1];     /* "link", "prolific", ...; closed by NULL */
extern const char *const OUTCOME_NAMES[OUTCOME_COUNT + 1];       /* "completed", ... */
extern const char *const ARRIVAL_ID_NAMES[ARRIVAL_ID_COUNT + 1]; /* "PROLIFIC_PID", ... */

/* "" where the link had none. */
struct arrival {
    char ids[ARRIVAL_ID_COUNT][ARRIVAL_ID_BYTES];
};

/* What a study says of its platform. */
struct platform_settings {
    enum platform platform;
    char          url[PLATFORM_URL_BYTES];                   /* where returns go; "" the platform's usual address */
    char          codes[OUTCOME_COUNT][PLATFORM_CODE_BYTES]; /* "" none */
};

/* How to get back. `url` "" means that there is nowhere to go; the code, if there is one, is then to be copied. */
struct return_link {
    bool is_form; /* POST the fields to url */
    char url[RETURN_URL_BYTES];
    char code[PLATFORM_CODE_BYTES];
    int  field_count;
    struct {
        const char *name; /* constant */
        char        value[ARRIVAL_ID_BYTES];
    } fields[RETURN_FIELD_COUNT_MAX];
};

/* An object of texts by name; unknown names are ERR_INVALID. NULL gives an arrival without ids. */
MUST_CHECK bool arrival_read(const struct json_value *object, struct arrival *out, struct err *err);

/* The ids that are there, as a JSON object. */
void arrival_write(const struct arrival *arrival, struct text *out);

/* The id by which a platform knows a person again, or "" when the link did not carry it, or carried the placeholder that the platform
 * should have filled in; plain links never have one. Borrowed. */
const char *arrival_person(enum platform platform, const struct arrival *arrival);

/* An MTurk worker who looks at the task before accepting it. */
bool arrival_is_preview(enum platform platform, const struct arrival *arrival);

/* The way back for an outcome. SONA gives credit and MTurk takes a form for completed sessions only. */
void platform_return(const struct platform_settings *settings, enum outcome outcome, const struct arrival *arrival,
                     struct return_link *out);

/* Scheme, host and port of an http(s) address into `origin`, fit for a content security policy; false for anything else, or when it does
 * not fit. */
bool platform_origin(const char *url, char *origin, size_t capacity);

/* Addresses to which a form may be sent by this platform's pages: for a content security policy. "" for none; else they begin with a
 * space. */
void platform_form_origins(const struct platform_settings *settings, struct text *out);

#endif
