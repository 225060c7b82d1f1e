/* cmd_simulate.h - the sub-command `dinolab simulate`: reads its options and starts server/simulate/.
 *
 * Returns the exit status: 0 done, 1 failed, 2 wrong use or input. The last line on standard output is one JSON object.
 * Threads: call from the main thread, with no other running. */
#ifndef DINOLAB_CMD_SIMULATE_H
#define DINOLAB_CMD_SIMULATE_H

/* argv[0] is "simulate". */
int cmd_simulate(int argc, char **argv);

#endif
