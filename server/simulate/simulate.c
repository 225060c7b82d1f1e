#include "simulate/simulate.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/secret.h"
#include "base/stop_signal.h"
#include "simulate/http_client.h"
#include "simulate/tally.h"
#include "simulate/timer_queue.h"
#include "simulate/visit.h"

enum {
    SIMULATE_WAIT_MAX_MS      = 100,     /* how late a signal or a progress line may be */
    SIMULATE_THINK_PORTION_US = 2000,    /* learners' work between two looks at the network */
    SIMULATE_PROGRESS_US      = 1000000, /* between two progress lines */
    SIMULATE_STOP_MAX_US      = 3000000, /* replies still awaited after a stop */
    SIMULATE_FILES_SPARE      = 32,      /* standard streams, epoll, matrices */
};

struct simulation {
    const struct simulate_settings *settings;
    struct visit_settings           visit_settings;
    struct population              *population;
    struct http_client             *client;
    struct tally                    tally;
    struct timer_queue              waiting;  /* lines whose visit pauses or pretends to think */
    struct visit                  **visits;   /* one per line; NULL: the line is free */
    int                            *thinking; /* ring of lines whose visit wants the learner */
    int                             thinking_first;
    int                             thinking_count;
    int                            *free_lines; /* stack */
    int                             free_count;
    int                             line_count;
    int                             begun_count;
    int64_t                         begin_us;
    int64_t                         count_us; /* since when the tally counts */
    bool                            is_warm;
    bool                            is_stopping;
    bool                            is_wrong_input;
    bool                            is_broken; /* ours: out of memory or files */
    struct err                      err;       /* why, when is_broken */
    FILE                           *messages;
};

static void stop_broken(struct simulation *simulation)
{
    simulation->is_broken   = true;
    simulation->is_stopping = true;
}

static void end_visit(struct simulation *simulation, int line)
{
    const struct visit_failure *failure = visit_failure(simulation->visits[line]);

    if (failure != NULL && failure->reach != VISIT_FAILURE_SESSION) simulation->is_stopping = true;
    if (failure != NULL && failure->reach == VISIT_FAILURE_INPUT) simulation->is_wrong_input = true;
    visit_free(simulation->visits[line]);
    simulation->visits[line]                         = NULL;
    simulation->free_lines[simulation->free_count++] = line;
}

static void follow(struct simulation *simulation, int line, enum visit_next next)
{
    struct visit              *visit = simulation->visits[line];
    struct http_client_request request;

    switch (next) {
    case VISIT_NEXT_SEND:
        if (simulation->is_stopping) return; /* the visit is abandoned where it is */
        request = visit_request(visit);
        if (!http_client_send(simulation->client, line, &request, &simulation->err)) stop_broken(simulation);
        return;
    case VISIT_NEXT_THINK:
        simulation->thinking[(simulation->thinking_first + simulation->thinking_count++) % simulation->line_count] = line;
        return;
    case VISIT_NEXT_WAIT:
        timer_queue_add(&simulation->waiting, visit_due_us(visit), line);
        return;
    case VISIT_NEXT_OVER:
        end_visit(simulation, line);
        return;
    }
}

static void take_reply(void *context, int line, const struct http_client_reply *reply)
{
    struct simulation *simulation = context;

    follow(simulation, line, visit_take_reply(simulation->visits[line], reply));
}

/* How many may have begun by now. */
static int ramp_count(const struct simulation *simulation)
{
    double passed_s = (double)(clock_monotonic_us(&CLOCK_SYSTEM) - simulation->begin_us) / 1e6;
    double ramp_s   = simulation->settings->ramp_s;
    int    all      = simulation->settings->participant_count;

    return passed_s >= ramp_s ? all : 1 + (int)(passed_s / ramp_s * (double)(all - 1));
}

/* The first goes alone until it has seen the study, so that a study or server that is not there fails once. */
static bool may_begin(const struct simulation *simulation)
{
    int begun_max = population_has_task(simulation->population) ? ramp_count(simulation) : 1;

    return simulation->free_count > 0 && simulation->begun_count < begun_max && !simulation->is_stopping;
}

static void begin_visits(struct simulation *simulation)
{
    while (may_begin(simulation)) {
        int           line = simulation->free_lines[--simulation->free_count];
        struct visit *visit =
            visit_new(&simulation->visit_settings, simulation->begun_count, clock_monotonic_us(&CLOCK_SYSTEM), &simulation->err);

        if (visit == NULL) {
            stop_broken(simulation);
            return;
        }
        simulation->begun_count++;
        simulation->visits[line] = visit;
        follow(simulation, line, VISIT_NEXT_SEND);
    }
}

