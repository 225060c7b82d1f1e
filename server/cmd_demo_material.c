#include "command.h"
#include "demo/demo_material.h"

static int run(int argc, char **argv)
{
    struct demo_material_paths paths    = {0};
    const struct option_field  fields[] = {
         {"--pictures", OPTION_TEXT, &paths.pictures, true},
         {"--keywords", OPTION_TEXT, &paths.keywords, true},
         {"--ratings", OPTION_TEXT, &paths.ratings, true},
         {"--out", OPTION_TEXT, &paths.out, true},
         {0},
    };
    struct err err;

    if (!command_options(&COMMAND_DEMO_MATERIAL, argc, argv, fields)) return EXIT_WRONG_USE;
    return demo_material_build(&paths, &err) ? EXIT_DONE : command_failed(&err);
}

const struct command COMMAND_DEMO_MATERIAL = {
    .name  = "demo-material",
    .usage = "--pictures DIR --keywords FILE --ratings FILE --out DIR",
    .run   = run,
};
