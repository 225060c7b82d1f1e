#include "task/setting_notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "task/condition.h"
#include "json/json_read.h"

enum {
    TRIAL_COUNT_MAX            = 1000,
    PRACTICE_COUNT_MAX         = 20,
    DISPLAY_MS_MAX             = 60 * 1000,
    IMAGE_HEIGHT_PX_MAX        = 2000,
    PAY_MINOR_MAX              = 1000 * 1000, /* 10,000.00: a slip of the key should not cost more */
    SESSIONS_PER_CONDITION_MAX = 100 * 1000,
    ABSENCE_MINUTES_MAX        = 30 * 24 * 60,

    COMPREHENSION_ATTEMPTS_LIMIT = 100,
    DIMENSION_INDEX_MAX          = 100 * 1000,
    BLIND_SESSIONS_MAX           = 1000 * 1000,
};

#define LOADING_MAX_MIN 1e-6
#define LOADING_MAX_MAX 1e6

static const char *const COUNTERBALANCE_NAMES[COUNTERBALANCE_COUNT + 1] = {
    [COUNTERBALANCE_ALTERNATE] = "alternate", [COUNTERBALANCE_JULTY_LOW] = "julty_low", [COUNTERBALANCE_COUNT] = NULL};

static const char CONSENT_DEFAULT[] = "You are invited to take part in a study on how people learn about images.\n\n"
                                      "You will look at pictures of everyday things and make simple choices by pressing keys. It "
                                      "takes about 20 minutes. There are no "
                                      "risks beyond those of ordinary computer use.\n\n"
                                      "We record your responses, how long they take, and your answers to a few final questions. "
                                      "Nothing that identifies you is stored "
                                      "with them. Taking part is voluntary: you can stop at any time by closing the page.\n\n"
                                      "By continuing you confirm that you are at least 18 years old and agree to take part.";

/* What JSON gives before it becomes settings: the texts are borrowed from the document. */
struct settings_message {
    struct study_settings    settings;
    const char              *currency;
    const char              *completion_url;
    const char              *completion_code;
    const char              *consent_text;
    int                      counterbalance;
    const struct json_value *dimensions;
    const struct json_value *blind;
    const struct json_value *inputs;
    const struct json_value *recruitment;
    const struct json_value *learners;
};

#define SETTING_INT(name_, member_, min_, max_) JSON_OPTIONAL_INT(name_, struct settings_message, settings.member_, min_, max_)
#define SETTING_I64(name_, member_, min_, max_)                                                                                  \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_I64, .offset = offsetof(struct settings_message, settings.member_), .min = (min_),    \
        .max = (max_), .is_optional = true                                                                                       \
    }
#define SETTING_TEXT(member_, min_, max_) JSON_OPTIONAL_TEXT(#member_, struct settings_message, member_, min_, max_)

