#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "simulate/person.h"

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.17g is not within %g of %g", value, tolerance, expected);
}

enum { TRIAL_COUNT = 120, ROW_COUNT = 240, FEATURE_COUNT = 4, PERSON_COUNT = 12 };

/* Random features; the first one is the hidden rule. */
struct world {
    double              features[ROW_COUNT * FEATURE_COUNT];
    int                 rows[ROW_COUNT];
    struct matrix       matrix;
    struct learner_spec spec;
    enum learner_task   task;
};

static void world_init(struct world *world, enum learner_task task)
{
    struct rng rng;
    struct err err;

    rng_init(&rng, 11);
    for (int i = 0; i < ROW_COUNT * FEATURE_COUNT; i++) world->features[i] = rng_normal(&rng);
    for (int i = 0; i < ROW_COUNT; i++) world->rows[i] = i;
    rng_shuffle(&rng, world->rows, ROW_COUNT);
    world->matrix = (struct matrix){.row_count = ROW_COUNT, .column_count = FEATURE_COUNT, .values = world->features};
    world->task   = task;
    assert_true(learner_spec_read(learner_default(task), task, &world->spec, &err));
}

static double hidden_value(const struct world *world, int image_index)
{
    return world->features[world->rows[image_index] * FEATURE_COUNT];
}

/* The truth of one trial; returns the right response. */
static int truth(const struct world *world, int trial_index, double targets[2])
{
    if (world->task == LEARNER_TASK_CATEGORY) {
        targets[0] = hidden_value(world, trial_index) > 0.0 ? 1.0 : 0.0;
        targets[1] = 0.0;
        return (int)targets[0];
    }
    for (int i = 0; i < 2; i++) targets[i] = round(50.0 + 20.0 * hidden_value(world, 2 * trial_index + i));
    return targets[1] >= targets[0] ? 1 : 0;
}

/* Play all trials; is_right[t] for each, responses if not NULL. */
static void play(const struct world *world, bool is_random, double beta, uint64_t seed, int is_right[TRIAL_COUNT],
                 int responses[TRIAL_COUNT])
{
    struct person_settings settings = {.task   = world->task,
                                       .spec   = is_random ? NULL : &world->spec,
                                       .matrix = is_random ? NULL : &world->matrix,
                                       .beta   = beta,
                                       .seed   = seed};
    struct err             err;
    struct person         *person = person_new(&settings, TRIAL_COUNT, is_random ? NULL : world->rows, &err);

    assert_non_null(person);
    for (int t = 0; t < TRIAL_COUNT; t++) {
        double targets[2];
        int    response = person_respond(person, t);

        assert_true(response == 0 || response == 1);
        is_right[t] = response == truth(world, t, targets);
        if (responses != NULL) responses[t] = response;
        person_learn(person, t, targets);
    }
    person_free(person);
}

static int sum(const int *values, int from, int to)
{
    int total = 0;

    for (int i = from; i < to; i++) total += values[i];
    return total;
}

static void check_learning(enum learner_task task, double beta)
{
    const int    third = TRIAL_COUNT / 3;
    struct world world;
    int          is_right[TRIAL_COUNT];
    int          first = 0, last = 0;

    world_init(&world, task);
    for (uint64_t seed = 1; seed <= PERSON_COUNT; seed++) {
        play(&world, false, beta, seed, is_right, NULL);
        first += sum(is_right, 0, third);
        last += sum(is_right, TRIAL_COUNT - third, TRIAL_COUNT);
    }
    assert_true(last > first);
    assert_true(last > PERSON_COUNT * third * 8 / 10); /* a linear rule on one of four features is learned well */
}

static void the_last_third_beats_the_first_in_the_category_task(void **state)
{
    (void)state;
    check_learning(LEARNER_TASK_CATEGORY, 1.5);
}

static void the_last_third_beats_the_first_in_the_reward_task(void **state)
{
    (void)state;
    check_learning(LEARNER_TASK_REWARD, 0.1);
}

