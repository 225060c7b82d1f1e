#include <stdio.h>

#include "app.h"
#include "command.h"
#include "store/backup_expiry.h"

enum { PORT_DEFAULT = 8080, LOOP_COUNT_DEFAULT = 2, LOOP_COUNT_MAX = 64 };

static int run(int argc, char **argv)
{
    struct app_settings       settings = {.address = "127.0.0.1"};
    int64_t                   port = PORT_DEFAULT, loop_count = LOOP_COUNT_DEFAULT, backup_days = BACKUP_DAYS_DEFAULT;
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &settings.data, true},
        {"--address", OPTION_TEXT, &settings.address, false},
        {"--port", OPTION_NUMBER, &port, false},
        {"--demo", OPTION_TEXT, &settings.demo, false},
        {"--loops", OPTION_NUMBER, &loop_count, false},
        {"--backup-days", OPTION_NUMBER, &backup_days, false},
        {0},
    };
    struct err err;

    if (!command_options(&COMMAND_SERVE, argc, argv, fields)) return EXIT_WRONG_USE;
    if (port < 0 || port > 65535 || loop_count < 1 || loop_count > LOOP_COUNT_MAX) {
        (void)fprintf(stderr, "dinolab serve: --port must be 0 to 65535 (0: any free one), --loops 1 to %d\n", LOOP_COUNT_MAX);
        return EXIT_WRONG_USE;
    }
    if (backup_days < 0 || backup_days > BACKUP_DAYS_MAX) {
        (void)fprintf(stderr, "dinolab serve: --backup-days must be 0 (for ever) to %d\n", BACKUP_DAYS_MAX);
        return EXIT_WRONG_USE;
    }
    settings.port        = (int)port;
    settings.loop_count  = (int)loop_count;
    settings.backup_days = (int)backup_days;
    return app_serve(&settings, &err) ? EXIT_DONE : command_failed(&err);
}

const struct command COMMAND_SERVE = {
    .name  = "serve",
    .usage = "--data DIR [--address 127.0.0.1] [--port 8080] [--demo DIR] [--loops 2] [--backup-days 30]",
    .run   = run,
};
