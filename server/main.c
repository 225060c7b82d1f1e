/* main.c - argv to sub-command. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/secret.h"
#include "base/version.h"
#include "cmd_rebuild.h"
#include "cmd_simulate.h"
#include "command.h"
#include "model/one_thread.h"

static const struct command COMMAND_SIMULATE = {
    .name  = "simulate",
    .usage = "--url URL --study SLUG [--participants N] [...]   or --recover --data DIR --study SLUG   (--help lists all)",
    .run   = cmd_simulate,
};
static const struct command COMMAND_REBUILD = {.name = "rebuild", .usage = "--data DIR [--check]", .run = cmd_rebuild};

static const struct command *const COMMANDS[] = {
    &COMMAND_SERVE,    &COMMAND_STUDY,   &COMMAND_PROJECT, &COMMAND_IMPORT,  &COMMAND_EXPORT,  &COMMAND_DEMO_MATERIAL,
    &COMMAND_SIMULATE, &COMMAND_REBUILD, &COMMAND_FIT,     &COMMAND_METRICS, &COMMAND_ACCOUNT,
};

static void print_usage(FILE *out)
{
    (void)fprintf(out, "dinolab %s: an online human-experiment server\n\n", DINOLAB_VERSION);
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++)
        (void)fprintf(out, "  dinolab %s %s\n", COMMANDS[i]->name, COMMANDS[i]->usage);
}

/* Standard streams that the caller closed are taken, so that no file of ours becomes one of them; writing to them still fails. */
static void hold_standard_streams(void)
{
    int descriptor = open("/dev/null", O_RDONLY);

    while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = dup(descriptor);
    if (descriptor > STDERR_FILENO) (void)close(descriptor);
}

/* Tour 1/9: every run starts here; `serve` goes on in app.c. */
int main(int argc, char **argv)
{
    struct err err;

    hold_standard_streams();
    memory_keep_freed();
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that went away is a write that fails, told in a sentence */
    (void)umask(077);               /* a data folder is nobody else's to read */

    if (!secret_init(&err) || !one_thread_check(&err)) return command_failed(&err);
    if (argc >= 2 && (strcmp(argv[1], "--version") == 0)) return puts("dinolab " DINOLAB_VERSION) < 0 ? EXIT_FAILED : EXIT_DONE;
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) return print_usage(stdout), EXIT_DONE;
    for (size_t i = 0; argc >= 2 && i < sizeof COMMANDS / sizeof COMMANDS[0]; i++)
        if (strcmp(COMMANDS[i]->name, argv[1]) == 0) return COMMANDS[i]->run(argc - 1, argv + 1);
    if (argc >= 2) (void)fprintf(stderr, "dinolab: there is no sub-command '%s'\n", argv[1]);
    print_usage(stderr);
    return EXIT_WRONG_USE;
}
