/* What participants are told: never the answer of a trial without a response. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/must.h"
#include "http/session_json.h"
#include "json/json_read.h"

enum { TRIAL_COUNT = 4 };

/* Points that occur nowhere else in a message. */
enum { LEFT_POINTS = 7131, RIGHT_POINTS = 8237 };

static void fill_trial(struct condition_trial_row *trial, enum task_kind task, int index)
{
    *trial = (struct condition_trial_row){
        .trial_index = index, .left_stimulus_id = 600001 + index, .left_row = 610001 + index, .right_row = -1};
    memset(trial->left_media.bytes, 0x10 + index, SECRET_HASH_BYTES);
    if (task == TASK_CATEGORY) {
        (void)strcpy(trial->category, index % 2 == 0 ? "julty" : "folty");
        return;
    }
    trial->right_stimulus_id = 700001 + index;
    trial->right_row         = 710001 + index;
    trial->left_points       = LEFT_POINTS + index;
    trial->right_points      = RIGHT_POINTS + index;
    memset(trial->right_media.bytes, 0x50 + index, SECRET_HASH_BYTES);
}

static void fill_study(struct study *study, enum task_kind task)
{
    *study = (struct study){.study_id = 1, .slug = "demo", .task = task};
    study_settings_default(task, &study->settings);
}

/* A view at the third of four trials; practice like the trials. */
static void fill_view(struct session_view *view, const struct study *study, struct condition_trial_row trials[TRIAL_COUNT])
{
    for (int i = 0; i < TRIAL_COUNT; i++) fill_trial(&trials[i], study->task, i);
    *view                    = (struct session_view){.study = study, .language = "en", .stage = STAGE_TRIALS, .pay_minor = 208};
    view->phases[PHASE_MAIN] = (struct phase_view){.count = TRIAL_COUNT, .next_index = 2, .trials = trials};
    if (study->task == TASK_REWARD) view->phases[PHASE_PRACTICE] = view->phases[PHASE_MAIN];
    view->completion = (struct completion){.link = {.url = "https://example.org/secret", .code = "SECRETCODE"}, .pay_minor = 9};
}

static struct json_doc *parse(const struct text *text)
{
    struct err       err = {0};
    struct json_doc *doc = json_parse((struct span){text->data, text->length}, &err);

    if (doc == NULL) fail_msg("%s in %s", err.message, text->data);
    return doc;
}

static void assert_none_of(const char *json, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strstr(json, *words) != NULL) fail_msg("'%s' is in %s", *words, json);
}

static const char *const ANSWERS[] = {"julty",     "folty",     "\"category\":", "points",       "7131",        "7132",
                                      "7133",      "7134",      "8237",          "8238",         "8239",        "8240",
                                      "correct\"", "dimension", "condition",     "right_option", "600001",      "610001",
                                      "700001",    "710001",    "dinosaur",      "SECRETCODE",   "example.org", NULL};

/* The names of things that are not answers, taken out before looking for those that are. */
static void blank(char *json, const char *word)
{
    for (char *found = strstr(json, word); found != NULL; found = strstr(found, word)) memset(found, '_', strlen(word));
}

static void a_view_shows_pictures_and_no_answer(void **state)
{
    (void)state;
    for (int task = 0; task < TASK_KIND_COUNT; task++) {
        struct condition_trial_row trials[TRIAL_COUNT];
        struct session_view        view;
        struct study               study;
        struct text                text;
        struct json_doc           *doc;
        const struct json_value   *stimuli;
        int                        i = 0;

        fill_study(&study, (enum task_kind)task);
        study.title = (char[]){"Title"};
        fill_view(&view, &study, trials);
        text_init(&text);
        session_json_view(&view, &text);
        doc     = parse(&text);
        stimuli = json_member(json_member(json_root(doc), "trials"), "stimuli");
        assert_int_equal(json_array_count(stimuli), TRIAL_COUNT);
        for (const struct json_value *one = json_first(stimuli); one != NULL; one = json_next(one), i++) {
            char        hex[SECRET_HEX_BYTES];
            const char *shown = NULL;

            assert_int_equal(json_array_count(one), task == TASK_REWARD ? 2 : 1);
            secret_hex(&trials[i].left_media, hex);
            assert_true(json_as_text(json_first(one), &shown));
            assert_string_equal(shown, hex);
        }
        assert_true(json_member(json_root(doc), "completion") != NULL);
        json_free(doc);
        blank(text.data, "\"task\":\"category\"");
        blank(text.data, "\"per_correct_minor\"");
        blank(text.data, "reward_points"); /* the id of a question */
        assert_none_of(text.data, ANSWERS);
        text_close(&text);
    }
}

