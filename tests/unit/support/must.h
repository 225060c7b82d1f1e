/* must.h - "this must work" and "this must be refused with that sentence"; include after cmocka.h. Both want a local `struct err err`. */
#ifndef DINOLAB_TESTS_MUST_H
#define DINOLAB_TESTS_MUST_H

#include <string.h>

#include "base/err.h"

#define MUST(call)                                                                                                               \
    do {                                                                                                                         \
        if (!(call)) fail_msg("%s: %s", #call, err.message);                                                                     \
    } while (0)

/* `sentence` is a part of the message. */
#define MUST_REFUSE(call, kind_, sentence)                                                                                       \
    do {                                                                                                                         \
        err = (struct err){.kind = ERR_KIND_COUNT};                                                                              \
        if (call) fail_msg("%s was not refused", #call);                                                                         \
        if (strstr(err.message, sentence) == NULL) fail_msg("'%s' does not say '%s'", err.message, sentence);                    \
        assert_string_equal(err_kind_name(err.kind), err_kind_name(kind_));                                                      \
    } while (0)

#endif