const struct json_field STUDY_SETTING_FIELDS[] = {
    SETTING_INT("trial_count", trial_count, 1, TRIAL_COUNT_MAX),
    SETTING_INT("practice_count", practice_count, 0, PRACTICE_COUNT_MAX),
    SETTING_INT("feedback_ms", feedback_ms, 0, DISPLAY_MS_MAX),
    SETTING_INT("blank_ms", blank_ms, 0, DISPLAY_MS_MAX),
    SETTING_INT("image_height_px", image_height_px, 50, IMAGE_HEIGHT_PX_MAX),
    JSON_OPTIONAL_BOOL("is_fullscreen_required", struct settings_message, settings.is_fullscreen_required),
    SETTING_TEXT(currency, 3, 3),
    SETTING_I64("base_minor", pay.base_minor, 0, PAY_MINOR_MAX),
    SETTING_I64("per_correct_minor", pay.per_correct_minor, 0, PAY_MINOR_MAX),
    SETTING_I64("max_bonus_minor", pay.max_bonus_minor, 0, PAY_MINOR_MAX),
    SETTING_I64("partial_minimum_minor", pay.partial_minimum_minor, 0, PAY_MINOR_MAX),
    SETTING_I64("partial_per_trial_minor", pay.partial_per_trial_minor, 0, PAY_MINOR_MAX),
    SETTING_INT("comprehension_attempts_max", comprehension_attempts_max, 0, COMPREHENSION_ATTEMPTS_LIMIT),
    SETTING_INT("sessions_per_condition", sessions_per_condition, 1, SESSIONS_PER_CONDITION_MAX),
    SETTING_INT("absence_minutes", absence_minutes, 1, ABSENCE_MINUTES_MAX),
    SETTING_TEXT(completion_url, 0, URL_BYTES - 1),
    SETTING_TEXT(completion_code, 0, CODE_BYTES - 1),
    SETTING_TEXT(consent_text, 1, TEXT_SETTING_BYTES - 1),
    JSON_OPTIONAL_VALUE("inputs", struct settings_message, inputs),
    JSON_OPTIONAL_VALUE("recruitment", struct settings_message, recruitment),
    JSON_OPTIONAL_VALUE("dimensions", struct settings_message, dimensions),
    SETTING_INT("bin_count", bin_count, 1, CONDITION_BIN_MAX),
    JSON_OPTIONAL_REAL("loading_max", struct settings_message, settings.loading_max, LOADING_MAX_MIN, LOADING_MAX_MAX),
    SETTING_INT("longest_run_of_category", longest_run_of_category, 0, TRIAL_COUNT_MAX),
    {.name        = "counterbalance",
     .kind        = JSON_KIND_NAME,
     .offset      = offsetof(struct settings_message, counterbalance),
     .names       = COUNTERBALANCE_NAMES,
     .is_optional = true},
    JSON_OPTIONAL_VALUE("blind", struct settings_message, blind),
    JSON_OPTIONAL_VALUE("learners", struct settings_message, learners),
};

const size_t STUDY_SETTING_FIELD_COUNT = JSON_FIELD_COUNT(STUDY_SETTING_FIELDS);

struct blind_message {
    struct blind_rule rule;
    const char       *stop_at;
};

const struct json_field BLIND_FIELDS[] = {
    JSON_OPTIONAL_BOOL("is_blind", struct blind_message, rule.is_blind),
    JSON_OPTIONAL_INT("stop_finished_sessions", struct blind_message, rule.stop_finished_sessions, 0, BLIND_SESSIONS_MAX),
    JSON_OPTIONAL_TEXT("stop_at", struct blind_message, stop_at, 0, TIME_TEXT_BYTES - 1),
};

const size_t BLIND_FIELD_COUNT = JSON_FIELD_COUNT(BLIND_FIELDS);

enum learner_task study_learner_task(enum task_kind task)
{
    return task == TASK_REWARD ? LEARNER_TASK_REWARD : LEARNER_TASK_CATEGORY;
}

void study_settings_default(enum task_kind task, struct study_settings *out)
{
    bool       is_reward = task == TASK_REWARD;
    struct err err;

    *out = (struct study_settings){
        .trial_count            = is_reward ? 60 : 120,
        .practice_count         = is_reward ? 3 : 0,
        .feedback_ms            = is_reward ? 1500 : 2000,
        .blank_ms               = is_reward ? 1000 : 0,
        .image_height_px        = 400,
        .is_fullscreen_required = true,
        .allows_input           = {[INPUT_KEYBOARD] = true},
        .pay                    = {.currency          = "GBP",
                                   .base_minor        = 200,
                                   .per_correct_minor = is_reward ? 0 : 4,
                                   .max_bonus_minor   = is_reward ? 400 : 0},
        .sessions_per_condition = 1,
        .absence_minutes        = 120,
        .dimension_count        = 3,
        .dimensions             = {0, 1, 2},
        .bin_count              = CONDITION_BIN_COUNT,
        .loading_max            = CONDITION_LOADING_MAX,
        .learner_count          = 1,
    };
    recruitment_default(&out->recruitment);
    (void)snprintf(out->completion_code, sizeof out->completion_code, "DINOLAB");
    (void)snprintf(out->consent_text, sizeof out->consent_text, "%s", CONSENT_DEFAULT);
    if (!learner_spec_read(learner_default(study_learner_task(task)), study_learner_task(task), &out->learners[0], &err))
        out->learner_count = 0; /* not reached: a default learner is in the table, and a test says so */
}

