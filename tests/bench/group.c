/* The measured side of `make bench-group`: how long the group numbers of a study take, piece by piece.
 *
 *   group FOLDER PEOPLE     in an empty FOLDER: a reward study of 86 models, PEOPLE who have played 60 trials in one of 10 conditions.
 * One JSON line per piece: people, models, piece, cpu_ms, and what it counted. What the learners expect and people choose is made up but
 * like the real thing: a model's expectation is the points with noise, of a strength of its own; each person follows one model. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/rng.h"
#include "live/group_json.h"
#include "live/group_view.h"
#include "live/value_table.h"
#include "store/data_folder.h"
#include "store/lane.h"
#include "store/migrate.h"
#include "store/store_trial.h"

enum { REPRESENTATIONS = 86, CONDITIONS = 10, TRIALS = 60, STIMULI = 2 * TRIALS, POINTS_MAX = 100 };

struct bench {
    struct store *store;
    int64_t       study_id;
    int64_t       representation_ids[REPRESENTATIONS];
    int64_t       condition_ids[CONDITIONS];
    char          learner[LEARNER_TEXT_BYTES];
    int           points[CONDITIONS][TRIALS][2];
    double        pairs[CONDITIONS][REPRESENTATIONS][2 * TRIALS];
};

/* Of this thread: others may be at work on the machine. */
static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void must(bool ok, const struct err *err)
{
    if (ok) return;
    (void)fprintf(stderr, "bench: %s\n", err->message);
    exit(1);
}

static void hash_of(struct secret_hash *out, const char *what, int number)
{
    char text[64];

    (void)snprintf(text, sizeof text, "%s %d", what, number);
    secret_sha256_of(text, strlen(text), out);
}

/* --- the study --- */

static void make_study(struct bench *bench, int64_t set_id)
{
    struct study_row      row = {.slug = "bench", .title = "Bench", .task = "reward", .state = "open", .stimulus_set_id = set_id};
    struct study_settings settings;
    struct text           text;
    struct err            err;

    study_settings_default(TASK_REWARD, &settings);
    settings.trial_count = TRIALS;
    (void)snprintf(bench->learner, sizeof bench->learner, "%s", settings.learners[0].text);
    text_init(&text);
    study_settings_write(&settings, &text);
    row.settings = text.data;
    must(store_study_insert(bench->store, &row, &bench->study_id, &err), &err);
    text_close(&text);
    for (int i = 0; i < REPRESENTATIONS; i++) {
        struct representation_row own = {
            .stimulus_set_id = set_id, .family = "other", .description = "Made up.", .feature_count = 1};

        (void)snprintf(own.name, sizeof own.name, "made-up-%d", i);
        hash_of(&own.matrix_sha256, "matrix", i);
        must(store_representation_insert(bench->store, &own, &bench->representation_ids[i], &err), &err);
        must(store_study_representation_insert(bench->store, bench->study_id, bench->representation_ids[i], i, &err), &err);
    }
}

static int64_t make_stimuli(struct bench *bench)
{
    struct stimulus_set_row set = {.name = "bench"};
    struct err              err;
    int64_t                 set_id;

    must(store_stimulus_set_insert(bench->store, &set, &set_id, &err), &err);
    for (int i = 0; i < STIMULI; i++) {
        char                name[24];
        struct media_row    media    = {.media_type = "image/png", .byte_count = 1};
        struct stimulus_row stimulus = {.row_index = i, .name = name, .object = name};

        (void)snprintf(name, sizeof name, "thing-%d", i);
        hash_of(&media.sha256, "media", i);
        stimulus.media_sha256 = media.sha256;
        must(store_media_insert(bench->store, &media, &err), &err);
        must(store_stimulus_insert(bench->store, set_id, &stimulus, &err), &err);
    }
    return set_id;
}

static void make_table(struct bench *bench, struct rng *rng, int condition, int model)
{
    struct value_table_row row   = {.revision          = VALUE_TABLE_REVISION,
                                    .condition_id      = bench->condition_ids[condition],
                                    .representation_id = bench->representation_ids[model],
                                    .trial_count       = TRIALS,
                                    .status            = "converged"};
    double                *pairs = bench->pairs[condition][model];
    struct err             err;

    for (int t = 0; t < TRIALS; t++)
        for (int side = 0; side < 2; side++)
            pairs[2 * t + side] = t == 0 ? 0.0 : bench->points[condition][t][side] + (10.0 + model) * rng_normal(rng);
    hash_of(&row.content_key, "table", condition * REPRESENTATIONS + model);
    (void)snprintf(row.learner, sizeof row.learner, "%s", bench->learner);
    row.value_pairs = pairs;
    must(store_value_table_insert(bench->store, &row, &err), &err);
}

