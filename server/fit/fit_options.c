#include "fit/fit_options.h"

#include <stdio.h>
#include <string.h>

#include "base/parallel.h"
#include "base/text.h"
#include "model/model_comparison.h"

enum { LEARNERS_MAX = 256, CHOICES_MAX = 4 };

/* Legal words of an option, the first is the default; in the order of the enumeration they stand for. */
struct word_list {
    const char *option;
    const char *words[CHOICES_MAX];
};

static const struct word_list TASKS        = {"--task", {[LEARNER_TASK_CATEGORY] = "category", [LEARNER_TASK_REWARD] = "reward"}};
static const struct word_list STANDARDIZES = {
    "--standardize",
    {[LEARNER_STANDARDIZE_ONLINE] = "online", [LEARNER_STANDARDIZE_ALL] = "all", [LEARNER_STANDARDIZE_NONE] = "none"}};
static const struct word_list CHOICES = {
    "--choice", {[CHOICE_FIT_GRID] = "grid", [CHOICE_FIT_TEMPERATURE] = "temperature", [CHOICE_FIT_GLMM_LOO] = "glmm-loo"}};
static const struct word_list SCALES = {"--scale", {[GLMM_SCALE_TRAINING] = "training", [GLMM_SCALE_ALL] = "all"}};

static bool read_word(const struct word_list *list, const char *word, int *out, struct err *err)
{
    struct text legal;

    for (*out = 0; *out < CHOICES_MAX && list->words[*out] != NULL; ++*out)
        if (strcmp(list->words[*out], word) == 0) return true;
    text_init(&legal);
    for (int i = 0; i < *out; i++) text_printf(&legal, "%s%s", i == 0 ? "" : i + 1 == *out ? " or " : ", ", list->words[i]);
    err_set(err, ERR_INVALID, "%s is %s, not '%s'", list->option, legal.is_failed ? "something else" : legal.data, word);
    text_close(&legal);
    return false;
}

static bool need(const char *word, const char *option, struct err *err)
{
    return word != NULL && word[0] != '\0' ? true : err_set(err, ERR_INVALID, "%s is missing", option);
}

static bool read_representations(const struct fit_words *words, struct fit_options *out, struct err *err)
{
    if (words->representation_count == 0) return err_set(err, ERR_INVALID, "--representation is missing");
    out->representations = arena_alloc_array(&out->arena, (size_t)words->representation_count, sizeof *out->representations);
    if (out->representations == NULL) return err_no_memory(err);
    for (int i = 0; i < words->representation_count; i++) {
        const char *word   = words->representations[i];
        const char *equals = strchr(word, '=');
        char       *name;

        if (equals == NULL || equals == word || equals[1] == '\0')
            return err_set(err, ERR_INVALID, "--representation is NAME=FILE, not '%s'", word);
        name = arena_copy(&out->arena, word, (size_t)(equals - word));
        if (name == NULL) return err_no_memory(err);
        if (!text_is_utf8(name, strlen(name))) return err_set(err, ERR_INVALID, "--representation: the name is not UTF-8 text");
        for (int j = 0; j < i; j++)
            if (strcmp(out->representations[j].name, name) == 0)
                return err_set(err, ERR_INVALID, "--representation: there are two with the name '%s'", name);
        out->representations[i] = (struct fit_representation){.name = name, .path = equals + 1};
    }
    out->representation_count = words->representation_count;
    return true;
}

/* --standardize is for every learner that does not say its own. */
static bool read_learner(const char *word, const char *standardize, struct fit_options *out, struct err *err)
{
    const char          *full = word;
    struct learner_spec *spec = &out->learners[out->learner_count];

    if (out->learner_count == LEARNERS_MAX) return err_set(err, ERR_INVALID, "--learner: there are more than %d", LEARNERS_MAX);
    if (word[0] == '\0') return err_set(err, ERR_INVALID, "--learner: a name is empty");
    if (standardize != NULL && strstr(word, ":standardize=") == NULL) {
        full = arena_printf(&out->arena, "%s:standardize=%s", word, standardize);
        if (full == NULL) return err_no_memory(err);
    }
    if (!learner_spec_read(full, out->task, spec, err)) return err_wrap(err, "--learner");
    for (int i = 0; i < out->learner_count; i++)
        if (strcmp(out->learners[i].text, spec->text) == 0)
            return err_set(err, ERR_INVALID, "--learner: '%s' is given twice", spec->text);
    out->learner_count++;
    return true;
}

