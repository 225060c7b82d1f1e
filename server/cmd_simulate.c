#include "cmd_simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cmd_recover.h"
#include "simulate/simulate.h"

enum {
    PARTICIPANT_MAX     = 1000000,
    CONCURRENCY_MAX     = 20000, /* one address has about 28,000 ports to connect from */
    CONCURRENCY_DEFAULT = 50,
    THINK_MEAN_MAX_MS   = 600000,
    SECONDS_MAX         = 86400,
    REPRESENTATION_MAX  = 256,
    EXIT_STATUS_DONE    = 0,
    EXIT_STATUS_FAILED  = 1,
    EXIT_STATUS_WRONG   = 2,
};

static const double BETA_MAX = 1e6;

static const char USAGE[] =
    "usage: dinolab simulate --url URL --study SLUG [options]\n"
    "\n"
    "Simulated people play whole sessions over HTTP. The last line printed is one JSON object with sessions, trials,\n"
    "trials_per_s, reply_ms (response sent to feedback received: p50, p99, p999) and errors.\n"
    "\n"
    "  --url URL                   the server, such as http://127.0.0.1:8080\n"
    "  --study SLUG                an open study\n"
    "  --participants N            sessions in total (default 20)\n"
    "  --concurrency M             sessions at the same time (default: all, up to 50)\n"
    "  --think-ms D                mean time to respond, sd 35 %; 0: as fast as possible (default 1000)\n"
    "  --ramp-s R                  sessions begin evenly over R seconds, where there is a place (default 0)\n"
    "  --warm-up-s W               replies and trials of the first W seconds are left out of the summary (default 0)\n"
    "  --seed S                    whole number; the same seed gives the same people (default 1)\n"
    "  --learner L                 how they learn, such as logistic_ridge:selection=evidence (default: the task's main\n"
    "                              learner), or random: either key with probability one half\n"
    "  --beta B                    middle of the people's betas (default 0.5 for category, 0.05 for reward; sd of log beta 0.4)\n"
    "  --representation NAME=FILE  matrix that people see the pictures through; several: people take them in turn\n"
    "  --stimuli FILE              table with a column 'file'; its lines are the rows of the matrices\n"
    "\n"
    "usage: dinolab simulate --recover --data DIR --study SLUG [--participants 200] [--seed 1]\n"
    "\n"
    "No server, no sessions: for each representation and learner of the study, that many people who answer by it, right in 75\n"
    "to 85 % of the trials, are fitted as the server would fit them (beta_by agreement: no beta makes this model right that\n"
    "often, so they do what it prefers that often; none: it prefers too little even for that and has no people). One JSON\n"
    "object per line: won (the share of people for whom the model that made them has the largest evidence), rival (the other\n"
    "model that wins most, if any), beta_coverage (of 95 % intervals); the last line is of people who guess.\n"
    "\n"
    "Exit status: 0 done, 1 a session failed, 2 wrong use or input.\n";

struct options {
    struct simulate_settings settings;
    struct population_source sources[REPRESENTATION_MAX];
    char                    *url; /* owned copy without closing slashes */
};

typedef bool option_read(struct options *options, char *value, struct err *err);

static bool read_url(struct options *options, char *value, struct err *err)
{
    size_t length = strlen(value);
    size_t scheme = strncmp(value, "http://", 7) == 0 ? 7 : strncmp(value, "https://", 8) == 0 ? 8 : 0;

    while (length > scheme && value[length - 1] == '/') length--;
    if (scheme == 0 || length == scheme || strcspn(value, " \t\r\n?#") < length)
        return err_set(err, ERR_INVALID, "must be the server's address, such as http://127.0.0.1:8080, not '%s'", value);
    free(options->url);
    options->url          = strndup(value, length);
    options->settings.url = options->url;
    return options->url != NULL ? true : err_no_memory(err);
}

static bool read_study(struct options *options, char *value, struct err *err)
{
    options->settings.slug = value;
    return text_is_slug(value) ? true : err_set(err, ERR_INVALID, "'%s' is no name of a study", value);
}

static bool read_whole(const char *value, int min, int max, int *out, struct err *err)
{
    int64_t number = 0;

    if (!text_to_i64(value, min, max, &number))
        return err_set(err, ERR_INVALID, "must be a whole number from %d to %d, not '%s'", min, max, value);
    *out = (int)number;
    return true;
}

static bool read_participants(struct options *options, char *value, struct err *err)
{
    return read_whole(value, 1, PARTICIPANT_MAX, &options->settings.participant_count, err);
}

static bool read_concurrency(struct options *options, char *value, struct err *err)
{
    return read_whole(value, 1, CONCURRENCY_MAX, &options->settings.concurrency, err);
}

static bool read_think_ms(struct options *options, char *value, struct err *err)
{
    double *mean_ms = &options->settings.think_mean_ms;

    if (text_to_f64(value, mean_ms) && *mean_ms >= 0.0 && *mean_ms <= THINK_MEAN_MAX_MS) return true;
    return err_set(err, ERR_INVALID, "must be a number from 0 to %d, not '%s'", THINK_MEAN_MAX_MS, value);
}

