/* A cohort that follows against one that reads all at once, and mixed models that settle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "live/group_mixed.h"
#include "store/store_erase.h"

enum { BUDGET_US = 1000 * 1000 };

static struct cohort *read_cohort(struct lab *lab)
{
    struct err     err;
    struct cohort *cohort = cohort_new(lab->store, lab->study_id, &err);

    assert_non_null(cohort);
    MUST(cohort_update(cohort, NULL, NULL, &err));
    return cohort;
}

static void assert_same_members(const struct cohort *one, const struct cohort *other)
{
    assert_int_equal(one->members.count, other->members.count);
    assert_int_equal(one->data_stamp, other->data_stamp);
    for (int i = 0; i < one->members.count; i++) {
        const struct cohort_member *a = cohort_member_at(one, i), *b = cohort_member_at(other, i);

        assert_int_equal(a->session.session_id, b->session.session_id);
        assert_int_equal(a->session.state, b->session.state);
        assert_int_equal(a->response_count, b->response_count);
        assert_int_equal(a->correct_count, b->correct_count);
        assert_memory_equal(a->answers, b->answers, (size_t)a->response_count * sizeof *a->answers);
        assert_memory_equal(a->agreement_halves, b->agreement_halves, LAB_MODELS * sizeof *a->agreement_halves);
        for (int m = 0; m < LAB_MODELS; m++) assert_near(a->log_evidence[m], b->log_evidence[m]);
    }
}

static void a_cohort_that_follows_is_one_that_reads_all_at_once(void **state)
{
    struct crowd   crowd;
    struct cohort *following, *fresh;
    struct err     err;
    int64_t        revision, late_id;

    (void)state;
    make_crowd(&crowd, TASK_REWARD);
    following = read_cohort(&crowd.lab);
    revision  = following->revision;
    MUST(cohort_update(following, NULL, NULL, &err));
    assert_int_equal(following->revision, revision); /* nothing new */
    MUST(store_session_touch(crowd.lab.store, crowd.short_id, LAB_STARTED_AT_MS + 1, &err));
    MUST(cohort_update(following, NULL, NULL, &err));
    assert_int_equal(following->revision, revision); /* seen again, which no number shows */
    for (int t = SHORT_COUNT; t < LAB_TRIALS; t++) {
        lab_respond(&crowd.lab, crowd.short_id, t);
        if (t % 3 == 0) MUST(cohort_update(following, NULL, NULL, &err));
    }
    late_id = lab_enroll(&crowd.lab, "s-late", 1); /* met with responses, and then followed */
    lab_respond(&crowd.lab, late_id, 0);
    lab_respond(&crowd.lab, crowd.silent_id, 0);
    MUST(cohort_update(following, NULL, NULL, &err));
    assert_true(following->revision > revision);
    lab_respond(&crowd.lab, late_id, 1);
    lab_end(&crowd.lab, crowd.short_id, SESSION_LEFT);
    MUST(cohort_update(following, NULL, NULL, &err));
    fresh = read_cohort(&crowd.lab);
    assert_same_members(following, fresh);
    cohort_free(following);
    cohort_free(fresh);
    lab_remove(&crowd.lab);
}

static void an_erased_member_is_let_go_and_the_rest_is_as_if_read_anew(void **state)
{
    struct crowd   crowd;
    struct cohort *following, *fresh;
    struct err     err;
    int64_t        revision, stamp, response_count, next_id;

    (void)state;
    make_crowd(&crowd, TASK_CATEGORY);
    following      = read_cohort(&crowd.lab);
    revision       = following->revision;
    stamp          = following->data_stamp;
    response_count = following->response_count;
    MUST(store_session_erase(crowd.lab.store, crowd.whole_id, LAB_STARTED_AT_MS, &err));
    MUST(cohort_update(following, NULL, NULL, &err));
    assert_int_equal(following->members.count, 2);
    assert_int_equal(following->erased_count, 1);
    assert_int_equal(following->response_count, response_count - LAB_TRIALS);
    assert_true(following->revision > revision);
    assert_true(following->data_stamp != stamp);
    next_id = lab_enroll(&crowd.lab, "s-next", 0); /* as many responses again are not the same data */
    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(&crowd.lab, next_id, t);
    MUST(cohort_update(following, NULL, NULL, &err));
    assert_int_equal(following->response_count, response_count);
    assert_true(following->data_stamp != stamp);
    fresh = read_cohort(&crowd.lab);
    assert_same_members(following, fresh);
    cohort_free(following);
    cohort_free(fresh);
    lab_remove(&crowd.lab);
}

