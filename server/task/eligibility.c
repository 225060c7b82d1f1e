#include "task/eligibility.h"

#include <stdio.h>
#include <string.h>

#include "base/language_tag.h"

enum { AGE_DEFAULT_MIN = 18, AGE_DEFAULT_MAX = 90, QUESTION_TEXT_MAX = 1000, OPTION_TEXT_MAX = 300 };

static const char FALLBACK_LANGUAGE[] = "en";

void eligibility_default(struct eligibility *out)
{
    *out = (struct eligibility){.age_min = AGE_DEFAULT_MIN, .age_max = AGE_DEFAULT_MAX};
    (void)snprintf(out->json, sizeof out->json, "[]");
}

/* --- reading a study's questions --- */

struct question_message {
    const char              *id;
    const struct json_value *question;
    const struct json_value *options;
    const struct json_value *accepted;
};

static const struct json_field QUESTION_FIELDS[] = {
    JSON_TEXT("id", struct question_message, id, 1, ELIGIBILITY_ID_BYTES - 1),
    JSON_VALUE("question", struct question_message, question),
    JSON_VALUE("options", struct question_message, options),
    JSON_VALUE("accepted", struct question_message, accepted),
};

static bool check_wording(const struct json_value *by_language, const char *where, struct err *err)
{
    char        tag[LANGUAGE_TAG_BYTES];
    const char *text;

    if (!json_is_object(by_language) || json_first(by_language) == NULL)
        return err_set(err, ERR_INVALID, "field '%s.question' must be an object of texts by language", where);
    for (const struct json_value *item = json_first(by_language); item != NULL; item = json_next(item)) {
        if (!language_tag_read(json_name(item), tag) ||
            strcmp(tag, json_name(item)) != 0) /* it is looked up in the usual spelling */
            return err_set(err, ERR_INVALID, "field '%s.question.%.40s': a language tag such as en or de-AT is expected", where,
                           json_name(item));
        if (!json_as_text(item, &text) || text[0] == '\0' || strlen(text) > QUESTION_TEXT_MAX)
            return err_set(err, ERR_INVALID, "field '%s.question.%.40s' must be a text of at most %d bytes", where,
                           json_name(item), QUESTION_TEXT_MAX);
    }
    return true;
}

static bool check_options_of(const struct json_value *list, const char *where, const char *language, int *count, struct err *err)
{
    int         here = json_array_count(list);
    const char *text;

    if (here < 2 || here > ELIGIBILITY_OPTION_MAX)
        return err_set(err, ERR_INVALID, "field '%s.options.%.40s' must be a list of 2 to %d texts", where, language,
                       ELIGIBILITY_OPTION_MAX);
    if (*count != 0 && *count != here)
        return err_set(err, ERR_INVALID, "field '%s.options' must have as many options in every language", where);
    *count = here;
    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item))
        if (!json_as_text(item, &text) || text[0] == '\0' || strlen(text) > OPTION_TEXT_MAX)
            return err_set(err, ERR_INVALID, "field '%s.options.%.40s' must hold texts of at most %d bytes", where, language,
                           OPTION_TEXT_MAX);
    return true;
}

static bool check_options(const struct question_message *message, const char *where, int *count, struct err *err)
{
    *count = 0;
    if (!json_is_object(message->options) || json_first(message->options) == NULL)
        return err_set(err, ERR_INVALID, "field '%s.options' must be an object of lists by language", where);
    for (const struct json_value *list = json_first(message->options); list != NULL; list = json_next(list)) {
        if (!check_options_of(list, where, json_name(list), count, err)) return false;
        if (json_member(message->question, json_name(list)) == NULL)
            return err_set(err, ERR_INVALID, "field '%s.question' lacks the language '%.40s' of its options", where,
                           json_name(list));
    }
    for (const struct json_value *text = json_first(message->question); text != NULL; text = json_next(text))
        if (json_member(message->options, json_name(text)) == NULL)
            return err_set(err, ERR_INVALID, "field '%s.options' lacks the language '%.40s' of its question", where,
                           json_name(text));
    return true;
}

static bool read_accepted(const struct json_value *list, const char *where, struct eligibility_question *out, struct err *err)
{
    int64_t option;

    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item)) {
        if (!json_as_i64(item, 0, out->option_count - 1, &option))
            return err_set(err, ERR_INVALID, "field '%s.accepted' must hold option indices from 0 to %d", where,
                           out->option_count - 1);
        out->accepted |= 1U << option;
    }
    if (json_array_count(list) < 1 || out->accepted == 0)
        return err_set(err, ERR_INVALID, "field '%s.accepted' must be a list of at least one option index", where);
    return true;
}

static bool is_taken(const struct eligibility *eligibility, const char *id)
{
    for (int i = 0; i < eligibility->question_count; i++)
        if (strcmp(eligibility->questions[i].id, id) == 0) return true;
    return strcmp(id, "age") == 0; /* stored beside the others */
}