static void the_completion_is_in_a_view_of_the_last_stage_only(void **state)
{
    (void)state;
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        struct condition_trial_row trials[TRIAL_COUNT];
        struct session_view        view;
        struct study               study;
        struct text                text;

        fill_study(&study, TASK_CATEGORY);
        fill_view(&view, &study, trials);
        view.stage = (enum session_stage)stage;
        text_init(&text);
        session_json_view(&view, &text);
        assert_true((strstr(text.data, "SECRETCODE") != NULL) == (stage == STAGE_FINISHED));
        assert_true((strstr(text.data, "https://example.org/secret") != NULL) == (stage == STAGE_FINISHED));
        text_close(&text);
    }
}

static void a_receipt_of_category_learning_tells_its_own_answer_and_the_next_picture(void **state)
{
    struct receipt receipt = {.task = TASK_CATEGORY, .pay_minor = 204, .has_next = true};
    struct text    text;

    (void)state;
    receipt.trial = (struct trial_row){.trial_index = 0, .response = 1, .is_correct = true, .rt_ms = 512.0};
    fill_trial(&receipt.answer, TASK_CATEGORY, 0);
    fill_trial(&receipt.next, TASK_CATEGORY, 1); /* folty */
    text_init(&text);
    session_json_receipt(&receipt, &text);
    assert_string_equal(text.data,
                        "{\"trial_index\":0,\"response\":1,\"is_correct\":true,\"category\":\"julty\",\"pay_so_far_minor\":204,"
                        "\"next\":{\"trial_index\":1,\"stimuli\":["
                        "\"1111111111111111111111111111111111111111111111111111111111111111\"]}}");
    text_reset(&text);
    receipt.has_next = false;
    session_json_receipt(&receipt, &text);
    assert_non_null(strstr(text.data, "\"next\":null}"));
    assert_null(strstr(text.data, "folty"));
    text_close(&text);
}

static void a_receipt_of_reward_learning_tells_its_own_points_and_the_next_pictures(void **state)
{
    struct receipt receipt = {.task = TASK_REWARD, .pay_minor = 204, .has_next = true};
    struct text    text;

    (void)state;
    receipt.trial = (struct trial_row){.trial_index = 0, .response = 0, .is_correct = false};
    fill_trial(&receipt.answer, TASK_REWARD, 0);
    fill_trial(&receipt.next, TASK_REWARD, 1);
    text_init(&text);
    session_json_receipt(&receipt, &text);
    assert_string_equal(text.data, "{\"trial_index\":0,\"response\":0,\"is_correct\":false,\"points\":[7131,8237],"
                                   "\"pay_so_far_minor\":204,\"next\":{\"trial_index\":1,\"stimuli\":["
                                   "\"1111111111111111111111111111111111111111111111111111111111111111\","
                                   "\"5151515151515151515151515151515151515151515151515151515151515151\"]}}");
    text_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_shows_pictures_and_no_answer),
        cmocka_unit_test(the_completion_is_in_a_view_of_the_last_stage_only),
        cmocka_unit_test(a_receipt_of_category_learning_tells_its_own_answer_and_the_next_picture),
        cmocka_unit_test(a_receipt_of_reward_learning_tells_its_own_points_and_the_next_pictures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
