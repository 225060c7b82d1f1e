/* Where a participant is: a table of what is stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "task/session_stage.h"

static const struct {
    struct session_progress progress;
    enum session_stage      stage;
} CASES[] = {
    {{.practice_planned = 3, .trials_planned = 60}, STAGE_INSTRUCTIONS},
    {{.has_passed_comprehension = true, .practice_planned = 3, .trials_planned = 60}, STAGE_PRACTICE},
    {{.has_passed_comprehension = true, .practice_planned = 3, .practice_answered = 2, .trials_planned = 60}, STAGE_PRACTICE},
    {{.has_passed_comprehension = true, .practice_planned = 3, .practice_answered = 3, .trials_planned = 60}, STAGE_TRIALS},
    {{.has_passed_comprehension = true, .trials_planned = 120}, STAGE_TRIALS},
    {{.has_passed_comprehension = true, .trials_planned = 120, .trials_answered = 119}, STAGE_TRIALS},
    {{.has_passed_comprehension = true, .trials_planned = 120, .trials_answered = 120}, STAGE_QUESTIONNAIRE},
    {{.has_passed_comprehension = true, .trials_planned = 120, .trials_answered = 120, .has_questionnaire = true}, STAGE_FINISH},
    {{.has_passed_comprehension = true,
      .trials_planned           = 120,
      .trials_answered          = 120,
      .has_questionnaire        = true,
      .is_finished              = true},
     STAGE_FINISHED},
    {{.trials_planned = 120, .trials_answered = 120, .has_questionnaire = true}, STAGE_INSTRUCTIONS}, /* the first gap counts */
    {{.has_passed_comprehension = true, .trials_planned = 120, .trials_answered = 10, .has_questionnaire = true}, STAGE_TRIALS},
};

static void the_stage_is_the_first_thing_that_is_missing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        if (session_stage(&CASES[i].progress) != CASES[i].stage)
            fail_msg("case %zu is at %s", i, session_stage_name(session_stage(&CASES[i].progress)));
}

static void every_stage_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < STAGE_COUNT; i++) {
        assert_non_null(session_stage_name((enum session_stage)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(session_stage_name((enum session_stage)i), session_stage_name((enum session_stage)j));
    }
    assert_string_equal(session_stage_name(STAGE_INSTRUCTIONS), "instructions");
    assert_string_equal(session_stage_name(STAGE_FINISHED), "finished");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stage_is_the_first_thing_that_is_missing),
        cmocka_unit_test(every_stage_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
