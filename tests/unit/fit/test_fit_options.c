/* The command line of `dinolab fit`: defaults, and a sentence for all that is missing, unknown or contradictory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "../support/must.h"
#include "fit/fit_options.h"
#include "model/model_comparison.h"

static const char *const ONE_REPRESENTATION[] = {"clip=a/clip.npy"};
static const char *const ONE_LEARNER[]        = {"bayes_ridge"};

static const struct fit_words PLAIN = {
    .task                 = "reward",
    .trials               = "t.csv",
    .stimuli              = "s.csv",
    .representation_count = 1,
    .representations      = ONE_REPRESENTATION,
    .learner_count        = 1,
    .learners             = ONE_LEARNER,
};

static void what_is_not_said_is_the_first_of_each_list(void **state)
{
    struct fit_options options;
    struct err         err;

    (void)state;
    MUST(fit_options_read(&PLAIN, &options, &err));
    assert_int_equal(options.task, LEARNER_TASK_REWARD);
    assert_int_equal(options.choice.rule, CHOICE_FIT_GRID);
    assert_int_equal(options.choice.scale, GLMM_SCALE_TRAINING);
    assert_string_equal(options.learners[0].text, "bayes_ridge:standardize=online");
    assert_string_equal(options.representations[0].name, "clip");
    assert_string_equal(options.representations[0].path, "a/clip.npy");
    assert_true(options.thread_count >= 1);
    assert_null(options.out_path);
    assert_null(options.loglik_path);
    assert_false(options.is_compared);
    fit_options_close(&options);
}

static void every_word_has_its_effect(void **state)
{
    const char *const  representations[] = {"b=x=y.npy", "a=2.txt"};
    const char *const  learners[]        = {"bayes_ridge,bayes_ridge:standardize=all", "bayes_ridge:pca=3"};
    struct fit_words   words             = PLAIN;
    struct fit_options options;
    struct err         err;

    (void)state;
    words.representation_count = 2;
    words.representations      = representations;
    words.learner_count        = 2;
    words.learners             = learners;
    words.standardize          = "none";
    words.choice               = "glmm-loo";
    words.scale                = "all";
    words.threads              = "7";
    words.out                  = "rows.csv";
    words.is_compared          = true;
    MUST(fit_options_read(&words, &options, &err));
    assert_int_equal(options.representation_count, 2);
    assert_string_equal(options.representations[0].path, "x=y.npy");
    assert_string_equal(options.representations[1].name, "a");
    assert_int_equal(options.learner_count, 3);
    assert_string_equal(options.learners[0].text, "bayes_ridge:standardize=none");
    assert_string_equal(options.learners[1].text, "bayes_ridge:standardize=all"); /* its own word stands */
    assert_string_equal(options.learners[2].text, "bayes_ridge:standardize=none:pca=3");
    assert_int_equal(options.choice.rule, CHOICE_FIT_GLMM_LOO);
    assert_int_equal(options.choice.scale, GLMM_SCALE_ALL);
    assert_int_equal(options.thread_count, 7);
    assert_string_equal(options.out_path, "rows.csv");
    assert_true(options.is_compared);
    fit_options_close(&options);

    words = (struct fit_words){.loglik = "l.csv", .is_compared = true};
    MUST(fit_options_read(&words, &options, &err));
    assert_string_equal(options.loglik_path, "l.csv");
    fit_options_close(&options);
}

static void refuse(const struct fit_words *words, const char *sentence)
{
    struct fit_options options;
    struct err         err;

    MUST_REFUSE(fit_options_read(words, &options, &err), ERR_INVALID, sentence);
    fit_options_close(&options);
}

#define REFUSE(member, value, sentence)                                                                                          \
    do {                                                                                                                         \
        struct fit_words changed = PLAIN;                                                                                        \
        changed.member           = value;                                                                                        \
        refuse(&changed, sentence);                                                                                              \
    } while (0)

