/* One thread per BLAS call, for the whole program: learners run on as many threads as the program has work for, and the results do
 * not depend on how many cores a machine has. It takes OpenBLAS in its threaded build for that: the serial build of Debian 12 shares
 * buffers between its callers without a lock, and gives wrong numbers when two threads call it at once. */
#include <cblas.h>

__attribute__((constructor)) static void use_one_thread(void)
{
    openblas_set_num_threads(1);
}
