/* Our rules for bins, median split, points and tallies against the 24 + 24 conditions that the 2024 experiments used, and our
 * sampler on their embedding. Skipped where ../shared/data is missing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "task/category.h"
#include "task/condition.h"
#include "task/condition_pool.h"
#include "task/reward.h"
#include "json/json_read.h"

#define DATA_FOLDER "../shared/data/"

enum { OBJECT_COUNT = 1854, DIMENSION_COUNT = 49, USED_DIMENSION_COUNT = 3, FILE_COUNT = 24, IMAGE_COUNT = 120, PAIR_COUNT = 60 };

struct published {
    char   names[OBJECT_COUNT][64];
    double loadings[OBJECT_COUNT][USED_DIMENSION_COUNT];
};

static char *read_text(const char *path)
{
    struct text text;
    char        buffer[8192];
    size_t      count;
    FILE       *file = fopen(path, "rb");

    if (file == NULL) return NULL;
    text_init(&text);
    while ((count = fread(buffer, 1, sizeof buffer, file)) > 0) text_append(&text, buffer, count);
    (void)fclose(file);
    return text_take(&text);
}

static void read_names(struct published *published, char *text)
{
    char *rest = NULL;
    char *line = strtok_r(text, "\r\n", &rest);

    for (int i = 0; i < OBJECT_COUNT; i++) {
        line = strtok_r(NULL, "\r\n", &rest); /* the first line is the header */
        assert_non_null(line);
        line[strcspn(line, ",")] = '\0';
        assert_in_range(strlen(line), 1, sizeof published->names[i] - 1);
        memcpy(published->names[i], line, strlen(line) + 1);
    }
}

static void read_loadings(struct published *published, const char *text)
{
    const char *position = text;

    for (int i = 0; i < OBJECT_COUNT; i++)
        for (int j = 0; j < DIMENSION_COUNT; j++) {
            char  *end   = NULL;
            double value = strtod(position, &end);

            assert_ptr_not_equal(end, position);
            position = end;
            if (j < USED_DIMENSION_COUNT) published->loadings[i][j] = value;
        }
}

/* *state stays NULL when the data are not there. */
static int load(void **state)
{
    char *names    = read_text(DATA_FOLDER "reward2022/stimuli.csv");
    char *loadings = read_text(DATA_FOLDER "spose_embedding_49d_sorted.txt");
    char *first    = read_text(DATA_FOLDER "conditions/category/1.json");

    *state = NULL;
    if (names != NULL && loadings != NULL && first != NULL) {
        struct published *published = calloc(1, sizeof *published);

        if (published == NULL) return -1;
        read_names(published, names);
        read_loadings(published, loadings);
        *state = published;
    }
    free(names);
    free(loadings);
    free(first);
    return 0;
}

static int unload(void **state)
{
    free(*state);
    return 0;
}

static const struct published *published_or_skip(void **state)
{
    if (*state == NULL) {
        print_message("skipped: %sconditions is not there\n", DATA_FOLDER);
        skip();
    }
    return *state;
}

static struct json_doc *parse_condition(const char *task, int number)
{
    char             path[128];
    char            *text;
    struct json_doc *doc;
    struct err       err = {0};

    (void)snprintf(path, sizeof path, DATA_FOLDER "conditions/%s/%d.json", task, number);
    text = read_text(path);
    if (text == NULL) fail_msg("cannot read %s", path);
    doc = json_parse(span_of(text), &err);
    if (doc == NULL) fail_msg("%s: %s", path, err.message);
    free(text);
    return doc;
}

static int object_named(const struct published *published, const char *name, size_t length)
{
    for (int i = 0; i < OBJECT_COUNT; i++)
        if (strlen(published->names[i]) == length && memcmp(published->names[i], name, length) == 0) return i;
    fail_msg("no object is named '%.*s'", (int)length, name);
    return -1;
}

static void assert_120_objects_24_in_each_bin(const int *objects, const double *loadings)
{
    bool is_seen[OBJECT_COUNT]           = {false};
    int  in_bin[CONDITION_BIN_COUNT + 1] = {0};

    for (int i = 0; i < IMAGE_COUNT; i++) {
        assert_false(is_seen[objects[i]]);
        is_seen[objects[i]] = true;
        in_bin[condition_pool_bin(loadings[i])]++;
    }
    for (int bin = 0; bin < CONDITION_BIN_COUNT; bin++) assert_int_equal(in_bin[bin], 24);
}

/* One file: [{"stimulus": "stimuli/<object>/<file>.jpg", "true_category": "Folty", ...}, ...]. */
static void check_category_file(const struct published *published, int number)
{
    struct json_doc         *doc = parse_condition("category", number);
    const struct json_value *trial;
    int                      objects[IMAGE_COUNT];
    double                   loadings[IMAGE_COUNT], scratch[IMAGE_COUNT];
    bool                     is_high[IMAGE_COUNT], is_julty[IMAGE_COUNT];
    int                      count = 0, julty_count = 0;

    assert_int_equal(json_array_count(json_root(doc)), IMAGE_COUNT);
    for (trial = json_first(json_root(doc)); trial != NULL; trial = json_next(trial), count++) {
        const char *image = NULL, *category = NULL;

        assert_true(json_as_text(json_member(trial, "stimulus"), &image));
        assert_true(json_as_text(json_member(trial, "true_category"), &category));
        assert_int_equal(strncmp(image, "stimuli/", 8), 0);
        objects[count]  = object_named(published, image + 8, strcspn(image + 8, "/"));
        loadings[count] = published->loadings[objects[count]][(number - 1) % USED_DIMENSION_COUNT];
        is_julty[count] = strcmp(category, "Julty") == 0;
        julty_count += is_julty[count];
    }
    assert_int_equal(julty_count, IMAGE_COUNT / 2);
    assert_120_objects_24_in_each_bin(objects, loadings);
    assert_true(category_split(loadings, IMAGE_COUNT, scratch, is_high));
    for (int i = 0; i < IMAGE_COUNT; i++) assert_int_equal(is_high[i], !is_julty[i]);
    json_free(doc);
}

