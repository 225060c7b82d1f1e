#include "simulate/session_request.h"

#include <math.h>
#include <string.h>

#include "json/json_write.h"

static const double FRAME_MS = 16.7; /* 60 Hz */

struct question {
    const char *id;
    int         right_option;
    int         wrong_option;
};

static const struct question QUESTIONS[] = {
    {"category_goal", 1, 0}, {"category_keys", 0, 1}, {"category_likes", 2, 1},
    {"reward_goal", 1, 0},   {"reward_keys", 0, 2},   {"reward_points", 2, 0},
};

static const struct question *question_named(const char *id)
{
    for (size_t i = 0; i < sizeof QUESTIONS / sizeof QUESTIONS[0]; i++)
        if (strcmp(QUESTIONS[i].id, id) == 0) return &QUESTIONS[i];
    return NULL;
}

static struct json_writer begin_body(struct text *body)
{
    struct json_writer writer;

    text_reset(body);
    json_writer_init(&writer, body);
    json_begin_object(&writer, NULL);
    return writer;
}

void session_request_join(struct text *body, const char *consent_sha256, int age)
{
    struct json_writer writer = begin_body(body);

    json_text(&writer, "consent_sha256", consent_sha256);
    json_i64(&writer, "age", age);
    json_end_object(&writer);
}

bool session_request_comprehension(struct text *body, const struct session_document *document, int wrong_index, struct err *err)
{
    struct json_writer writer = begin_body(body);

    json_begin_array(&writer, "answers");
    for (int i = 0; i < document->question_count; i++) {
        const struct question *question = question_named(document->question_ids[i]);

        if (question == NULL)
            return err_set(err, ERR_INVALID, "the comprehension question '%s' is none that simulated people can answer",
                           document->question_ids[i]);
        json_i64(&writer, NULL, i == wrong_index ? question->wrong_option : question->right_option);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    return true;
}

static double tenths(double ms)
{
    return round(ms * 10.0) / 10.0;
}

void session_request_trial(struct text *body, const struct trial_request *request)
{
    struct json_writer writer = begin_body(body);

    json_i64(&writer, "response", request->response);
    json_f64(&writer, "rt_ms", tenths(request->rt_ms));
    json_f64(&writer, "onset_ms", tenths(request->onset_ms));
    json_f64(&writer, "frame_ms", FRAME_MS);
    json_bool(&writer, "is_visible", true);
    json_bool(&writer, "is_fullscreen", true);
    json_text(&writer, "input", "keyboard");
    if (request->previous_reply_ms >= 0.0) json_f64(&writer, "previous_reply_ms", tenths(request->previous_reply_ms));
    json_end_object(&writer);
}

void session_request_questionnaire(struct text *body, const struct questionnaire_request *request)
{
    struct json_writer writer = begin_body(body);

    json_text(&writer, "gender", request->gender);
    json_i64(&writer, "age", request->age);
    json_text(&writer, "strategy", request->strategy);
    json_bool(&writer, "is_included", true);
    json_end_object(&writer);
}
