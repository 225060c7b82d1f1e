/* One target of targets.h for libFuzzer; the Makefile names it: -DFUZZ_TARGET=fuzz_npy. */
#include "targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byte_count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byte_count)
{
    FUZZ_TARGET(bytes, byte_count);
    return 0;
}
