/* What a study says to its participants: which text in which language, versions, and what was accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "base/embedded.h"
#include "study/documents.h"

struct scene {
    struct world        world;
    const struct study *study;
    struct arena        arena;
};

static void scene_open(struct scene *scene)
{
    world_open(&scene->world);
    scene->study = world_study(&scene->world, "dinosaurs");
    arena_init(&scene->arena);
}

static void scene_close(struct scene *scene)
{
    arena_close(&scene->arena);
    world_close(&scene->world);
}

static struct document resolve(struct scene *scene, enum document_kind kind, const char *language)
{
    struct document document;
    struct err      err = {0};

    MUST(documents_resolve(scene->world.store, scene->study, kind, language, &scene->arena, &document, &err));
    return document;
}

static bool try_add(struct scene *scene, enum document_kind kind, const char *language, const char *text,
                    struct document_added *added, struct err *err)
{
    return documents_add(scene->world.store, scene->study->study_id, kind, language, span_of(text), WORLD_NOW_MS, added, err);
}

static struct document_added add(struct scene *scene, enum document_kind kind, const char *language, const char *text)
{
    struct document_added added;
    struct err            err = {0};

    MUST(try_add(scene, kind, language, text, &added, &err));
    return added;
}

static bool is_current(struct scene *scene, enum document_kind kind, const struct secret_hash *sha256)
{
    struct err err = {0};
    bool       answer;

    MUST(documents_is_current(scene->world.store, scene->study, kind, sha256, &answer, &err));
    return answer;
}

static void expect(struct scene *scene, const char *language, const char *text, const char *written_in, int version)
{
    struct document document = resolve(scene, DOCUMENT_CONSENT, language);

    assert_string_equal(document.text, text);
    assert_string_equal(document.language, written_in);
    assert_int_equal(document.version, version);
    assert_true(is_current(scene, DOCUMENT_CONSENT, &document.sha256));
}

static void a_study_without_texts_of_its_own_has_those_of_the_program(void **state)
{
    struct scene    scene;
    struct document english, german, austrian, french, contact;

    (void)state;
    scene_open(&scene);
    english  = resolve(&scene, DOCUMENT_CONSENT, "en");
    german   = resolve(&scene, DOCUMENT_CONSENT, "de");
    austrian = resolve(&scene, DOCUMENT_CONSENT, "de-at");
    french   = resolve(&scene, DOCUMENT_CONSENT, "fr");
    contact  = resolve(&scene, DOCUMENT_CONTACT, "en");
    assert_string_equal(english.language, "en");
    assert_string_equal(german.language, "de");
    assert_string_not_equal(english.text, german.text);
    assert_true(austrian.text == german.text && french.text == english.text);
    assert_string_equal(french.language, "en");
    assert_int_equal(english.version, 0);
    assert_non_null(strstr(german.text, "jederzeit"));
    assert_null(contact.text);
    assert_true(resolve(&scene, DOCUMENT_CONSENT, NULL).text == english.text);
    assert_true(resolve(&scene, DOCUMENT_CONSENT, "../../etc").text == english.text);
    scene_close(&scene);
}

static void the_debriefing_is_that_of_the_task(void **state)
{
    struct scene    scene;
    struct document category, reward;

    (void)state;
    scene_open(&scene);
    category    = resolve(&scene, DOCUMENT_DEBRIEFING, "de");
    scene.study = world_study(&scene.world, "points");
    reward      = resolve(&scene, DOCUMENT_DEBRIEFING, "de");
    assert_non_null(strstr(category.text, "Julty"));
    assert_null(strstr(reward.text, "Julty"));
    assert_non_null(strstr(reward.text, "Punkte"));
    scene_close(&scene);
}

/* Whatever is embedded is text, is closed by a NUL, and exists in English: the last resort. */
static void every_text_of_the_program_is_whole_and_exists_in_english(void **state)
{
    static const char *const STEMS[]  = {"consent", "data_protection", "debriefing_category", "debriefing_reward"};
    int                      found[4] = {0};

    (void)state;
    for (size_t i = 0; i < EMBEDDED_DOCUMENTS_COUNT; i++) {
        const struct embedded_file *file  = &EMBEDDED_DOCUMENTS[i];
        size_t                      bytes = (size_t)(file->end - file->data);

        assert_true(text_is_utf8((const char *)file->data, bytes));
        assert_int_equal(strlen((const char *)file->data), bytes);
        assert_in_range(bytes, 200, DOCUMENT_BYTES_MAX);
        for (int k = 0; k < 4; k++) {
            char name[64];

            (void)snprintf(name, sizeof name, "%s.en.md", STEMS[k]);
            found[k] += strcmp(file->path, name) == 0;
        }
    }
    for (int k = 0; k < 4; k++) assert_int_equal(found[k], 1);
}

