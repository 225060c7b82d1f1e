#include "model/one_thread.h"

#include <cblas.h>

__attribute__((constructor)) static void use_one_thread(void)
{
    openblas_set_num_threads(1);
}

bool one_thread_check(struct err *err)
{
    if (openblas_get_parallel() != OPENBLAS_SEQUENTIAL) return true;
    return err_set(
        err, ERR_INTERNAL,
        "the serial build of OpenBLAS is loaded, which is wrong on several threads: install libopenblas0-pthread, or choose it "
        "with update-alternatives");
}