static void missing_and_unknown_words_are_refused(void **state)
{
    (void)state;
    REFUSE(task, NULL, "--task is missing");
    REFUSE(task, "rewards", "--task is category or reward, not 'rewards'");
    REFUSE(trials, NULL, "--trials is missing");
    REFUSE(stimuli, NULL, "--stimuli is missing");
    REFUSE(representation_count, 0, "--representation is missing");
    REFUSE(learner_count, 0, "--learner is missing");
    REFUSE(standardize, "offline", "--standardize is online, all or none, not 'offline'");
    REFUSE(choice, "glmm", "--choice is grid, temperature or glmm-loo, not 'glmm'");
    REFUSE(scale, "test", "--scale is training or all, not 'test'");
    REFUSE(threads, "0", "--threads is a whole number from 1");
    REFUSE(threads, "two", "--threads is a whole number from 1");
    REFUSE(out, "-", "--out is the name of a file");
}

static void bad_representations_and_learners_are_refused(void **state)
{
    static const char *const NAMELESS[] = {"=f.npy"}, *const FILELESS[] = {"clip="}, *const BARE[] = {"clip"};
    static const char *const TWICE[]   = {"a=1.npy", "a=2.npy"};
    static const char *const UNKNOWN[] = {"bayes"}, *const EMPTY[] = {"bayes_ridge,"}, *const WRONG_TASK[] = {"logistic_ridge"};
    static const char *const SAME[] = {"bayes_ridge,bayes_ridge:standardize=online"};
    struct fit_words         words  = PLAIN;

    (void)state;
    REFUSE(representations, NAMELESS, "--representation is NAME=FILE, not '=f.npy'");
    REFUSE(representations, FILELESS, "--representation is NAME=FILE, not 'clip='");
    REFUSE(representations, BARE, "--representation is NAME=FILE, not 'clip'");
    words.representation_count = 2;
    words.representations      = TWICE;
    refuse(&words, "there are two with the name 'a'");
    REFUSE(learners, UNKNOWN, "'bayes' is not a learner of the reward task");
    REFUSE(learners, EMPTY, "a name is empty");
    REFUSE(learners, WRONG_TASK, "'logistic_ridge' is not a learner of the reward task");
    REFUSE(learners, SAME, "'bayes_ridge:standardize=online' is given twice");
}

static void contradictions_are_refused(void **state)
{
    struct fit_words words = PLAIN;

    (void)state;
    REFUSE(scale, "all", "--scale is for --choice glmm-loo only");
    words.choice      = "temperature";
    words.is_compared = true;
    refuse(&words, "are no evidence");
    REFUSE(loglik, "l.csv", "--task has no meaning beside it");
    words = (struct fit_words){.loglik = "l.csv"};
    refuse(&words, "--loglik needs --compare");
    words = (struct fit_words){.loglik = "l.csv", .is_compared = true, .out = "rows.csv"};
    refuse(&words, "--out has no meaning beside it");
    words = (struct fit_words){.is_compared = true};
    refuse(&words, "--task is missing");
}

/* What cannot be compared is said at once, not after hours of fitting. */
static void more_models_than_can_be_compared_are_refused(void **state)
{
    enum { REPRESENTATIONS = MODEL_COMPARISON_MODELS_MAX / 4 + 1 };
    static const char *const FOUR[] = {"bayes_ridge,bayes_ridge:pca=1,bayes_ridge:pca=2,bayes_ridge:pca=3"};
    char                     texts[REPRESENTATIONS][32];
    const char              *representations[REPRESENTATIONS];
    struct fit_words         words = PLAIN;
    struct fit_options       options;
    struct err               err;

    (void)state;
    for (int i = 0; i < REPRESENTATIONS; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "m%d=m.npy", i);
        representations[i] = texts[i];
    }
    words.representations      = representations;
    words.representation_count = REPRESENTATIONS;
    words.learners             = FOUR;
    MUST(fit_options_read(&words, &options, &err)); /* without a comparison they are fitted */
    fit_options_close(&options);
    words.is_compared = true;
    refuse(&words, "--compare takes 500 models at most, 126 representations with 4 learners are 504");
    words.representation_count--;
    MUST(fit_options_read(&words, &options, &err));
    fit_options_close(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_is_the_first_of_each_list),
        cmocka_unit_test(every_word_has_its_effect),
        cmocka_unit_test(missing_and_unknown_words_are_refused),
        cmocka_unit_test(bad_representations_and_learners_are_refused),
        cmocka_unit_test(contradictions_are_refused),
        cmocka_unit_test(more_models_than_can_be_compared_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
