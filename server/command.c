#include "command.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static bool wrong_use(const struct command *command, const char *problem, const char *what)
{
    (void)fprintf(stderr, "dinolab %s: %s%s\nusage: dinolab %s %s\n", command->name, problem, what, command->name,
                  command->usage);
    return false;
}

static bool take_value(const struct option_field *field, const char *value)
{
    struct option_list *list = field->target;

    switch (field->kind) {
    case OPTION_TEXT:
        *(const char **)field->target = value;
        return true;
    case OPTION_NUMBER:
        return text_to_i64(value, INT64_MIN, INT64_MAX, field->target);
    case OPTION_FLAG:
        *(bool *)field->target = true;
        return true;
    case OPTION_LIST:
        if (list->count == OPTION_LIST_MAX) return false;
        list->values[list->count++] = value;
        return true;
    }
    return false;
}

bool command_options(const struct command *command, int argc, char **argv, const struct option_field *fields)
{
    bool is_given[64] = {false};

    for (int i = 1; i < argc; i++) {
        int         known = 0;
        const char *value = NULL;

        while (fields[known].name != NULL && strcmp(fields[known].name, argv[i]) != 0) known++;
        if (fields[known].name == NULL) return wrong_use(command, "unknown argument ", argv[i]);
        if (fields[known].kind != OPTION_FLAG) {
            if (i + 1 == argc) return wrong_use(command, "a value is missing after ", argv[i]);
            value = argv[++i];
        }
        if (!take_value(&fields[known], value)) return wrong_use(command, "bad value for ", fields[known].name);
        is_given[known] = true;
    }
    for (int i = 0; fields[i].name != NULL; i++)
        if (fields[i].is_required && !is_given[i]) return wrong_use(command, "missing ", fields[i].name);
    return true;
}

int command_failed(const struct err *err)
{
    (void)fprintf(stderr, "dinolab: %s\n", err->message);
    return err->kind == ERR_INVALID || err->kind == ERR_NOT_FOUND || err->kind == ERR_TOO_LARGE ? EXIT_WRONG_USE : EXIT_FAILED;
}