static bool read_learners(enum task_kind task, const struct json_value *list, struct study_settings *out, struct err *err)
{
    int                      count = json_array_count(list);
    const struct json_value *item;

    if (count < 1 || count > STUDY_LEARNER_MAX)
        return err_set(err, ERR_INVALID, "field 'learners' must be a list of 1 to %d learners", STUDY_LEARNER_MAX);
    out->learner_count = 0;
    for (item = json_first(list); item != NULL; item = json_next(item)) {
        struct learner_spec *spec = &out->learners[out->learner_count];
        const char          *text;

        if (!json_as_text(item, &text))
            return err_set(err, ERR_INVALID, "field 'learners[%d]' must be a text", out->learner_count);
        if (!learner_spec_read(text, study_learner_task(task), spec, err))
            return err_wrap(err, "field 'learners[%d]'", out->learner_count);
        if (!learner_is_for_studies(spec))
            return err_set(err, ERR_INVALID,
                           "field 'learners[%d]': %s exists to compare with published numbers; a study cannot use it",
                           out->learner_count, spec->text);
        for (int i = 0; i < out->learner_count; i++)
            if (strcmp(out->learners[i].text, spec->text) == 0)
                return err_set(err, ERR_INVALID, "field 'learners[%d]' names %s again", out->learner_count, spec->text);
        out->learner_count++;
    }
    return true;
}

static bool read_dimensions(const struct json_value *list, struct study_settings *out, struct err *err)
{
    int     count = json_array_count(list);
    int64_t index;

    if (count < 1 || count > STUDY_DIMENSION_MAX)
        return err_set(err, ERR_INVALID, "field 'dimensions' must be a list of 1 to %d dimensions, the first of which is 0",
                       STUDY_DIMENSION_MAX);
    out->dimension_count = 0;
    memset(out->dimensions, 0, sizeof out->dimensions);
    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item)) {
        if (!json_as_i64(item, 0, DIMENSION_INDEX_MAX, &index))
            return err_set(err, ERR_INVALID, "field 'dimensions[%d]' must be an integer from 0 to %d", out->dimension_count,
                           DIMENSION_INDEX_MAX);
        for (int i = 0; i < out->dimension_count; i++)
            if (out->dimensions[i] == (int)index)
                return err_set(err, ERR_INVALID, "field 'dimensions[%d]' names dimension %d again", out->dimension_count,
                               (int)index);
        out->dimensions[out->dimension_count++] = (int)index;
    }
    return true;
}

static bool read_blind(const struct json_value *object, struct study_settings *out, struct err *err)
{
    struct blind_message message = {.rule = out->blind};

    if (!json_read_object(object, "blind", BLIND_FIELDS, BLIND_FIELD_COUNT, &message, err)) return false;
    if (!recruitment_read_time("blind.stop_at", message.stop_at, &message.rule.stop_at_ms, err)) return false;
    out->blind = message.rule;
    if (!out->blind.is_blind || out->blind.stop_finished_sessions != 0 || out->blind.stop_at_ms != 0) return true;
    return err_set(err, ERR_INVALID,
                   "field 'blind.stop_finished_sessions' or 'blind.stop_at' must say when a blind study shows its numbers");
}

static int input_by_name(const char *name)
{
    int kind = 0;

    while (kind < INPUT_COUNT && strcmp(name, INPUT_NAMES[kind]) != 0) kind++;
    return kind;
}

