#include "task/input.h"

#include <stddef.h>

const char *const INPUT_NAMES[INPUT_COUNT + 1] = {
    [INPUT_KEYBOARD] = "keyboard", [INPUT_TOUCH] = "touch", [INPUT_MOUSE] = "mouse", [INPUT_COUNT] = NULL};
