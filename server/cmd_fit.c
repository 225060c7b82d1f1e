#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "fit/fit.h"

static const char HELP[] =
    "usage: dinolab fit --task reward|category --trials FILE --stimuli FILE --representation NAME=FILE [...]\n"
    "                   --learner NAME[:key=value...][,...] [options]\n"
    "       dinolab fit --loglik FILE --compare\n"
    "\n"
    "Holds learners on representations against people's choices. Prints one JSON object per line, per representation and\n"
    "learner: representation, learner, participants, trials, nll, r2_online | r2_fit | r2_loo (by the choice rule), seconds,\n"
    "r2_low and r2_high (95 % by bootstrap over participants), task_accuracy, looks_ahead, counts of trials whose learner\n"
    "stopped at its iteration limit or had no unique solution; temperature: at_bound; glmm-loo: slope, slope_sd, singular\n"
    "(slope_sd is 0), converged, refits_not_converged. Needs no server and no database.\n"
    "\n"
    "  --trials FILE               CSV; reward: participant, trial, left_image, right_image, left_reward, right_reward, choice;\n"
    "                              category: participant, trial, image, category (julty or folty, or 1 or 0), choice.\n"
    "                              An export of trials is such a file.\n"
    "                              Columns and rows in any order, further columns (rt_ms) are passed over; choice 1 = right =\n"
    "                              Julty. Trials are used in ascending order of `trial`: a number left out is a trial that was\n"
    "                              not seen, one that comes twice is refused\n"
    "  --stimuli FILE              CSV with a column id; its i-th row is row i of every matrix\n"
    "  --representation NAME=FILE  matrix: .npy, or text with one row a line; may be given up to 128 times\n"
    "  --learner NAME[:key=value...][,...]   such as logistic_ridge:selection=evidence:pca=49\n"
    "  --standardize online|all|none         for learners that do not say their own (default online)\n"
    "  --choice grid|temperature|glmm-loo    (default grid)\n"
    "             grid         probability of each choice before it was made, beta learned on the way: r2_online\n"
    "             temperature  one beta per person by maximum likelihood, in sample: r2_fit\n"
    "             glmm-loo     each trial predicted by a mixed model of all others: r2_loo\n"
    "  --scale training|all        glmm-loo: scale by each split's training rows, or once on all rows (default training)\n"
    "  --out FILE                  CSV of every trial: participant, trial, representation, learner, value_left, value_right,\n"
    "                              prob (of choice 1), log_lik; category: value_left is p_Folty\n"
    "  --compare                   one more line: random-effects model selection over all fits: compare [{model, frequency,\n"
    "                              exceedance_prob, protected_exceedance_prob}], omnibus_risk, participants, iterations,\n"
    "                              converged. Not with temperature; up to 500 models\n"
    "  --threads N                 at once (default: one per core); the numbers do not depend on it\n"
    "  --loglik FILE               compare log likelihoods that are there already: CSV with one column per model and one column\n"
    "                              p = participant; rows are added up per participant, -inf is allowed\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong use or input.\n";

static int run(int argc, char **argv)
{
    struct fit_words          words           = {0};
    struct option_list        representations = {0}, learners = {0};
    const struct option_field fields[] = {
        {"--task", OPTION_TEXT, &words.task, false},
        {"--trials", OPTION_TEXT, &words.trials, false},
        {"--stimuli", OPTION_TEXT, &words.stimuli, false},
        {"--representation", OPTION_LIST, &representations, false},
        {"--learner", OPTION_LIST, &learners, false},
        {"--standardize", OPTION_TEXT, &words.standardize, false},
        {"--choice", OPTION_TEXT, &words.choice, false},
        {"--scale", OPTION_TEXT, &words.scale, false},
        {"--threads", OPTION_TEXT, &words.threads, false},
        {"--out", OPTION_TEXT, &words.out, false},
        {"--compare", OPTION_FLAG, &words.is_compared, false},
        {"--loglik", OPTION_TEXT, &words.loglik, false},
        {0},
    };
    struct fit_options options;
    struct err         err;
    int                status = EXIT_DONE;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) return fputs(HELP, stdout) < 0 ? EXIT_FAILED : EXIT_DONE;
    if (!command_options(&COMMAND_FIT, argc, argv, fields)) return EXIT_WRONG_USE;
    words.representation_count = representations.count;
    words.representations      = representations.values;
    words.learner_count        = learners.count;
    words.learners             = learners.values;
    if (!fit_options_read(&words, &options, &err)) {
        status = command_failed(&err);
        (void)fputs("(dinolab fit --help lists all options)\n", stderr);
    } else if (!fit(&options, stdout, stderr, isatty(STDERR_FILENO) == 1, &CLOCK_SYSTEM, &err)) {
        status = command_failed(&err);
    }
    fit_options_close(&options);
    return status;
}

const struct command COMMAND_FIT = {
    .name  = "fit",
    .usage = "--task TASK --trials FILE --stimuli FILE --representation NAME=FILE --learner NAME [...]   (--help lists all)",
    .run   = run,
};
