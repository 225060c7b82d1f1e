/* recruitment.h - how a study gets its participants: the object "recruitment" of its settings.
 *
 *     {"platform": "prolific", "code_completed": "C1ABCDEF", "code_screened_out": "...", "quota": 200,
 *      "opens_at": "2027-01-11T09:00:00Z", "return_policy": "resume", "resume_minutes": 60, "excludes": ["pilot-study"],
 *      "age_min": 18, "age_max": 90, "eligibility": [...]}
 *
 * Pure. Threads: none. */
#ifndef DINOLAB_TASK_RECRUITMENT_H
#define DINOLAB_TASK_RECRUITMENT_H

#include <stdint.h>

#include "task/eligibility.h"
#include "task/platform.h"

enum { EXCLUDES_MAX = 16, STUDY_SLUG_BYTES = 65, TIME_TEXT_BYTES = 24 };

/* What happens when somebody with a known id comes again while their session is open. Nobody ever begins a second time. */
enum return_policy { RETURN_RESUME, RETURN_BLOCK, RETURN_POLICY_COUNT };

/* Whether people are let in, as far as time goes. */
enum recruitment_time { RECRUITMENT_OPEN, RECRUITMENT_NOT_YET, RECRUITMENT_OVER };

struct recruitment {
    struct platform_settings platform;
    enum return_policy       return_policy;
    int                      resume_minutes; /* since the session began; 0: as long as it is open */
    int                      quota;          /* sessions that are open or finished; 0: no limit but the conditions */
    int64_t                  opens_at_ms;    /* Unix epoch; 0: at once */
    int64_t                  closes_at_ms;   /* 0: never */
    int                      exclude_count;
    char                     excludes[EXCLUDES_MAX][STUDY_SLUG_BYTES]; /* studies whose participants are not admitted */
    struct eligibility       eligibility;
};

/* The table by which the object is read. */
extern const struct json_field RECRUITMENT_FIELDS[];
extern const size_t            RECRUITMENT_FIELD_COUNT;

/* A plain link, no limits, age 18 to 90. */
void recruitment_default(struct recruitment *out);

/* Takes the members of `object`; what is not said keeps its value. */
MUST_CHECK bool recruitment_read(const struct json_value *object, struct recruitment *out, struct err *err);

/* The object, every member written out. */
void recruitment_write(const struct recruitment *recruitment, const char *key, struct json_writer *writer);

/* A time of the settings: UTC with a Z. "" gives 0: no such time. ERR_INVALID names the field. */
MUST_CHECK bool recruitment_read_time(const char *field, const char *text, int64_t *out_ms, struct err *err);
void            recruitment_write_time(struct json_writer *writer, const char *key, int64_t at_ms);

enum recruitment_time recruitment_time(const struct recruitment *recruitment, int64_t now_ms);

/* Whether a session that began then can be taken up again by the id, apart from being open. */
bool recruitment_may_resume(const struct recruitment *recruitment, int64_t began_at_ms, int64_t now_ms);

#endif
