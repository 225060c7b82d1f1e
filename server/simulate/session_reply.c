#include "simulate/session_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/person.h"
#include "json/json_read.h"

enum { ERROR_BODY_SHOWN_BYTES = 120, TEXT_MAX_BYTES = 64 * 1024, IMAGE_MAX = 2 };

static const double PAY_MAX_MINOR = 1e9;
static const double POINTS_MAX    = 1e6; /* the papers' go to 100; a study of its own may scale otherwise */

static const char *const TASK_NAMES[]     = {"category", "reward", NULL}; /* in the order of enum learner_task */
static const char *const CATEGORY_NAMES[] = {"folty", "julty", NULL};     /* index = the learner's target */
static const char *const STAGE_NAMES[]    = {"instructions", "practice", "trials", "questionnaire", "finish", "finished", NULL};

struct study_part {
    const char *slug;
    const char *title;
    int         task;
};

static const struct json_field STUDY_FIELDS[] = {
    JSON_TEXT("slug", struct study_part, slug, 1, 64),
    JSON_TEXT("title", struct study_part, title, 0, TEXT_MAX_BYTES),
    JSON_NAME("task", struct study_part, task, TASK_NAMES),
};

static bool read_task(const struct json_value *value, enum learner_task *out, struct err *err)
{
    struct study_part part;

    if (!json_read_object(value, "study", STUDY_FIELDS, JSON_FIELD_COUNT(STUDY_FIELDS), &part, err)) return false;
    *out = part.task == LEARNER_TASK_CATEGORY ? LEARNER_TASK_CATEGORY : LEARNER_TASK_REWARD;
    return true;
}

/* Parse `body` and read its top object by a table. The caller frees *doc after use, also on failure. */
static bool read_body(struct span body, const struct json_field *fields, size_t field_count, void *out, struct json_doc **doc,
                      struct err *err)
{
    *doc = json_parse(body, err);
    return *doc != NULL && json_read_object(json_root(*doc), "", fields, field_count, out, err);
}

/* Members that a simulated person has no use for. They are named all the same: one that nobody expects may be an answer let out. */
struct unused {
    const struct json_value *value;
    const char              *text;
    bool                     flag;
    int                      number;
};

struct open_study_part {
    struct unused            unused;
    const struct json_value *study;
    const struct json_value *consent;
    const char              *consent_text;
    const char              *consent_sha256;
    bool                     is_open;
    bool                     is_full;
};

bool open_study_read(struct span body, struct open_study *out, struct err *err)
{
    static const struct json_field TOP_FIELDS[] = {
        JSON_VALUE("study", struct open_study_part, study),
        JSON_VALUE("consent", struct open_study_part, consent),
        JSON_BOOL("is_open", struct open_study_part, is_open),
        JSON_BOOL("is_full", struct open_study_part, is_full),
        JSON_BOOL("is_pilot", struct open_study_part, unused.flag),
        JSON_TEXT("platform", struct open_study_part, unused.text, 0, TEXT_MAX_BYTES),
        JSON_OPTIONAL_VALUE("data_protection", struct open_study_part, unused.value),
        JSON_OPTIONAL_VALUE("contact", struct open_study_part, unused.value),
        JSON_VALUE("age", struct open_study_part, unused.value),
        JSON_VALUE("eligibility", struct open_study_part, unused.value),
        JSON_VALUE("inputs", struct open_study_part, unused.value),
        JSON_OPTIONAL_TEXT("closed_reason", struct open_study_part, unused.text, 0, TEXT_MAX_BYTES),
        JSON_OPTIONAL_VALUE("no_consent_return", struct open_study_part, unused.value),
        JSON_OPTIONAL_VALUE("quota_full_return", struct open_study_part, unused.value),
    };
    static const struct json_field CONSENT_FIELDS[] = {
        JSON_TEXT("text", struct open_study_part, consent_text, 0, TEXT_MAX_BYTES),
        JSON_TEXT("sha256", struct open_study_part, consent_sha256, SECRET_HEX_BYTES - 1, SECRET_HEX_BYTES - 1),
        JSON_TEXT("language", struct open_study_part, unused.text, 0, TEXT_MAX_BYTES),
        JSON_INT("version", struct open_study_part, unused.number, 0, 1e9),
    };
    struct open_study_part part = {0};
    struct json_doc       *doc  = NULL;
    bool                   ok;

    ok = read_body(body, TOP_FIELDS, JSON_FIELD_COUNT(TOP_FIELDS), &part, &doc, err) &&
         json_read_object(part.consent, "consent", CONSENT_FIELDS, JSON_FIELD_COUNT(CONSENT_FIELDS), &part, err) &&
         read_task(part.study, &out->task, err);
    if (ok) {
        (void)snprintf(out->consent_sha256, sizeof out->consent_sha256, "%s", part.consent_sha256);
        out->is_open = part.is_open;
        out->is_full = part.is_full;
    }
    json_free(doc);
    return ok;
}