static void the_same_seed_gives_the_same_responses(void **state)
{
    struct world world;
    int          is_right[TRIAL_COUNT], first[TRIAL_COUNT], again[TRIAL_COUNT], other[TRIAL_COUNT];

    (void)state;
    world_init(&world, LEARNER_TASK_CATEGORY);
    play(&world, false, 1.0, 5, is_right, first);
    play(&world, false, 1.0, 5, is_right, again);
    play(&world, false, 1.0, 6, is_right, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
}

static void a_larger_beta_follows_the_learner_more_closely(void **state)
{
    struct world world;
    int          is_right[TRIAL_COUNT];
    int          weak = 0, strong = 0;

    (void)state;
    world_init(&world, LEARNER_TASK_REWARD);
    for (uint64_t seed = 1; seed <= PERSON_COUNT; seed++) {
        play(&world, false, 0.005, seed, is_right, NULL);
        weak += sum(is_right, 0, TRIAL_COUNT);
        play(&world, false, 1.0, seed, is_right, NULL);
        strong += sum(is_right, 0, TRIAL_COUNT);
    }
    assert_true(strong > weak + PERSON_COUNT * 20);
}

static void random_people_are_right_half_the_time_and_do_not_learn(void **state)
{
    const int    person_count = 100;
    struct world world;
    int          is_right[TRIAL_COUNT];
    double       right_share = 0.0, right_response_share = 0.0;
    int          responses[TRIAL_COUNT];

    (void)state;
    world_init(&world, LEARNER_TASK_CATEGORY);
    for (int i = 0; i < person_count; i++) {
        play(&world, true, 1.0, (uint64_t)i, is_right, responses);
        right_share += (double)sum(is_right, 0, TRIAL_COUNT) / (TRIAL_COUNT * person_count);
        right_response_share += (double)sum(responses, 0, TRIAL_COUNT) / (TRIAL_COUNT * person_count);
    }
    assert_near(right_share, 0.5, 0.02); /* four standard errors of 12,000 coins */
    assert_near(right_response_share, 0.5, 0.02);
}

static void think_times_have_the_mean_asked_for_and_a_third_of_it_as_spread(void **state)
{
    const int              count    = 20000;
    struct person_settings settings = {.task = LEARNER_TASK_CATEGORY, .seed = 9};
    struct err             err;
    struct person         *person = person_new(&settings, 1, NULL, &err);
    double                 total = 0.0, square = 0.0, mean;

    (void)state;
    assert_non_null(person);
    for (int i = 0; i < count; i++) {
        double think_ms = person_think_ms(person, 1000.0);

        assert_true(think_ms > 0.0);
        total += think_ms;
        square += think_ms * think_ms;
    }
    mean = total / count;
    assert_near(mean, 1000.0, 10.0);
    assert_near(sqrt(square / count - mean * mean), 350.0, 15.0);
    assert_true(person_think_ms(person, 0.0) == 0.0);
    person_free(person);
}

static void the_pace_asked_for_does_not_change_the_responses(void **state)
{
    struct person_settings settings = {.task = LEARNER_TASK_CATEGORY, .seed = 4};
    struct err             err;
    struct person         *slow = person_new(&settings, TRIAL_COUNT, NULL, &err);
    struct person         *fast = person_new(&settings, TRIAL_COUNT, NULL, &err);

    (void)state;
    assert_non_null(slow);
    assert_non_null(fast);
    for (int t = 0; t < TRIAL_COUNT; t++) {
        (void)person_think_ms(slow, 800.0);
        (void)person_think_ms(fast, 0.0);
        assert_int_equal(person_respond(slow, t), person_respond(fast, t));
    }
    person_free(slow);
    person_free(fast);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_third_beats_the_first_in_the_category_task),
        cmocka_unit_test(the_last_third_beats_the_first_in_the_reward_task),
        cmocka_unit_test(the_same_seed_gives_the_same_responses),
        cmocka_unit_test(a_larger_beta_follows_the_learner_more_closely),
        cmocka_unit_test(random_people_are_right_half_the_time_and_do_not_learn),
        cmocka_unit_test(think_times_have_the_mean_asked_for_and_a_third_of_it_as_spread),
        cmocka_unit_test(the_pace_asked_for_does_not_change_the_responses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
