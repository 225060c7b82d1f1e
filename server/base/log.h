/* log.h - one line per happening on standard error: time, level, sentence.
 *
 * Control characters become '?', so that nobody outside can add lines. No personal data, no tokens: ids of sessions are fine.
 * Threads: any; a line is one write, so lines do not mix. */
#ifndef DINOLAB_BASE_LOG_H
#define DINOLAB_BASE_LOG_H

#include "base/err.h"

void log_info(const char *format, ...) PRINTF_LIKE(1, 2);
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2); /* works, but somebody should look */
void log_error(const char *format, ...) PRINTF_LIKE(1, 2);   /* something was refused or lost */

#endif