static bool read_hash(const struct json_value *value, struct secret_hash *out)
{
    const char *hex = NULL;

    return json_as_text(value, &hex) && secret_from_hex(hex, out);
}

/* The pictures of one trial, left before right. */
static bool read_trial_stimuli(const struct json_value *array, enum learner_task task, struct secret_hash *out, struct err *err)
{
    int                      image_count = person_image_count(task);
    const struct json_value *value;

    if (json_array_count(array) != image_count)
        return err_set(err, ERR_INVALID, "field 'stimuli' does not name %d picture(s) for a trial", image_count);
    value = json_first(array);
    for (int i = 0; i < image_count; i++, value = json_next(value))
        if (!read_hash(value, &out[i])) return err_set(err, ERR_INVALID, "field 'stimuli' holds something that is no SHA-256");
    return true;
}

struct phase_part {
    int                      count;
    int                      next_index;
    const struct json_value *stimuli;
};

static bool read_phase(const struct json_value *value, const char *where, enum learner_task task, struct session_phase *out,
                       struct err *err)
{
    static const struct json_field PHASE_FIELDS[] = {
        JSON_INT("count", struct phase_part, count, 0, SESSION_TRIAL_MAX),
        JSON_INT("next_index", struct phase_part, next_index, 0, SESSION_TRIAL_MAX),
        JSON_VALUE("stimuli", struct phase_part, stimuli),
    };
    int                      image_count = person_image_count(task);
    struct phase_part        part;
    const struct json_value *trial;

    if (!json_read_object(value, where, PHASE_FIELDS, JSON_FIELD_COUNT(PHASE_FIELDS), &part, err)) return false;
    if (json_array_count(part.stimuli) != part.count)
        return err_set(err, ERR_INVALID, "field '%s.stimuli' has %d entries where 'count' is %d", where,
                       json_array_count(part.stimuli), part.count);
    out->count      = part.count;
    out->next_index = part.next_index;
    out->stimuli    = calloc((size_t)(part.count * image_count) + 1, sizeof *out->stimuli);
    if (out->stimuli == NULL) return err_no_memory(err);
    trial = json_first(part.stimuli);
    for (int i = 0; i < part.count; i++, trial = json_next(trial))
        if (!read_trial_stimuli(trial, task, out->stimuli + (size_t)i * (size_t)image_count, err))
            return err_wrap(err, "%s trial %d", where, i);
    return true;
}

struct comprehension_part {
    const struct json_value *question_ids;
    int                      attempt_count;
};

static bool read_questions(const struct json_value *value, struct session_document *out, struct err *err)
{
    static const struct json_field COMPREHENSION_FIELDS[] = {
        JSON_VALUE("question_ids", struct comprehension_part, question_ids),
        JSON_INT("attempt_count", struct comprehension_part, attempt_count, 0, 1e9),
    };
    struct comprehension_part part;
    const struct json_value  *id;

    if (!json_read_object(value, "comprehension", COMPREHENSION_FIELDS, JSON_FIELD_COUNT(COMPREHENSION_FIELDS), &part, err))
        return false;
    out->question_count = json_array_count(part.question_ids);
    if (out->question_count < 0 || out->question_count > SESSION_QUESTION_MAX)
        return err_set(err, ERR_INVALID, "field 'comprehension.question_ids' must be an array of up to %d", SESSION_QUESTION_MAX);
    id = json_first(part.question_ids);
    for (int i = 0; i < out->question_count; i++, id = json_next(id)) {
        const char *text = NULL;

        if (!json_as_text(id, &text) || strlen(text) >= SESSION_QUESTION_BYTES)
            return err_set(err, ERR_INVALID, "field 'comprehension.question_ids' holds something that is no id");
        (void)snprintf(out->question_ids[i], SESSION_QUESTION_BYTES, "%s", text);
    }
    return true;
}

struct session_part {
    struct unused            unused;
    const struct json_value *study;
    const struct json_value *display;
    const struct json_value *pay;
    const struct json_value *comprehension;
    const struct json_value *practice;
    const struct json_value *trials;
    const struct json_value *completion;
    int                      stage;
    int64_t                  pay_so_far_minor;
};