static struct fit_row stored_fit(const struct cohort *cohort, int64_t session_id, int model)
{
    const struct live_model *own = &cohort->study->models[model];
    struct fit_row           row = {.session_id        = session_id,
                                    .representation_id = own->representation->representation_id,
                                    .trial_count       = LAB_TRIALS,
                                    .log_evidence      = -5.5 - model};

    (void)snprintf(row.learner, sizeof row.learner, "%s", own->learner->text);
    return row;
}

/* Told by fits that no value table would give. */
static void the_stored_fits_of_an_ended_session_are_taken_where_they_know_all_its_trials(void **state)
{
    struct crowd                crowd;
    struct cohort              *cohort;
    const struct cohort_member *member;
    struct err                  err;

    (void)state;
    make_crowd(&crowd, TASK_REWARD);
    cohort = read_cohort(&crowd.lab);
    for (int m = 0; m < LAB_MODELS; m++)
        for (int i = 0; i < 2; i++) {
            const struct fit_row row = stored_fit(cohort, i == 0 ? crowd.whole_id : crowd.short_id, m);

            MUST(store_fit_put(crowd.lab.store, &row, &err));
        }
    lab_end(&crowd.lab, crowd.whole_id, SESSION_LEFT);
    lab_end(&crowd.lab, crowd.short_id, SESSION_LEFT);
    cohort_free(cohort);
    cohort = read_cohort(&crowd.lab);
    member = cohort_member_at(cohort, 0);
    for (int m = 0; m < LAB_MODELS; m++) assert_true(member->log_evidence[m] == -5.5 - m);
    member = cohort_member_at(cohort, 1); /* its fits say LAB_TRIALS, it has fewer */
    for (int m = 0; m < LAB_MODELS; m++) assert_false(member->log_evidence[m] == -5.5 - m);
    cohort_free(cohort);
    lab_remove(&crowd.lab);
}

/* --- mixed models --- */

static void refresh_mixed(struct group_mixed *mixed, const struct cohort *cohort)
{
    struct group_numbers numbers;
    struct err           err;
    bool                 is_done = false;

    MUST(group_numbers_compute(cohort, 0, &numbers, &err));
    while (!is_done) MUST(group_mixed_refresh(mixed, cohort, &numbers, &CLOCK_SYSTEM, BUDGET_US, &is_done, &err));
    group_numbers_close(&numbers);
}

static void settle_mixed(struct group_mixed *mixed, const struct cohort *cohort)
{
    struct group_numbers numbers;
    struct err           err;
    bool                 is_done = false;

    MUST(group_numbers_compute(cohort, 0, &numbers, &err));
    while (!is_done) MUST(group_mixed_settle(mixed, cohort, &numbers, &CLOCK_SYSTEM, BUDGET_US, &is_done, &err));
    group_numbers_close(&numbers);
}

static void mixed_models_that_followed_settle_to_those_of_a_fresh_start(void **state)
{
    struct crowd       crowd;
    struct cohort     *cohort;
    struct group_mixed following, fresh;
    struct err         err;
    int                warm_count = 0;

    (void)state;
    make_crowd(&crowd, TASK_REWARD);
    cohort = read_cohort(&crowd.lab);
    MUST(group_mixed_init(&following, LAB_MODELS, &err));
    MUST(group_mixed_init(&fresh, LAB_MODELS, &err));
    for (int t = SHORT_COUNT; t < LAB_TRIALS; t++) {
        lab_respond(&crowd.lab, crowd.short_id, t);
        MUST(cohort_update(cohort, NULL, NULL, &err));
        refresh_mixed(&following, cohort);
    }
    for (int m = 0; m < LAB_MODELS; m++) warm_count += following.fits[m].is_warm;
    assert_true(warm_count > 0);
    settle_mixed(&following, cohort);
    refresh_mixed(&fresh, cohort);
    for (int m = 0; m < LAB_MODELS; m++) {
        assert_false(following.fits[m].is_warm);
        assert_true(following.fits[m].slope == fresh.fits[m].slope && following.fits[m].slope_sd == fresh.fits[m].slope_sd);
    }
    group_mixed_close(&following);
    group_mixed_close(&fresh);
    cohort_free(cohort);
    lab_remove(&crowd.lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cohort_that_follows_is_one_that_reads_all_at_once),
        cmocka_unit_test(an_erased_member_is_let_go_and_the_rest_is_as_if_read_anew),
        cmocka_unit_test(the_stored_fits_of_an_ended_session_are_taken_where_they_know_all_its_trials),
        cmocka_unit_test(mixed_models_that_followed_settle_to_those_of_a_fresh_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