static void a_studys_own_text_goes_before_the_programs_in_every_language(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene);
    add(&scene, DOCUMENT_CONSENT, "fr", "Bonjour.");
    expect(&scene, "fr", "Bonjour.", "fr", 1);
    expect(&scene, "de", "Bonjour.", "fr", 1); /* better than what the program says of another study */
    add(&scene, DOCUMENT_CONSENT, "en", "Hello.");
    expect(&scene, "de", "Hello.", "en", 1);
    expect(&scene, "fr-CA", "Bonjour.", "fr", 1);
    add(&scene, DOCUMENT_CONSENT, "de-AT", "Servus.");
    expect(&scene, "de-at", "Servus.", "de-AT", 1);
    expect(&scene, "de", "Servus.", "de-AT", 1); /* the same language, as far as reading goes */
    add(&scene, DOCUMENT_CONSENT, "de", "Hallo.");
    expect(&scene, "de-CH", "Hallo.", "de", 1);
    assert_int_equal(resolve(&scene, DOCUMENT_DATA_PROTECTION, "de").version, 0); /* one kind says nothing of another */
    scene_close(&scene);
}

static void the_newest_version_counts_and_the_same_text_is_none(void **state)
{
    struct scene          scene;
    struct document       first, second;
    struct document_added added;

    (void)state;
    scene_open(&scene);
    added = add(&scene, DOCUMENT_CONSENT, "EN", "One.\n");
    assert_true(added.is_new);
    assert_int_equal(added.version, 1);
    assert_string_equal(added.language, "en");
    first = resolve(&scene, DOCUMENT_CONSENT, "en");
    added = add(&scene, DOCUMENT_CONSENT, "en", "\xef\xbb\xbfOne.\r\n"); /* from an editor that writes it so */
    assert_false(added.is_new);
    assert_int_equal(added.version, 1);
    added = add(&scene, DOCUMENT_CONSENT, "en", "Two.\n");
    assert_true(added.is_new);
    assert_int_equal(added.version, 2);
    second = resolve(&scene, DOCUMENT_CONSENT, "en");
    assert_string_equal(second.text, "Two.\n");
    assert_false(is_current(&scene, DOCUMENT_CONSENT, &first.sha256));
    assert_false(is_current(&scene, DOCUMENT_DATA_PROTECTION, &second.sha256));
    added = add(&scene, DOCUMENT_CONSENT, "en", "One.\n"); /* back to an older text: a new version all the same */
    assert_int_equal(added.version, 3);
    assert_true(is_current(&scene, DOCUMENT_CONSENT, &first.sha256));
    scene_close(&scene);
}

static void every_current_language_may_be_accepted(void **state)
{
    struct scene    scene;
    struct document german, own;

    (void)state;
    scene_open(&scene);
    german = resolve(&scene, DOCUMENT_CONSENT, "de");
    assert_true(is_current(&scene, DOCUMENT_CONSENT, &german.sha256));
    add(&scene, DOCUMENT_CONSENT, "en", "Hello.");
    assert_false(is_current(&scene, DOCUMENT_CONSENT, &german.sha256)); /* it is not shown any more */
    add(&scene, DOCUMENT_CONSENT, "fr", "Bonjour.");
    own = resolve(&scene, DOCUMENT_CONSENT, "fr");
    assert_true(is_current(&scene, DOCUMENT_CONSENT, &own.sha256));
    scene_close(&scene);
}

static void a_consent_text_of_the_settings_goes_before_the_programs(void **state)
{
    static const char OWN[] =
        "{\"slug\": \"older\", \"title\": \"Older\", \"task\": \"category\", \"stimulus_set\": \"pictures\","
        " \"representations\": [\"task\"], \"settings\": {\"trial_count\": 1, \"consent_text\": \"As agreed.\"},"
        " \"conditions\": [{\"condition_number\": 1, \"dimension\": 0, \"trials\": ["
        "{\"image\": \"image_00\", \"category\": \"julty\"}]}]}";
    struct scene scene;

    (void)state;
    scene_open(&scene);
    world_create(&scene.world, OWN);
    scene.study = world_study(&scene.world, "older");
    expect(&scene, "de", "As agreed.", "en", 0);
    assert_non_null(strstr(resolve(&scene, DOCUMENT_DATA_PROTECTION, "de").text, "Datenschutz"));
    add(&scene, DOCUMENT_CONSENT, "en", "As agreed anew.");
    expect(&scene, "de", "As agreed anew.", "en", 1);
    scene_close(&scene);
}