static bool read_question(const struct json_value *item, struct eligibility *out, struct err *err)
{
    struct eligibility_question *question = &out->questions[out->question_count];
    struct question_message      message  = {0};
    char                         where[40];

    (void)snprintf(where, sizeof where, "eligibility[%d]", out->question_count);
    if (!json_read_object(item, where, QUESTION_FIELDS, JSON_FIELD_COUNT(QUESTION_FIELDS), &message, err)) return false;
    if (!text_is_slug(message.id) || is_taken(out, message.id))
        return err_set(err, ERR_INVALID,
                       "field '%s.id' must be a name of its own, of small letters, digits, _ and -, and not 'age'", where);
    *question = (struct eligibility_question){0};
    if (!check_wording(message.question, where, err) || !check_options(&message, where, &question->option_count, err) ||
        !read_accepted(message.accepted, where, question, err))
        return false;
    (void)snprintf(question->id, sizeof question->id, "%s", message.id);
    out->question_count++;
    return true;
}

bool eligibility_read(const struct json_value *list, struct eligibility *out, struct err *err)
{
    int         count = json_array_count(list);
    struct text text;
    bool        ok;

    if (count < 0 || count > ELIGIBILITY_QUESTION_MAX)
        return err_set(err, ERR_INVALID, "field 'eligibility' must be a list of at most %d questions", ELIGIBILITY_QUESTION_MAX);
    out->question_count = 0;
    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item))
        if (!read_question(item, out, err)) return false;
    text_init(&text);
    json_copy(list, &text);
    ok = text_ok(&text, err);
    if (ok && text.length >= sizeof out->json)
        ok = err_set(err, ERR_INVALID, "field 'eligibility' is longer than %d bytes", ELIGIBILITY_TEXT_BYTES - 1);
    if (ok) memset(out->json, 0, sizeof out->json);
    if (ok) memcpy(out->json, text.data, text.length);
    text_close(&text);
    return ok;
}

/* --- asking --- */

static const struct json_value *in_language(const struct json_value *by_language, const char *language)
{
    const struct json_value *found = NULL;
    char                     tag[LANGUAGE_TAG_BYTES];
    bool                     is_tag = language_tag_read(language, tag);

    while (is_tag && found == NULL) {
        found  = json_member(by_language, tag);
        is_tag = language_tag_shorten(tag);
    }
    if (found == NULL) found = json_member(by_language, FALLBACK_LANGUAGE);
    return found != NULL ? found : json_first(by_language);
}

static void write_question(const struct json_value *question, const char *language, struct json_writer *writer)
{
    const char *text = "";

    json_begin_object(writer, NULL);
    if (json_as_text(json_member(question, "id"), &text)) json_text(writer, "id", text);
    if (json_as_text(in_language(json_member(question, "question"), language), &text)) json_text(writer, "question", text);
    json_begin_array(writer, "options");
    for (const struct json_value *item = json_first(in_language(json_member(question, "options"), language)); item != NULL;
         item                          = json_next(item))
        if (json_as_text(item, &text)) json_text(writer, NULL, text);
    json_end_array(writer);
    json_end_object(writer);
}

bool eligibility_write(const struct eligibility *eligibility, const char *language, const char *key, struct json_writer *writer,
                       struct err *err)
{
    struct json_doc *doc = json_parse(span_of(eligibility->json), err);

    if (doc == NULL) return false;
    json_begin_array(writer, key);
    for (const struct json_value *item = json_first(json_root(doc)); item != NULL; item = json_next(item))
        write_question(item, language, writer);
    json_end_array(writer);
    json_free(doc);
    return true;
}

/* --- answers --- */

static int question_by_id(const struct eligibility *eligibility, const char *id)
{
    for (int i = 0; i < eligibility->question_count; i++)
        if (strcmp(eligibility->questions[i].id, id) == 0) return i;
    return -1;
}

bool eligibility_answers_read(const struct eligibility *eligibility, const struct json_value *object, int age,
                              struct eligibility_answers *out, struct err *err)
{
    int64_t option;

    out->age = age;
    for (int i = 0; i < ELIGIBILITY_QUESTION_MAX; i++) out->options[i] = -1;
    if (object != NULL && !json_is_object(object))
        return err_set(err, ERR_INVALID, "field 'eligibility' must be an object of option indices by question");
    for (const struct json_value *item = object == NULL ? NULL : json_first(object); item != NULL; item = json_next(item)) {
        int at = question_by_id(eligibility, json_name(item));

        if (at < 0 || !json_as_i64(item, 0, eligibility->questions[at].option_count - 1, &option))
            return err_set(err, ERR_INVALID, "field 'eligibility.%.40s' must be an option of a question of this study",
                           json_name(item));
        out->options[at] = (int)option;
    }
    for (int i = 0; i < eligibility->question_count; i++)
        if (out->options[i] < 0)
            return err_set(err, ERR_INVALID, "field 'eligibility.%s' is missing: the question must be answered",
                           eligibility->questions[i].id);
    return true;
}

void eligibility_answers_write(const struct eligibility *eligibility, const struct eligibility_answers *answers, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "age", answers->age);
    for (int i = 0; i < eligibility->question_count; i++) json_i64(&writer, eligibility->questions[i].id, answers->options[i]);
    json_end_object(&writer);
}

bool eligibility_accepts(const struct eligibility *eligibility, const struct eligibility_answers *answers)
{
    if (answers->age < eligibility->age_min || answers->age > eligibility->age_max) return false;
    for (int i = 0; i < eligibility->question_count; i++)
        if ((eligibility->questions[i].accepted & (1U << answers->options[i])) == 0) return false;
    return true;
}
