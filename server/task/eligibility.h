/* eligibility.h - who may take part: age, and the questions of the consent page.
 *
 *     [{"id": "vision", "question": {"en": "Do you see colours well?", "de": "..."},
 *       "options": {"en": ["Yes", "No"], "de": ["Ja", "Nein"]}, "accepted": [0]}]
 *
 * Which options are accepted never leaves the server. Pure. Threads: none. */
#ifndef DINOLAB_TASK_ELIGIBILITY_H
#define DINOLAB_TASK_ELIGIBILITY_H

#include "json/json_read.h"
#include "json/json_write.h"

enum {
    ELIGIBILITY_QUESTION_MAX = 10,
    ELIGIBILITY_OPTION_MAX   = 8,
    ELIGIBILITY_ID_BYTES     = 33,
    ELIGIBILITY_TEXT_BYTES   = 8192, /* of all questions as JSON */
    AGE_MAX                  = 130,
};

struct eligibility_question {
    char     id[ELIGIBILITY_ID_BYTES];
    int      option_count;
    unsigned accepted; /* bit i: option i */
};

struct eligibility {
    int                         age_min;
    int                         age_max;
    int                         question_count;
    struct eligibility_question questions[ELIGIBILITY_QUESTION_MAX];
    char                        json[ELIGIBILITY_TEXT_BYTES]; /* the questions as they were given */
};

/* What a person said on the consent page; -1 where nothing was. */
struct eligibility_answers {
    int age;
    int options[ELIGIBILITY_QUESTION_MAX];
};

/* Nobody below 18 or above 90, nothing asked. */
void eligibility_default(struct eligibility *out);

/* The list of questions; the ages stay. Sentences name the question. */
MUST_CHECK bool eligibility_read(const struct json_value *list, struct eligibility *out, struct err *err);

/* The questions in a language, else in English, else in the first that there is; without what is accepted. An array named `key`. */
MUST_CHECK bool eligibility_write(const struct eligibility *eligibility, const char *language, const char *key,
                                  struct json_writer *writer, struct err *err);

/* An object of option indices by question id; every question must be answered. NULL: no answers. */
MUST_CHECK bool eligibility_answers_read(const struct eligibility *eligibility, const struct json_value *object, int age,
                                         struct eligibility_answers *out, struct err *err);

/* For keeping: {"age": 34, "vision": 0}. */
void eligibility_answers_write(const struct eligibility *eligibility, const struct eligibility_answers *answers,
                               struct text *out);

/* Whether they may take part. */
bool eligibility_accepts(const struct eligibility *eligibility, const struct eligibility_answers *answers);

#endif