static bool read_learners(const struct fit_words *words, struct fit_options *out, struct err *err)
{
    if (words->learner_count == 0) return err_set(err, ERR_INVALID, "--learner is missing");
    out->learners = arena_alloc_array(&out->arena, LEARNERS_MAX, sizeof *out->learners);
    if (out->learners == NULL) return err_no_memory(err);
    for (int i = 0; i < words->learner_count; i++) {
        char *rest = arena_copy(&out->arena, words->learners[i], strlen(words->learners[i]));

        if (rest == NULL) return err_no_memory(err);
        while (rest != NULL)
            if (!read_learner(strsep(&rest, ","), words->standardize, out, err)) return false;
    }
    return true;
}

static bool read_choice(const struct fit_words *words, struct fit_options *out, struct err *err)
{
    int rule = CHOICE_FIT_GRID, scale = GLMM_SCALE_TRAINING;

    if (words->choice != NULL && !read_word(&CHOICES, words->choice, &rule, err)) return false;
    if (words->scale != NULL && !read_word(&SCALES, words->scale, &scale, err)) return false;
    out->choice = (struct choice_fit_settings){.rule = (enum choice_fit_rule)rule, .scale = (enum glmm_scale)scale};
    if (words->scale != NULL && out->choice.rule != CHOICE_FIT_GLMM_LOO)
        return err_set(err, ERR_INVALID, "--scale is for --choice glmm-loo only: the other rules do not scale what they take");
    if (words->is_compared && out->choice.rule == CHOICE_FIT_TEMPERATURE)
        return err_set(err, ERR_INVALID,
                       "--compare is refused with --choice temperature: likelihoods of the very trials that beta was fitted to "
                       "are no evidence; take grid or glmm-loo");
    return true;
}

/* Said before the first fit, not after the last. */
static bool check_model_count(const struct fit_options *options, struct err *err)
{
    const int count = options->representation_count * options->learner_count;

    if (!options->is_compared || count <= MODEL_COMPARISON_MODELS_MAX) return true;
    return err_set(err, ERR_INVALID, "--compare takes %d models at most, %d representations with %d learners are %d",
                   MODEL_COMPARISON_MODELS_MAX, options->representation_count, options->learner_count, count);
}

static bool read_threads(const char *word, int *out, struct err *err)
{
    int64_t count = parallel_core_count();

    if (word != NULL && !text_to_i64(word, 1, PARALLEL_THREAD_MAX, &count))
        return err_set(err, ERR_INVALID, "--threads is a whole number from 1 to %d, not '%s'", PARALLEL_THREAD_MAX, word);
    *out = (int)count;
    return true;
}

static bool read_loglik(const struct fit_words *words, struct fit_options *out, struct err *err)
{
    const struct {
        const char *name;
        bool        is_given;
    } others[] = {
        {"--task", words->task != NULL},         {"--trials", words->trials != NULL},
        {"--stimuli", words->stimuli != NULL},   {"--representation", words->representation_count > 0},
        {"--learner", words->learner_count > 0}, {"--standardize", words->standardize != NULL},
        {"--choice", words->choice != NULL},     {"--scale", words->scale != NULL},
        {"--threads", words->threads != NULL},   {"--out", words->out != NULL},
    };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (others[i].is_given)
            return err_set(err, ERR_INVALID, "--loglik takes --compare only: %s has no meaning beside it", others[i].name);
    if (!words->is_compared) return err_set(err, ERR_INVALID, "--loglik needs --compare: there is nothing else to do with it");
    out->loglik_path = words->loglik;
    return need(words->loglik, "the file of --loglik", err);
}

bool fit_options_read(const struct fit_words *words, struct fit_options *out, struct err *err)
{
    int task = 0, standardize = 0;

    *out = (struct fit_options){.is_compared = words->is_compared};
    arena_init(&out->arena);
    if (words->loglik != NULL) return read_loglik(words, out, err);
    if (!need(words->task, "--task", err) || !read_word(&TASKS, words->task, &task, err)) return false;
    out->task = (enum learner_task)task;
    if (!need(words->trials, "--trials", err) || !need(words->stimuli, "--stimuli", err)) return false;
    out->trials_path  = words->trials;
    out->stimuli_path = words->stimuli;
    if (words->standardize != NULL && !read_word(&STANDARDIZES, words->standardize, &standardize, err)) return false;
    if (words->out != NULL && (words->out[0] == '\0' || strcmp(words->out, "-") == 0))
        return err_set(err, ERR_INVALID, "--out is the name of a file: standard output has the summary lines");
    out->out_path = words->out;
    return read_representations(words, out, err) && read_learners(words, out, err) && read_choice(words, out, err) &&
           check_model_count(out, err) && read_threads(words->threads, &out->thread_count, err);
}

void fit_options_close(struct fit_options *options)
{
    arena_close(&options->arena);
}