static void make_condition(struct bench *bench, struct rng *rng, int number)
{
    struct condition_row row = {.study_id = bench->study_id, .condition_number = number + 1, .points_max = POINTS_MAX};
    struct err           err;

    hash_of(&row.sha256, "condition", number);
    must(store_condition_insert(bench->store, &row, &bench->condition_ids[number], &err), &err);
    for (int t = 0; t < TRIALS; t++) {
        int                       *points = bench->points[number][t];
        struct condition_trial_row trial  = {.trial_index = t, .left_stimulus_id = 2 * t + 1, .right_stimulus_id = 2 * t + 2};

        for (int side = 0; side < 2; side++) points[side] = (int)rng_below(rng, POINTS_MAX + 1);
        trial.left_points  = points[0];
        trial.right_points = points[1];
        must(store_condition_trial_insert(bench->store, bench->condition_ids[number], PHASE_MAIN, &trial, &err), &err);
    }
    for (int m = 0; m < REPRESENTATIONS; m++) make_table(bench, rng, number, m);
}

/* --- its people --- */

static void play_trial(struct bench *bench, struct rng *rng, int64_t session_id, int condition, int model, int t)
{
    const double    *pair   = bench->pairs[condition][model] + 2 * t;
    const int       *points = bench->points[condition][t];
    const int        right  = rng_uniform(rng) < 1.0 / (1.0 + exp(-0.05 * (pair[1] - pair[0])));
    struct trial_row row    = {.session_id        = session_id,
                               .phase             = PHASE_MAIN,
                               .trial_index       = t,
                               .response          = right,
                               .is_correct        = points[right] >= points[1 - right],
                               .is_tie            = points[0] == points[1],
                               .rt_ms             = 700.0 * exp(0.4 * rng_normal(rng)),
                               .frame_ms          = (double)NAN,
                               .is_visible        = true,
                               .input             = "keyboard",
                               .previous_reply_ms = (double)NAN};
    struct err       err;

    must(store_trial_insert(bench->store, &row, &err), &err);
}

static void play(struct bench *bench, struct rng *rng, int person)
{
    const int                 condition  = person % CONDITIONS;
    const int                 model      = (int)rng_below(rng, REPRESENTATIONS);
    struct session_row        row        = {.study_id = bench->study_id, .condition_id = bench->condition_ids[condition]};
    struct session_admission  admission  = {0};
    struct session_provenance provenance = {.program_version = "bench"};
    struct err                err;

    (void)snprintf(row.public_id, sizeof row.public_id, "s-%d", person);
    hash_of(&admission.token_hash, "token", person);
    must(store_session_insert(bench->store, &row, &admission, &provenance, &err), &err);
    for (int t = 0; t < TRIALS; t++) play_trial(bench, rng, row.session_id, condition, model, t);
}

static void make_all(struct bench *bench, const char *database, int people)
{
    struct migration_list migrations = migrations_embedded();
    struct rng            rng;
    struct err            err;

    rng_init(&rng, 1);
    must(store_migrate(database, &migrations, &err), &err);
    bench->store = store_open(database, STORE_WRITE, &err);
    must(bench->store != NULL, &err);
    must(store_begin(bench->store, &err), &err);
    make_study(bench, make_stimuli(bench));
    for (int i = 0; i < CONDITIONS; i++) make_condition(bench, &rng, i);
    for (int i = 0; i < people; i++) play(bench, &rng, i);
    must(store_commit(bench->store, &err), &err);
}

/* --- what is measured --- */

static void say(int people, const char *piece, double ms, double counted)
{
    (void)printf("{\"people\":%d,\"models\":%d,\"piece\":\"%s\",\"cpu_ms\":%.2f,\"counted\":%.0f}\n", people, REPRESENTATIONS,
                 piece, ms, counted);
    (void)fflush(stdout);
}

static void measure_mixed(struct group_view *view, int people, const char *piece)
{
    const double began_ms = now_ms();
    bool         is_done  = false;
    struct err   err;

    while (!is_done)
        must(group_mixed_refresh(&view->mixed, view->cohort, &view->numbers, &CLOCK_SYSTEM, 200 * 1000, &is_done, &err), &err);
    say(people, piece, now_ms() - began_ms, view->mixed.model_count);
}

static void measure_settle(struct group_view *view, int people)
{
    const double began_ms = now_ms();
    bool         is_done  = false;
    struct err   err;

    while (!is_done)
        must(group_mixed_settle(&view->mixed, view->cohort, &view->numbers, &CLOCK_SYSTEM, 200 * 1000, &is_done, &err), &err);
    say(people, "mixed models, settled", now_ms() - began_ms, view->mixed.model_count);
}

/* The predictions of a whole study of a thousand take minutes: what they take each is enough. */
static void measure_loo(struct group_view *view, int people)
{
    const double              began_ms = now_ms();
    struct group_loo_progress progress;
    struct err                err;

    must(group_loo_begin(&view->mixed, view->cohort, &view->numbers, &CLOCK_SYSTEM, &err), &err);
    (void)group_loo_progress(&view->mixed, &CLOCK_SYSTEM, &progress);
    while (now_ms() - began_ms < 5000.0 && view->mixed.job != NULL) {
        must(group_loo_step(&view->mixed, &CLOCK_SYSTEM, 100 * 1000, &err), &err);
        (void)group_loo_progress(&view->mixed, &CLOCK_SYSTEM, &progress);
    }
    say(people, "leave-one-out, at most 5 s of it", now_ms() - began_ms, (double)progress.done_count);
    say(people, "leave-one-out, predictions in all", 0.0, (double)progress.total_count);
}