static void resume_waiting(struct simulation *simulation)
{
    int64_t now_us = clock_monotonic_us(&CLOCK_SYSTEM);
    int     line;

    while (timer_queue_take_due(&simulation->waiting, now_us, &line)) follow(simulation, line, VISIT_NEXT_SEND);
}

static void think_a_portion(struct simulation *simulation)
{
    int64_t begin_us = clock_monotonic_us(&CLOCK_SYSTEM);
    int64_t now_us   = begin_us;

    while (simulation->thinking_count > 0 && now_us - begin_us < SIMULATE_THINK_PORTION_US) {
        int line = simulation->thinking[simulation->thinking_first];

        simulation->thinking_first = (simulation->thinking_first + 1) % simulation->line_count;
        simulation->thinking_count--;
        follow(simulation, line, visit_think(simulation->visits[line], now_us));
        now_us = clock_monotonic_us(&CLOCK_SYSTEM);
    }
}

static int wait_ms(const struct simulation *simulation)
{
    int64_t next_us = timer_queue_next_us(&simulation->waiting);
    int64_t left_ms;

    if (simulation->thinking_count > 0) return 0;
    if (next_us == INT64_MAX) return SIMULATE_WAIT_MAX_MS;
    left_ms = (next_us - clock_monotonic_us(&CLOCK_SYSTEM) + 999) / 1000;
    if (left_ms < 0) return 0;
    return left_ms < SIMULATE_WAIT_MAX_MS ? (int)left_ms : SIMULATE_WAIT_MAX_MS;
}

static void look_for_signal(struct simulation *simulation)
{
    if (simulation->is_stopping || !stop_signal_wait(0)) return;
    simulation->is_stopping = true;
    (void)fprintf(simulation->messages, "\nstopped by a signal: sessions being played are left where they are\n");
}

static void print_progress(const struct simulation *simulation, double elapsed_s)
{
    const struct tally *tally = &simulation->tally;

    (void)fprintf(simulation->messages, "\r%d of %d sessions finished, %d playing, %lld trials, %.1f per s, %d errors  ",
                  tally->session_count, simulation->settings->participant_count, simulation->line_count - simulation->free_count,
                  (long long)tally->trial_count, elapsed_s > 0.0 ? (double)tally->trial_count / elapsed_s : 0.0,
                  tally->error_count);
    (void)fflush(simulation->messages);
}

static bool is_over(const struct simulation *simulation)
{
    if (simulation->is_stopping) return http_client_open_count(simulation->client) == 0;
    return simulation->free_count == simulation->line_count && simulation->begun_count == simulation->settings->participant_count;
}

/* Once the warm-up is over, the summary begins anew. */
static void end_warm_up(struct simulation *simulation, int64_t now_us)
{
    if (simulation->is_warm || (double)(now_us - simulation->begin_us) < simulation->settings->warm_up_s * 1e6) return;
    if (simulation->settings->warm_up_s > 0.0) tally_begin_anew(&simulation->tally);
    simulation->count_us = now_us;
    simulation->is_warm  = true;
}

/* Returns the seconds that were counted. */
static double play(struct simulation *simulation)
{
    bool    has_progress = isatty(fileno(simulation->messages)) == 1;
    int64_t begin_us     = clock_monotonic_us(&CLOCK_SYSTEM);
    int64_t progress_us = begin_us, now_us = begin_us, stop_us = INT64_MAX;

    simulation->begin_us = simulation->count_us = begin_us;
    begin_visits(simulation);
    while (!is_over(simulation) && now_us < stop_us) {
        if (!http_client_wait(simulation->client, wait_ms(simulation), &simulation->err)) stop_broken(simulation);
        if (!simulation->is_stopping) {
            resume_waiting(simulation);
            think_a_portion(simulation);
            begin_visits(simulation);
        }
        look_for_signal(simulation);
        now_us = clock_monotonic_us(&CLOCK_SYSTEM);
        end_warm_up(simulation, now_us);
        if (simulation->is_stopping && stop_us == INT64_MAX) stop_us = now_us + SIMULATE_STOP_MAX_US;
        if (has_progress && now_us - progress_us >= SIMULATE_PROGRESS_US) {
            print_progress(simulation, (double)(now_us - simulation->count_us) / 1e6);
            progress_us = now_us;
        }
    }
    if (has_progress) {
        print_progress(simulation, (double)(now_us - simulation->count_us) / 1e6);
        (void)fputc('\n', simulation->messages);
    }
    return (double)(now_us - simulation->count_us) / 1e6;
}