static const struct json_field SESSION_FIELDS[] = {
    JSON_VALUE("study", struct session_part, study),
    JSON_VALUE("display", struct session_part, display),
    JSON_VALUE("pay", struct session_part, pay),
    JSON_NAME("stage", struct session_part, stage, STAGE_NAMES),
    JSON_VALUE("comprehension", struct session_part, comprehension),
    JSON_VALUE("practice", struct session_part, practice),
    JSON_VALUE("trials", struct session_part, trials),
    JSON_I64("pay_so_far_minor", struct session_part, pay_so_far_minor, 0, PAY_MAX_MINOR),
    JSON_OPTIONAL_VALUE("completion", struct session_part, completion),
    JSON_BOOL("is_pilot", struct session_part, unused.flag),
    JSON_TEXT("language", struct session_part, unused.text, 0, TEXT_MAX_BYTES),
    JSON_OPTIONAL_VALUE("debriefing", struct session_part, unused.value),
};

bool session_document_read(struct span body, struct session_document *out, struct err *err)
{
    struct session_part part = {0};
    struct json_doc    *doc  = NULL;
    bool                ok;

    *out = (struct session_document){0};
    ok   = read_body(body, SESSION_FIELDS, JSON_FIELD_COUNT(SESSION_FIELDS), &part, &doc, err) &&
         read_task(part.study, &out->task, err) && read_questions(part.comprehension, out, err) &&
         read_phase(part.practice, "practice", out->task, &out->practice, err) &&
         read_phase(part.trials, "trials", out->task, &out->trials, err);
    if (!ok) session_document_close(out);
    json_free(doc);
    return ok;
}

void session_document_close(struct session_document *document)
{
    free(document->practice.stimuli);
    free(document->trials.stimuli);
    *document = (struct session_document){0};
}

struct trial_part {
    int                      trial_index;
    int                      response;
    bool                     is_correct;
    int                      category;
    const struct json_value *points;
    int64_t                  pay_so_far_minor;
    const struct json_value *next;
    int                      next_index;
    const struct json_value *next_stimuli;
};

#define TRIAL_REPLY_SHARED_FIELDS                                                                                                \
    JSON_INT("trial_index", struct trial_part, trial_index, 0, SESSION_TRIAL_MAX),                                               \
        JSON_INT("response", struct trial_part, response, 0, 1), JSON_BOOL("is_correct", struct trial_part, is_correct),         \
        JSON_I64("pay_so_far_minor", struct trial_part, pay_so_far_minor, 0, PAY_MAX_MINOR),                                     \
        JSON_OPTIONAL_VALUE("next", struct trial_part, next)

static const struct json_field CATEGORY_REPLY_FIELDS[] = {
    TRIAL_REPLY_SHARED_FIELDS,
    JSON_NAME("category", struct trial_part, category, CATEGORY_NAMES),
};

static const struct json_field REWARD_REPLY_FIELDS[] = {
    TRIAL_REPLY_SHARED_FIELDS,
    JSON_VALUE("points", struct trial_part, points),
};

static bool read_points(const struct json_value *array, double points[IMAGE_MAX], struct err *err)
{
    const struct json_value *value;

    if (json_array_count(array) != IMAGE_MAX) return err_set(err, ERR_INVALID, "field 'points' must hold two numbers");
    value = json_first(array);
    for (int i = 0; i < IMAGE_MAX; i++, value = json_next(value))
        if (!json_as_f64(value, &points[i]) || points[i] < -POINTS_MAX || points[i] > POINTS_MAX)
            return err_set(err, ERR_INVALID, "field 'points' must hold two numbers within +-%.0f", POINTS_MAX);
    return true;
}

static bool read_next(struct trial_part *part, enum learner_task task, struct trial_reply *out, struct err *err)
{
    static const struct json_field NEXT_FIELDS[] = {
        JSON_INT("trial_index", struct trial_part, next_index, 0, SESSION_TRIAL_MAX),
        JSON_VALUE("stimuli", struct trial_part, next_stimuli),
    };

    out->has_next = part->next != NULL;
    if (!out->has_next) return true;
    if (!json_read_object(part->next, "next", NEXT_FIELDS, JSON_FIELD_COUNT(NEXT_FIELDS), part, err)) return false;
    out->next_index = part->next_index;
    return read_trial_stimuli(part->next_stimuli, task, out->next_stimuli, err);
}