static void our_median_split_is_that_of_the_24_category_conditions(void **state)
{
    const struct published *published = published_or_skip(state);

    for (int number = 1; number <= FILE_COUNT; number++) check_category_file(published, number);
}

/* root[member]["<trial>"] as a number. */
static double number_at(const struct json_value *root, const char *member, int trial)
{
    char   key[16];
    double value = (double)NAN;

    (void)snprintf(key, sizeof key, "%d", trial);
    if (!json_as_f64(json_member(json_member(root, member), key), &value)) fail_msg("no number %s[%d]", member, trial);
    return value;
}

static const char *text_at(const struct json_value *root, const char *member, int trial)
{
    char        key[16];
    const char *text = NULL;

    (void)snprintf(key, sizeof key, "%d", trial);
    if (!json_as_text(json_member(json_member(root, member), key), &text)) fail_msg("no text %s[%d]", member, trial);
    return text;
}

/* The tally's D is the sum over trials of the files' max_reward - min_reward; always taking the better image has no regret. */
static void check_tally(const struct json_value *root)
{
    const struct pay_rule rule  = {.currency = "GBP", .base_minor = 200, .max_bonus_minor = 400};
    struct tally          best  = {0};
    struct tally          worst = {0};
    int64_t               range = 0;

    for (int t = 0; t < PAIR_COUNT; t++) {
        struct planned_trial trial = {.left_points  = (int)number_at(root, "arm_0_reward", t),
                                      .right_points = (int)number_at(root, "arm_1_reward", t)};

        (void)task_score(TASK_REWARD, &trial, trial.right_points >= trial.left_points, &best);
        (void)task_score(TASK_REWARD, &trial, trial.right_points < trial.left_points, &worst);
        range += (int64_t)(number_at(root, "max_reward", t) - number_at(root, "min_reward", t));
    }
    assert_int_equal(best.chance_regret_doubled, range);
    assert_int_equal(best.regret, 0);
    assert_int_equal(worst.regret, range);
    assert_int_equal(task_pay_minor(TASK_REWARD, &rule, &best), 600);
    assert_int_equal(task_pay_minor(TASK_REWARD, &rule, &worst), 200);
}

static void check_reward_file(const struct published *published, int number)
{
    static const char *const NAMES[]    = {"arm_0_category", "arm_1_category"};
    static const char *const LOADINGS[] = {"arm_0_loading", "arm_1_loading"};
    static const char *const POINTS[]   = {"arm_0_reward", "arm_1_reward"};
    struct json_doc         *doc        = parse_condition("reward", number);
    const struct json_value *root       = json_root(doc);
    int                      objects[IMAGE_COUNT];
    double                   loadings[IMAGE_COUNT];
    double                   loading_min = INFINITY, loading_max = -INFINITY;

    for (int i = 0; i < IMAGE_COUNT; i++) {
        const char *name = text_at(root, NAMES[i % 2], i / 2);

        objects[i]  = object_named(published, name, strlen(name));
        loadings[i] = number_at(root, LOADINGS[i % 2], i / 2);
        assert_true(fabs(loadings[i] - published->loadings[objects[i]][(number - 1) % USED_DIMENSION_COUNT]) < 1e-9);
        loading_min = fmin(loading_min, loadings[i]);
        loading_max = fmax(loading_max, loadings[i]);
    }
    assert_120_objects_24_in_each_bin(objects, loadings);
    for (int i = 0; i < IMAGE_COUNT; i++)
        assert_int_equal(reward_points(loadings[i], loading_min, loading_max), (int)number_at(root, POINTS[i % 2], i / 2));
    check_tally(root);
    json_free(doc);
}

static void our_points_are_those_of_the_24_reward_conditions(void **state)
{
    const struct published *published = published_or_skip(state);

    for (int number = 1; number <= FILE_COUNT; number++) check_reward_file(published, number);
}

static void our_sampler_finds_conditions_of_both_tasks_on_each_dimension(void **state)
{
    const struct published *published  = published_or_skip(state);
    struct candidate       *candidates = calloc(OBJECT_COUNT, sizeof *candidates);

    assert_non_null(candidates);
    for (int number = 1; number <= FILE_COUNT; number++)
        for (int task = 0; task < TASK_KIND_COUNT; task++) {
            struct condition_settings settings = {.task           = (enum task_kind)task,
                                                  .trial_count    = task == TASK_REWARD ? PAIR_COUNT : IMAGE_COUNT,
                                                  .practice_count = task == TASK_REWARD ? 3 : 0,
                                                  .high_dinosaur  = DINOSAUR_FOLTY,
                                                  .seed           = (uint64_t)number};
            struct condition          condition;
            struct err                err = {0};

            for (int i = 0; i < OBJECT_COUNT; i++)
                candidates[i] = (struct candidate){i, published->loadings[i][(number - 1) % USED_DIMENSION_COUNT]};
            if (!condition_sample(&settings, candidates, OBJECT_COUNT, &condition, &err)) fail_msg("%s", err.message);
            condition_close(&condition);
        }
    free(candidates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_median_split_is_that_of_the_24_category_conditions),
        cmocka_unit_test(our_points_are_those_of_the_24_reward_conditions),
        cmocka_unit_test(our_sampler_finds_conditions_of_both_tasks_on_each_dimension),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