static bool read_inputs(const struct json_value *list, struct study_settings *out, struct err *err)
{
    const char *name;

    if (json_array_count(list) < 1) return err_set(err, ERR_INVALID, "field 'inputs' must be a list of keyboard, touch, mouse");
    memset(out->allows_input, 0, sizeof out->allows_input);
    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item)) {
        int kind = json_as_text(item, &name) ? input_by_name(name) : INPUT_COUNT;

        if (kind == INPUT_COUNT || out->allows_input[kind])
            return err_set(err, ERR_INVALID, "field 'inputs' must be a list of keyboard, touch, mouse, each once");
        out->allows_input[kind] = true;
    }
    return true;
}

/* ISO 4217 currencies whose minor unit is not a hundredth; amounts are shown and exported with two decimals. */
static bool has_hundredths(const char *currency)
{
    static const char OTHERS[] =
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF BHD IQD JOD KWD LYD OMR TND CLF UYW";

    return strstr(OTHERS, currency) == NULL;
}

static bool take_texts(const struct settings_message *message, struct study_settings *out, struct err *err)
{
    bool has_web_url = message->completion_url == NULL || message->completion_url[0] == '\0' ||
                       strncmp(message->completion_url, "https://", 8) == 0 ||
                       strncmp(message->completion_url, "http://", 7) == 0;

    if (!has_web_url) return err_set(err, ERR_INVALID, "field 'completion_url' must start with https:// or http://");
    if (message->currency != NULL) (void)snprintf(out->pay.currency, sizeof out->pay.currency, "%s", message->currency);
    if (strspn(out->pay.currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return err_set(err, ERR_INVALID, "field 'currency' must be three capital letters, such as GBP");
    if (!has_hundredths(out->pay.currency))
        return err_set(err, ERR_INVALID, "field 'currency': %s is not divided into hundredths, which pay is counted in",
                       out->pay.currency);
    if (message->completion_url != NULL)
        (void)snprintf(out->completion_url, sizeof out->completion_url, "%s", message->completion_url);
    if (message->completion_code != NULL)
        (void)snprintf(out->completion_code, sizeof out->completion_code, "%s", message->completion_code);
    if (message->consent_text != NULL) (void)snprintf(out->consent_text, sizeof out->consent_text, "%s", message->consent_text);
    return true;
}

static bool check_together(enum task_kind task, const struct study_settings *settings, struct err *err)
{
    if (task == TASK_CATEGORY && settings->practice_count != 0)
        return err_set(err, ERR_INVALID, "field 'practice_count' must be 0: category learning has no practice trials");
    if (task == TASK_REWARD && settings->longest_run_of_category != 0)
        return err_set(err, ERR_INVALID, "field 'longest_run_of_category' must be 0: reward learning has no categories");
    return true;
}

bool study_settings_read(enum task_kind task, struct span json, struct study_settings *out, struct err *err)
{
    struct settings_message *message = calloc(1, sizeof *message);
    struct json_doc         *doc     = NULL;
    bool                     ok      = false;

    if (message == NULL) return err_no_memory(err);
    study_settings_default(task, &message->settings);
    message->counterbalance = (int)message->settings.counterbalance;
    if (json.length > 0) {
        doc = json_parse(json, err);
        if (doc == NULL) goto done;
        if (!json_read_object(json_root(doc), "", STUDY_SETTING_FIELDS, STUDY_SETTING_FIELD_COUNT, message, err)) goto done;
    }
    *out                = message->settings;
    out->counterbalance = (enum counterbalance)message->counterbalance;
    if (message->dimensions != NULL && !read_dimensions(message->dimensions, out, err)) goto done;
    if (message->blind != NULL && !read_blind(message->blind, out, err)) goto done;
    if (!take_texts(message, out, err)) goto done;
    if (message->learners != NULL && !read_learners(task, message->learners, out, err)) goto done;
    if (message->inputs != NULL && !read_inputs(message->inputs, out, err)) goto done;
    if (message->recruitment != NULL && !recruitment_read(message->recruitment, &out->recruitment, err)) goto done;
    ok = check_together(task, out, err);
done:
    json_free(doc);
    free(message);
    return ok;
}

void study_settings_write(const struct study_settings *settings, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "trial_count", settings->trial_count);
    json_i64(&writer, "practice_count", settings->practice_count);
    json_i64(&writer, "feedback_ms", settings->feedback_ms);
    json_i64(&writer, "blank_ms", settings->blank_ms);
    json_i64(&writer, "image_height_px", settings->image_height_px);
    json_bool(&writer, "is_fullscreen_required", settings->is_fullscreen_required);
    json_text(&writer, "currency", settings->pay.currency);
    json_i64(&writer, "base_minor", settings->pay.base_minor);
    json_i64(&writer, "per_correct_minor", settings->pay.per_correct_minor);
    json_i64(&writer, "max_bonus_minor", settings->pay.max_bonus_minor);
    json_i64(&writer, "partial_minimum_minor", settings->pay.partial_minimum_minor);
    json_i64(&writer, "partial_per_trial_minor", settings->pay.partial_per_trial_minor);
    json_i64(&writer, "comprehension_attempts_max", settings->comprehension_attempts_max);
    json_begin_array(&writer, "inputs");
    for (int i = 0; i < INPUT_COUNT; i++)
        if (settings->allows_input[i]) json_text(&writer, NULL, INPUT_NAMES[i]);
    json_end_array(&writer);
    recruitment_write(&settings->recruitment, "recruitment", &writer);
    json_i64(&writer, "sessions_per_condition", settings->sessions_per_condition);
    json_i64(&writer, "absence_minutes", settings->absence_minutes);
    json_text(&writer, "completion_url", settings->completion_url);
    json_text(&writer, "completion_code", settings->completion_code);
    json_text(&writer, "consent_text", settings->consent_text);
    json_begin_array(&writer, "dimensions");
    for (int i = 0; i < settings->dimension_count; i++) json_i64(&writer, NULL, settings->dimensions[i]);
    json_end_array(&writer);
    json_i64(&writer, "bin_count", settings->bin_count);
    json_f64(&writer, "loading_max", settings->loading_max);
    json_i64(&writer, "longest_run_of_category", settings->longest_run_of_category);
    json_text(&writer, "counterbalance", COUNTERBALANCE_NAMES[settings->counterbalance]);
    json_begin_object(&writer, "blind");
    json_bool(&writer, "is_blind", settings->blind.is_blind);
    json_i64(&writer, "stop_finished_sessions", settings->blind.stop_finished_sessions);
    recruitment_write_time(&writer, "stop_at", settings->blind.stop_at_ms);
    json_end_object(&writer);
    json_begin_array(&writer, "learners");
    for (int i = 0; i < settings->learner_count; i++) json_text(&writer, NULL, settings->learners[i].text);
    json_end_array(&writer);
    json_end_object(&writer);
}

bool study_settings_hides(const struct study_settings *settings, int64_t finished_count, int64_t now_ms)
{
    const struct blind_rule *rule = &settings->blind;

    if (!rule->is_blind) return false;
    if (rule->stop_finished_sessions != 0 && finished_count >= rule->stop_finished_sessions) return false;
    return rule->stop_at_ms == 0 || now_ms < rule->stop_at_ms;
}

void study_settings_return(const struct study_settings *settings, enum outcome outcome, const struct arrival *arrival,
                           struct return_link *out)
{
    platform_return(&settings->recruitment.platform, outcome, arrival, out);
    if (outcome != OUTCOME_COMPLETED) return;
    if (out->code[0] == '\0') (void)snprintf(out->code, sizeof out->code, "%s", settings->completion_code);
    if (out->url[0] == '\0') (void)snprintf(out->url, sizeof out->url, "%s", settings->completion_url);
}