bool trial_reply_read(struct span body, enum learner_task task, struct trial_reply *out, struct err *err)
{
    bool                     is_category = task == LEARNER_TASK_CATEGORY;
    const struct json_field *fields      = is_category ? CATEGORY_REPLY_FIELDS : REWARD_REPLY_FIELDS;
    struct trial_part        part        = {0};
    struct json_doc         *doc         = NULL;
    bool                     ok;

    _Static_assert(JSON_FIELD_COUNT(CATEGORY_REPLY_FIELDS) == JSON_FIELD_COUNT(REWARD_REPLY_FIELDS), "one count for both");
    *out = (struct trial_reply){0};
    ok   = read_body(body, fields, JSON_FIELD_COUNT(CATEGORY_REPLY_FIELDS), &part, &doc, err) &&
         (is_category || read_points(part.points, out->targets, err)) && read_next(&part, task, out, err);
    if (is_category) out->targets[0] = part.category;
    out->trial_index      = part.trial_index;
    out->response         = part.response;
    out->is_correct       = part.is_correct;
    out->pay_so_far_minor = part.pay_so_far_minor;
    json_free(doc);
    return ok;
}

struct comprehension_reply_part {
    struct unused unused;
    bool          is_passed;
    int           attempt_count;
};

bool comprehension_reply_read(struct span body, bool *is_passed, struct err *err)
{
    static const struct json_field FIELDS[] = {
        JSON_BOOL("is_passed", struct comprehension_reply_part, is_passed),
        JSON_INT("attempt_count", struct comprehension_reply_part, attempt_count, 1, 1e9),
        JSON_OPTIONAL_INT("attempts_left", struct comprehension_reply_part, unused.number, 0, 1e9),
        JSON_BOOL("is_over", struct comprehension_reply_part, unused.flag),
        JSON_OPTIONAL_VALUE("return", struct comprehension_reply_part, unused.value),
    };
    struct comprehension_reply_part part = {0};
    struct json_doc                *doc  = NULL;
    bool                            ok   = read_body(body, FIELDS, JSON_FIELD_COUNT(FIELDS), &part, &doc, err);

    *is_passed = part.is_passed;
    json_free(doc);
    return ok;
}

struct completion_part {
    struct unused            unused;
    const struct json_value *completion;
    const char              *url;
    const char              *code;
    int64_t                  pay_minor;
};

bool completion_reply_read(struct span body, int64_t *pay_minor, struct err *err)
{
    static const struct json_field TOP_FIELDS[] = {
        JSON_VALUE("completion", struct completion_part, completion),
        JSON_OPTIONAL_VALUE("debriefing", struct completion_part, unused.value),
    };
    static const struct json_field COMPLETION_FIELDS[] = {
        JSON_TEXT("method", struct completion_part, unused.text, 0, TEXT_MAX_BYTES),
        JSON_VALUE("fields", struct completion_part, unused.value),
        JSON_TEXT("url", struct completion_part, url, 0, TEXT_MAX_BYTES),
        JSON_TEXT("code", struct completion_part, code, 0, TEXT_MAX_BYTES),
        JSON_I64("pay_minor", struct completion_part, pay_minor, 0, PAY_MAX_MINOR),
    };
    struct completion_part part = {0};
    struct json_doc       *doc  = NULL;
    bool                   ok   = read_body(body, TOP_FIELDS, JSON_FIELD_COUNT(TOP_FIELDS), &part, &doc, err) &&
              json_read_object(part.completion, "completion", COMPLETION_FIELDS, JSON_FIELD_COUNT(COMPLETION_FIELDS), &part, err);

    *pay_minor = part.pay_minor;
    json_free(doc);
    return ok;
}

void error_reply_read(int status, struct span body, struct error_reply *out)
{
    struct json_doc         *doc   = json_parse(body, NULL);
    const struct json_value *error = doc != NULL && json_is_object(json_root(doc)) ? json_member(json_root(doc), "error") : NULL;
    const char              *kind  = NULL;
    const char              *message = NULL;

    if (json_is_object(error) && json_as_text(json_member(error, "kind"), &kind) &&
        json_as_text(json_member(error, "message"), &message)) {
        (void)snprintf(out->kind, sizeof out->kind, "%s", kind);
        (void)snprintf(out->message, sizeof out->message, "%s", message);
    } else {
        int shown = (int)(body.length < ERROR_BODY_SHOWN_BYTES ? body.length : ERROR_BODY_SHOWN_BYTES);

        (void)snprintf(out->kind, sizeof out->kind, "http_%d", status);
        (void)snprintf(out->message, sizeof out->message, "the reply is not an error of this protocol: %.*s", shown,
                       body.data == NULL ? "" : body.data);
    }
    json_free(doc);
}