/* Every line needs a socket. */
static bool raise_file_limit(int line_count, struct err *err)
{
    struct rlimit limit;
    rlim_t        needed = (rlim_t)line_count + SIMULATE_FILES_SPARE;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return err_errno(err, "the limit of open files cannot be read");
    if (limit.rlim_cur >= needed) return true;
    if (limit.rlim_max < needed)
        return err_set(err, ERR_INVALID, "%d sessions at once need %llu open files, but this process may have %llu (ulimit -Hn)",
                       line_count, (unsigned long long)needed, (unsigned long long)limit.rlim_max);
    limit.rlim_cur = needed;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? true : err_errno(err, "the limit of open files cannot be raised");
}

static void take_signals(void)
{
    sigset_t broken_pipe;

    (void)sigemptyset(&broken_pipe);
    (void)sigaddset(&broken_pipe, SIGPIPE); /* a reader of our output that went away is a write error, not our death */
    (void)sigprocmask(SIG_BLOCK, &broken_pipe, NULL);
    stop_signal_hold();
}

static bool open_lines(struct simulation *simulation, struct err *err)
{
    int line_count = simulation->line_count;

    simulation->visits     = calloc((size_t)line_count, sizeof(struct visit *));
    simulation->thinking   = calloc((size_t)line_count, sizeof *simulation->thinking);
    simulation->free_lines = calloc((size_t)line_count, sizeof *simulation->free_lines);
    if (simulation->visits == NULL || simulation->thinking == NULL || simulation->free_lines == NULL) return err_no_memory(err);
    for (int i = 0; i < line_count; i++) simulation->free_lines[i] = line_count - 1 - i; /* line 0 is taken first */
    simulation->free_count = line_count;
    if (!timer_queue_init(&simulation->waiting, line_count, err)) return false;
    simulation->client = http_client_new(simulation->settings->url, line_count, take_reply, simulation, err);
    return simulation->client != NULL;
}

static void simulation_close(struct simulation *simulation)
{
    http_client_free(simulation->client);
    for (int i = 0; simulation->visits != NULL && i < simulation->line_count; i++) visit_free(simulation->visits[i]);
    timer_queue_close(&simulation->waiting);
    free(simulation->free_lines);
    free(simulation->thinking);
    free(simulation->visits);
    population_free(simulation->population);
    tally_close(&simulation->tally);
}

static bool prepare(struct simulation *simulation, struct err *err)
{
    const struct simulate_settings *settings = simulation->settings;

    if (!secret_init(err) || !raise_file_limit(simulation->line_count, err)) return false;
    simulation->population = population_new(&settings->population, err);
    if (simulation->population == NULL) return false;
    simulation->visit_settings = (struct visit_settings){
        .slug          = settings->slug,
        .think_mean_ms = settings->think_mean_ms,
        .population    = simulation->population,
        .tally         = &simulation->tally,
    };
    if (!open_lines(simulation, err)) return false;
    take_signals();
    return true;
}

static bool print_summary(struct simulation *simulation, double elapsed_s, FILE *results, struct err *err)
{
    struct text summary;
    bool        ok;

    tally_print_errors(&simulation->tally, simulation->messages);
    text_init(&summary);
    tally_summary(&simulation->tally, elapsed_s, &summary);
    ok = text_ok(&summary, err);
    if (ok && (fprintf(results, "%s\n", summary.data) < 0 || fflush(results) != 0))
        ok = err_errno(err, "the summary cannot be written");
    text_close(&summary);
    return ok;
}

enum simulate_status simulate(const struct simulate_settings *settings, FILE *results, FILE *messages, struct err *err)
{
    struct simulation    simulation = {.settings = settings, .messages = messages};
    enum simulate_status status     = SIMULATE_FAILED;
    double               elapsed_s;

    simulation.line_count = settings->concurrency;
    if (simulation.line_count > settings->participant_count) simulation.line_count = settings->participant_count;
    tally_init(&simulation.tally);
    if (!prepare(&simulation, err)) {
        status = err->kind == ERR_INVALID ? SIMULATE_WRONG_INPUT : SIMULATE_FAILED;
        goto done;
    }
    elapsed_s = play(&simulation);
    if (simulation.is_broken) tally_error(&simulation.tally, err_kind_name(simulation.err.kind), simulation.err.message);
    if (!print_summary(&simulation, elapsed_s, results, err)) goto done;
    err->message[0] = '\0';
    if (simulation.is_wrong_input)
        status = SIMULATE_WRONG_INPUT;
    else if (simulation.tally.error_count == 0)
        status = SIMULATE_DONE;
done:
    simulation_close(&simulation);
    return status;
}
