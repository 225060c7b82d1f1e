/* input.h - what a response is given with. */
#ifndef DINOLAB_TASK_INPUT_H
#define DINOLAB_TASK_INPUT_H

enum input_kind { INPUT_KEYBOARD, INPUT_TOUCH, INPUT_MOUSE, INPUT_COUNT };

extern const char *const INPUT_NAMES[INPUT_COUNT + 1]; /* "keyboard", "touch", "mouse"; closed by NULL */

#endif