static void what_was_accepted_is_kept_with_its_time(void **state)
{
    struct scene           scene;
    struct session_row     session;
    struct document        consent, sheet;
    struct acceptance_row *rows;
    struct err             err = {0};
    const char            *text;
    int                    count;

    (void)state;
    scene_open(&scene);
    session = world_enroll(&scene.world, "dinosaurs", "ann");
    consent = resolve(&scene, DOCUMENT_CONSENT, "en"); /* accepted by the enrolment */
    sheet   = resolve(&scene, DOCUMENT_DATA_PROTECTION, "de");
    MUST(documents_accept(scene.world.store, scene.study, session.session_id, DOCUMENT_DATA_PROTECTION, &sheet.sha256, 1001,
                          &err));
    MUST_REFUSE(
        documents_accept(scene.world.store, scene.study, session.session_id, DOCUMENT_CONSENT, &consent.sha256, 1002, &err),
        ERR_CONFLICT, "");
    MUST_REFUSE(documents_accept(scene.world.store, scene.study, session.session_id, DOCUMENT_CONSENT, &sheet.sha256, 1002, &err),
                ERR_CONFLICT, "the text (consent) has changed; read it again");
    MUST(store_acceptances(scene.world.store, session.session_id, &scene.arena, &rows, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].kind, DOCUMENT_CONSENT);
    assert_memory_equal(&rows[0].sha256, &consent.sha256, sizeof consent.sha256);
    assert_true(rows[0].accepted_at_ms == WORLD_NOW_MS && rows[1].accepted_at_ms == 1001);
    /* the text itself, whatever the study says later */
    add(&scene, DOCUMENT_CONSENT, "en", "Different.");
    MUST(store_document_text(scene.world.store, &rows[0].sha256, &scene.arena, &text, &err));
    assert_string_equal(text, consent.text);
    scene_close(&scene);
}

static void what_is_no_text_is_refused_with_kind_and_language(void **state)
{
    struct scene          scene;
    struct document_added added;
    struct err            err       = {0};
    char                 *long_text = malloc(DOCUMENT_BYTES_MAX + 2);

    (void)state;
    assert_non_null(long_text);
    memset(long_text, 'a', DOCUMENT_BYTES_MAX + 1);
    long_text[DOCUMENT_BYTES_MAX + 1] = '\0';
    scene_open(&scene);
    MUST_REFUSE(try_add(&scene, DOCUMENT_CONTACT, "de", "", &added, &err), ERR_INVALID, "contact in 'de': the text is empty");
    MUST_REFUSE(try_add(&scene, DOCUMENT_CONTACT, "de", "\xef\xbb\xbf \r\n\t", &added, &err), ERR_INVALID, "the text is empty");
    MUST_REFUSE(try_add(&scene, DOCUMENT_CONTACT, "de", "f\xfcr", &added, &err), ERR_INVALID, "the text is not UTF-8");
    MUST_REFUSE(try_add(&scene, DOCUMENT_CONTACT, "de", long_text, &added, &err), ERR_TOO_LARGE,
                "contact in 'de': the text is longer");
    MUST_REFUSE(try_add(&scene, DOCUMENT_CONTACT, "deutsch", "Hallo", &added, &err), ERR_INVALID,
                "'deutsch' is not a language tag");
    assert_null(resolve(&scene, DOCUMENT_CONTACT, "de").text);
    long_text[DOCUMENT_BYTES_MAX] = '\0';
    assert_true(add(&scene, DOCUMENT_CONTACT, "de", long_text).is_new);
    free(long_text);
    scene_close(&scene);
}

static void all_versions_of_a_study_are_listed(void **state)
{
    struct scene               scene;
    struct study_document_row *rows;
    struct err                 err = {0};
    int                        count;

    (void)state;
    scene_open(&scene);
    add(&scene, DOCUMENT_DEBRIEFING, "en", "d1");
    add(&scene, DOCUMENT_CONSENT, "en", "c1");
    add(&scene, DOCUMENT_CONSENT, "en", "c2");
    add(&scene, DOCUMENT_CONSENT, "de", "c1 de");
    MUST(store_study_documents(scene.world.store, scene.study->study_id, &scene.arena, &rows, &count, &err));
    assert_int_equal(count, 4);
    assert_string_equal(rows[0].text, "c1 de");
    assert_string_equal(rows[1].text, "c1");
    assert_string_equal(rows[2].text, "c2");
    assert_int_equal(rows[2].version_number, 2);
    assert_int_equal(rows[3].kind, DOCUMENT_DEBRIEFING);
    MUST(store_study_documents(scene.world.store, world_study(&scene.world, "points")->study_id, &scene.arena, &rows, &count,
                               &err));
    assert_int_equal(count, 0);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_study_without_texts_of_its_own_has_those_of_the_program),
        cmocka_unit_test(the_debriefing_is_that_of_the_task),
        cmocka_unit_test(every_text_of_the_program_is_whole_and_exists_in_english),
        cmocka_unit_test(a_studys_own_text_goes_before_the_programs_in_every_language),
        cmocka_unit_test(the_newest_version_counts_and_the_same_text_is_none),
        cmocka_unit_test(every_current_language_may_be_accepted),
        cmocka_unit_test(a_consent_text_of_the_settings_goes_before_the_programs),
        cmocka_unit_test(what_was_accepted_is_kept_with_its_time),
        cmocka_unit_test(what_is_no_text_is_refused_with_kind_and_language),
        cmocka_unit_test(all_versions_of_a_study_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
