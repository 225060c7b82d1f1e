/* The member "documents" of a study's description: files beside it become the study's texts, or a sentence says why not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "study/documents.h"

#define DESCRIPTION(documents)                                                                                                   \
    "{\"slug\": \"own\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\", \"representations\": "        \
    "[\"task\"], \"settings\": {\"trial_count\": 1}, \"conditions\": [{\"condition_number\": 1, \"dimension\": 0, \"trials\": "  \
    "[{\"image\": \"image_00\", \"category\": \"julty\"}]}], \"documents\": " documents "}"

/* As if the description lay in the scratch folder. */
static bool try_create(struct world *world, const char *json, struct err *err)
{
    struct create_study_result result;
    char                       path[PATH_BYTES];

    scratch_file(&world->scratch, "study.json", path);
    return create_study(world->store, &world->folder, WORLD_NOW_MS, path, span_of(json), &result, err);
}

static void open_with_files(struct world *world)
{
    world_open(world);
    scratch_write_text(&world->scratch, "consent.en.md", "# Hello\r\n\r\nAgree?\r\n");
    scratch_write_text(&world->scratch, "consent.de.md", "# Hallo\n");
    scratch_write_text(&world->scratch, "latin1.md", "f\xfcr");
    scratch_write_text(&world->scratch, "empty.md", "");
}

static void files_beside_the_description_become_the_studys_texts(void **state)
{
    struct world    world;
    struct document document;
    struct arena    arena;
    struct err      err = {0};

    (void)state;
    open_with_files(&world);
    arena_init(&arena);
    MUST(try_create(&world, DESCRIPTION("{\"consent\": {\"en\": \"consent.en.md\", \"DE\": \"./consent.de.md\"}}"), &err));
    MUST(documents_resolve(world.store, world_study(&world, "own"), DOCUMENT_CONSENT, "en", &arena, &document, &err));
    assert_string_equal(document.text, "# Hello\n\nAgree?\n");
    assert_int_equal(document.version, 1);
    MUST(documents_resolve(world.store, world_study(&world, "own"), DOCUMENT_CONSENT, "de", &arena, &document, &err));
    assert_string_equal(document.text, "# Hallo\n");
    assert_string_equal(document.language, "de");
    arena_close(&arena);
    world_close(&world);
}

static const struct {
    const char   *json;
    enum err_kind kind;
    const char   *sentence;
} REFUSED[] = {
    {DESCRIPTION("[]"), ERR_INVALID, "field 'documents' must be an object"},
    {DESCRIPTION("{\"Consent\": {}}"), ERR_INVALID, "field 'documents.Consent' is not known: there are consent, data_protection"},
    {DESCRIPTION("{\"consent\": \"consent.en.md\"}"), ERR_INVALID, "field 'documents.consent' must be an object"},
    {DESCRIPTION("{\"consent\": {\"en\": 1}}"), ERR_INVALID, "field 'documents.consent.en' must be the name of a file"},
    {DESCRIPTION("{\"consent\": {\"en\": \"\"}}"), ERR_INVALID, "field 'documents.consent.en' must be the name of a file"},
    {DESCRIPTION("{\"consent\": {\"english\": \"consent.en.md\"}}"), ERR_INVALID, "'english' is not a language tag"},
    {DESCRIPTION("{\"contact\": {\"en\": \"none.md\"}}"), ERR_NOT_FOUND, "field 'documents.contact.en': "},
    {DESCRIPTION("{\"contact\": {\"en\": \"none.md\"}}"), ERR_NOT_FOUND, "/none.md"},
    {DESCRIPTION("{\"contact\": {\"de\": \"latin1.md\"}}"), ERR_INVALID, "latin1.md: contact in 'de': the text is not UTF-8"},
    {DESCRIPTION("{\"contact\": {\"de\": \"empty.md\"}}"), ERR_INVALID, "empty.md: contact in 'de': the text is empty"},
    {DESCRIPTION("{\"consent\": {\"de\": \"consent.de.md\", \"DE\": \"consent.en.md\"}}"), ERR_INVALID,
     "the language 'de' is there twice"},
    {DESCRIPTION("{\"consent\": {\"de\": \"consent.de.md\", \"DE\": \"consent.de.md\"}}"), ERR_INVALID,
     "the language 'de' is there twice"},
};

static void what_cannot_be_is_refused_and_no_study_is_made(void **state)
{
    struct world     world;
    struct study_row row;
    struct arena     arena;
    struct err       err = {0};

    (void)state;
    open_with_files(&world);
    arena_init(&arena);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        MUST_REFUSE(try_create(&world, REFUSED[i].json, &err), REFUSED[i].kind, REFUSED[i].sentence);
        MUST_REFUSE(store_study_by_slug(world.store, "own", &arena, &row, &err), ERR_NOT_FOUND, "there is no study 'own'");
    }
    arena_close(&arena);
    world_close(&world);
}

static void a_file_that_is_too_long_is_refused(void **state)
{
    struct world world;
    struct err   err  = {0};
    char        *text = calloc(1, DOCUMENT_BYTES_MAX + 1);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', DOCUMENT_BYTES_MAX + 1);
    open_with_files(&world);
    scratch_write(&world.scratch, "long.md", text, DOCUMENT_BYTES_MAX + 1);
    MUST_REFUSE(try_create(&world, DESCRIPTION("{\"debriefing\": {\"en\": \"long.md\"}}"), &err), ERR_TOO_LARGE,
                "field 'documents.debriefing.en': ");
    free(text);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_beside_the_description_become_the_studys_texts),
        cmocka_unit_test(what_cannot_be_is_refused_and_no_study_is_made),
        cmocka_unit_test(a_file_that_is_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
