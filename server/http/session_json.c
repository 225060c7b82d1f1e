#include "http/session_json.h"

/* Only the pictures of a planned trial: this is the one way by which a condition reaches a browser. */
static void write_stimuli(struct json_writer *writer, const char *key, const struct condition_trial_row *trial)
{
    char hex[SECRET_HEX_BYTES];

    json_begin_array(writer, key);
    secret_hex(&trial->left_media, hex);
    json_text(writer, NULL, hex);
    if (trial->right_stimulus_id != 0) {
        secret_hex(&trial->right_media, hex);
        json_text(writer, NULL, hex);
    }
    json_end_array(writer);
}

static void write_phase(struct json_writer *writer, const char *key, const struct phase_view *phase)
{
    json_begin_object(writer, key);
    json_i64(writer, "count", phase->count);
    json_i64(writer, "next_index", phase->next_index);
    json_begin_array(writer, "stimuli");
    for (int i = 0; i < phase->count; i++) write_stimuli(writer, NULL, &phase->trials[i]);
    json_end_array(writer);
    json_end_object(writer);
}

static void write_display(struct json_writer *writer, const struct study_settings *settings)
{
    json_begin_object(writer, "display");
    json_i64(writer, "image_height_px", settings->image_height_px);
    json_i64(writer, "blank_ms", settings->blank_ms);
    json_i64(writer, "feedback_ms", settings->feedback_ms);
    json_bool(writer, "is_fullscreen_required", settings->is_fullscreen_required);
    session_json_inputs(settings, writer);
    json_end_object(writer);
}

static void write_pay(struct json_writer *writer, enum task_kind task, const struct pay_rule *rule)
{
    json_begin_object(writer, "pay");
    json_text(writer, "currency", rule->currency);
    json_i64(writer, "base_minor", rule->base_minor);
    if (task == TASK_CATEGORY)
        json_i64(writer, "per_correct_minor", rule->per_correct_minor);
    else
        json_null(writer, "per_correct_minor");
    if (task == TASK_REWARD)
        json_i64(writer, "max_bonus_minor", rule->max_bonus_minor);
    else
        json_null(writer, "max_bonus_minor");
    json_end_object(writer);
}

static void write_comprehension(struct json_writer *writer, const struct session_view *view)
{
    const struct comprehension_question *questions = task_comprehension(view->study->task);

    json_begin_object(writer, "comprehension");
    json_begin_array(writer, "question_ids");
    for (int i = 0; i < COMPREHENSION_QUESTION_COUNT; i++) json_text(writer, NULL, questions[i].id);
    json_end_array(writer);
    json_i64(writer, "attempt_count", view->comprehension_attempt_count);
    json_end_object(writer);
}

static void write_return(const struct return_link *link, struct json_writer *writer)
{
    json_text(writer, "method", link->is_form ? "form" : "link");
    json_text(writer, "url", link->url);
    json_begin_object(writer, "fields");
    for (int i = 0; i < link->field_count; i++) json_text(writer, link->fields[i].name, link->fields[i].value);
    json_end_object(writer);
    json_text(writer, "code", link->code);
}

void session_json_return(const struct return_link *link, const char *key, struct json_writer *writer)
{
    if (link == NULL) {
        json_null(writer, key);
        return;
    }
    json_begin_object(writer, key);
    write_return(link, writer);
    json_end_object(writer);
}

void session_json_document(const struct document *document, const char *key, struct json_writer *writer)
{
    char hex[SECRET_HEX_BYTES];

    if (document->text == NULL) {
        json_null(writer, key);
        return;
    }
    secret_hex(&document->sha256, hex);
    json_begin_object(writer, key);
    json_text(writer, "text", document->text);
    json_text(writer, "sha256", hex);
    json_text(writer, "language", document->language);
    json_i64(writer, "version", document->version);
    json_end_object(writer);
}

void session_json_inputs(const struct study_settings *settings, struct json_writer *writer)
{
    json_begin_array(writer, "inputs");
    for (int i = 0; i < INPUT_COUNT; i++)
        if (settings->allows_input[i]) json_text(writer, NULL, INPUT_NAMES[i]);
    json_end_array(writer);
}

void session_json_completion(const struct completion *completion, struct json_writer *writer)
{
    json_begin_object(writer, "completion");
    write_return(&completion->link, writer);
    json_i64(writer, "pay_minor", completion->pay_minor);
    json_end_object(writer);
    session_json_document(&completion->debriefing, "debriefing", writer);
}

void session_json_view(const struct session_view *view, struct text *out)
{
    const struct study *study = view->study;
    struct json_writer  writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "study");
    json_text(&writer, "slug", study->slug);
    json_text(&writer, "title", study->title);
    json_text(&writer, "task", task_name(study->task));
    json_end_object(&writer);
    json_bool(&writer, "is_pilot", view->is_pilot);
    json_text(&writer, "language", view->language);
    write_display(&writer, &study->settings);
    write_pay(&writer, study->task, &study->settings.pay);
    json_text(&writer, "stage", session_stage_name(view->stage));
    write_comprehension(&writer, view);
    write_phase(&writer, "practice", &view->phases[PHASE_PRACTICE]);
    write_phase(&writer, "trials", &view->phases[PHASE_MAIN]);
    json_i64(&writer, "pay_so_far_minor", view->pay_minor);
    if (view->stage == STAGE_FINISHED)
        session_json_completion(&view->completion, &writer);
    else {
        json_null(&writer, "completion");
        json_null(&writer, "debriefing");
    }
    json_end_object(&writer);
}

void session_json_receipt(const struct receipt *receipt, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "trial_index", receipt->trial.trial_index);
    json_i64(&writer, "response", receipt->trial.response);
    json_bool(&writer, "is_correct", receipt->trial.is_correct);
    if (receipt->task == TASK_CATEGORY) {
        json_text(&writer, "category", receipt->answer.category);
    } else {
        json_begin_array(&writer, "points");
        json_i64(&writer, NULL, receipt->answer.left_points);
        json_i64(&writer, NULL, receipt->answer.right_points);
        json_end_array(&writer);
    }
    json_i64(&writer, "pay_so_far_minor", receipt->pay_minor);
    if (receipt->has_next) {
        json_begin_object(&writer, "next");
        json_i64(&writer, "trial_index", receipt->next.trial_index);
        write_stimuli(&writer, "stimuli", &receipt->next);
        json_end_object(&writer);
    } else {
        json_null(&writer, "next");
    }
    json_end_object(&writer);
}

void session_json_refusal(const struct err *refusal, const char *reason, const struct return_link *link, struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "error");
    json_text(&writer, "kind", err_kind_name(refusal->kind));
    json_text(&writer, "message", refusal->message);
    json_text(&writer, "reason", reason);
    session_json_return(link, "return", &writer);
    json_end_object(&writer);
    json_end_object(&writer);
}