static void measure_numbers(struct group_view *view, int people)
{
    struct group_numbers numbers;
    struct err           err;
    double               began_ms = now_ms();

    must(group_numbers_compute(view->cohort, 0, &numbers, &err), &err);
    say(people, "numbers without the comparison", now_ms() - began_ms, numbers.counted_count);
    began_ms = now_ms();
    must(group_numbers_compare(view->cohort, &numbers, &err), &err);
    say(people, "comparison", now_ms() - began_ms, numbers.comparison.is_converged);
    group_numbers_close(&numbers);
}

static void measure_document(struct group_view *view, int people)
{
    struct text text;
    struct err  err;
    double      began_ms;

    text_init(&text);
    began_ms = now_ms();
    must(group_view_count(view, &err), &err);
    say(people, "funnel", now_ms() - began_ms, view->funnel.consented);
    began_ms = now_ms();
    must(group_view_write(view, &CLOCK_SYSTEM, 0.0, &text, &err), &err);
    say(people, "document", now_ms() - began_ms, (double)text.length);
    text_close(&text);
}

/* One more response of everybody in ten: what a second of a busy study brings. */
static void measure_follow(struct bench *bench, struct group_view *view, int people)
{
    struct rng rng;
    struct err err;
    double     began_ms;

    rng_init(&rng, 2);
    must(store_begin(bench->store, &err), &err);
    for (int i = 0; i < 10; i++) play(bench, &rng, people + i);
    must(store_commit(bench->store, &err), &err);
    began_ms = now_ms();
    must(cohort_update(view->cohort, NULL, NULL, &err), &err);
    say(people, "cohort: 600 responses more", now_ms() - began_ms, view->cohort->members.count);
    began_ms = now_ms();
    must(cohort_update(view->cohort, NULL, NULL, &err), &err);
    say(people, "cohort: nothing new", now_ms() - began_ms, 0);
}

/* Everybody leaves, with stored fits. */
static void end_all(struct bench *bench, const struct cohort *cohort)
{
    struct err err;

    must(store_begin(bench->store, &err), &err);
    for (int i = 0; i < cohort->members.count; i++) {
        const struct cohort_member *member = cohort_member_at(cohort, i);

        for (int m = 0; m < REPRESENTATIONS; m++) {
            struct fit_row row = {.session_id        = member->session.session_id,
                                  .representation_id = bench->representation_ids[m],
                                  .trial_count       = member->response_count,
                                  .log_evidence      = member->log_evidence[m]};

            (void)snprintf(row.learner, sizeof row.learner, "%s", bench->learner);
            must(store_fit_put(bench->store, &row, &err), &err);
        }
        must(store_session_end(bench->store, member->session.session_id, SESSION_LEFT, 1, &err), &err);
    }
    must(store_commit(bench->store, &err), &err);
}

static void measure_stored(struct bench *bench, struct store *store, int people)
{
    const double   began_ms = now_ms();
    struct err     err;
    struct cohort *cohort = cohort_new(store, bench->study_id, &err);

    must(cohort != NULL && cohort_update(cohort, NULL, NULL, &err), &err);
    say(people, "cohort: all, with stored fits", now_ms() - began_ms, cohort->members.count);
    cohort_free(cohort);
}

static void measure(struct bench *bench, const char *database, int people)
{
    struct store      *store;
    struct group_view *view;
    struct err         err;
    double             began_ms = now_ms();

    store = store_open(database, STORE_READ, &err);
    must(store != NULL, &err);
    view = group_view_new(bench->study_id, 0, &err);
    must(view != NULL, &err);
    view->cohort = cohort_new(store, bench->study_id, &err);
    must(view->cohort != NULL && cohort_update(view->cohort, NULL, NULL, &err), &err);
    say(people, "cohort: all", now_ms() - began_ms, view->cohort->members.count);
    must(group_view_refresh(view, &err), &err);
    measure_numbers(view, people);
    measure_mixed(view, people, "mixed models, first");
    measure_document(view, people);
    measure_loo(view, people);
    group_mixed_leave(&view->mixed);
    measure_follow(bench, view, people);
    must(group_view_refresh(view, &err), &err);
    measure_mixed(view, people, "mixed models, again");
    measure_settle(view, people);
    end_all(bench, view->cohort);
    measure_stored(bench, store, people);
    cohort_free(view->cohort);
    group_view_leave(view);
    group_view_free(view);
    store_close(store);
}

int main(int argc, char **argv)
{
    struct bench *bench = calloc(1, sizeof *bench);
    char          database[PATH_BYTES];
    struct err    err;

    if (argc != 3 || bench == NULL) return 2;
    must(secret_init(&err), &err);
    (void)snprintf(database, sizeof database, "%s/bench.db", argv[1]);
    make_all(bench, database, atoi(argv[2]));
    measure(bench, database, atoi(argv[2]));
    store_close(bench->store);
    free(bench);
    return 0;
}