static bool read_seconds(const char *value, double *out, struct err *err)
{
    if (text_to_f64(value, out) && *out >= 0.0 && *out <= SECONDS_MAX) return true;
    return err_set(err, ERR_INVALID, "must be a number of seconds from 0 to %d, not '%s'", SECONDS_MAX, value);
}

static bool read_ramp_s(struct options *options, char *value, struct err *err)
{
    return read_seconds(value, &options->settings.ramp_s, err);
}

static bool read_warm_up_s(struct options *options, char *value, struct err *err)
{
    return read_seconds(value, &options->settings.warm_up_s, err);
}

static bool read_seed(struct options *options, char *value, struct err *err)
{
    int64_t seed = 0;

    if (!text_to_i64(value, 0, INT64_MAX, &seed))
        return err_set(err, ERR_INVALID, "must be a whole number from 0 on, not '%s'", value);
    options->settings.population.seed = (uint64_t)seed;
    return true;
}

static bool read_learner(struct options *options, char *value, struct err *err)
{
    options->settings.population.learner = value;
    return value[0] != '\0' ? true : err_set(err, ERR_INVALID, "must name a learner");
}

static bool read_beta(struct options *options, char *value, struct err *err)
{
    double *beta = &options->settings.population.beta;

    if (text_to_f64(value, beta) && *beta > 0.0 && *beta <= BETA_MAX) return true;
    return err_set(err, ERR_INVALID, "must be a number above 0, up to %.0f, not '%s'", BETA_MAX, value);
}

static bool read_representation(struct options *options, char *value, struct err *err)
{
    struct population_settings *population = &options->settings.population;
    char                       *equals     = strchr(value, '=');

    if (equals == NULL || equals == value || equals[1] == '\0')
        return err_set(err, ERR_INVALID, "must be NAME=FILE, not '%s'", value);
    if (population->source_count == REPRESENTATION_MAX)
        return err_set(err, ERR_INVALID, "may be given %d times at most", REPRESENTATION_MAX);
    *equals                                      = '\0';
    options->sources[population->source_count++] = (struct population_source){.name = value, .path = equals + 1};
    return true;
}

static bool read_stimuli(struct options *options, char *value, struct err *err)
{
    options->settings.population.stimuli_path = value;
    return value[0] != '\0' ? true : err_set(err, ERR_INVALID, "must name a file");
}

static const struct {
    const char  *name;
    option_read *read;
} OPTIONS[] = {
    {"--url", read_url},
    {"--study", read_study},
    {"--participants", read_participants},
    {"--concurrency", read_concurrency},
    {"--think-ms", read_think_ms},
    {"--ramp-s", read_ramp_s},
    {"--warm-up-s", read_warm_up_s},
    {"--seed", read_seed},
    {"--learner", read_learner},
    {"--beta", read_beta},
    {"--representation", read_representation},
    {"--stimuli", read_stimuli},
};

static bool read_option(struct options *options, const char *name, char *value, struct err *err)
{
    for (size_t i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++) {
        if (strcmp(OPTIONS[i].name, name) != 0) continue;
        if (value == NULL) return err_set(err, ERR_INVALID, "%s needs a value", name);
        return OPTIONS[i].read(options, value, err) ? true : err_wrap(err, "%s", name);
    }
    return err_set(err, ERR_INVALID, "the option '%s' is not known", name);
}

static bool read_options(struct options *options, int argc, char **argv, struct err *err)
{
    struct simulate_settings *settings = &options->settings;

    settings->participant_count  = 20;
    settings->concurrency        = CONCURRENCY_DEFAULT;
    settings->think_mean_ms      = 1000.0;
    settings->population.seed    = 1;
    settings->population.sources = options->sources;
    for (int i = 1; i < argc; i += 2)
        if (!read_option(options, argv[i], i + 1 < argc ? argv[i + 1] : NULL, err)) return false;
    if (settings->url == NULL) return err_set(err, ERR_INVALID, "--url is missing");
    if (settings->slug == NULL) return err_set(err, ERR_INVALID, "--study is missing");
    return true;
}

static int exit_status(enum simulate_status status)
{
    switch (status) {
    case SIMULATE_DONE:
        return EXIT_STATUS_DONE;
    case SIMULATE_FAILED:
        return EXIT_STATUS_FAILED;
    case SIMULATE_WRONG_INPUT:
        return EXIT_STATUS_WRONG;
    }
    return EXIT_STATUS_FAILED;
}

int cmd_simulate(int argc, char **argv)
{
    struct options *options = NULL;
    const char     *hint    = "";
    struct err      err     = {0};
    int             status  = EXIT_STATUS_WRONG;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) return fputs(USAGE, stdout) < 0 ? EXIT_STATUS_FAILED : EXIT_STATUS_DONE;
    if (cmd_recover_is_meant(argc, argv)) return cmd_recover(argc, argv);
    options = calloc(1, sizeof *options);
    if (options == NULL) {
        (void)err_no_memory(&err);
        status = EXIT_STATUS_FAILED;
    } else if (read_options(options, argc, argv, &err)) {
        status = exit_status(simulate(&options->settings, stdout, stderr, &err));
    } else {
        hint = " (see dinolab simulate --help)";
    }
    if (err.message[0] != '\0') (void)fprintf(stderr, "dinolab simulate: %s%s\n", err.message, hint);
    if (options != NULL) free(options->url);
    free(options);
    return status;
}
