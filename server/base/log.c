#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LOG_LINE_BYTES = 1024 };

PRINTF_LIKE(2, 0) static void log_line(const char *level, const char *format, va_list arguments)
{
    char            line[LOG_LINE_BYTES];
    struct timespec now;
    struct tm       utc;
    size_t          length;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    length = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
    length += (size_t)snprintf(line + length, sizeof line - length, ".%03ldZ %s ", now.tv_nsec / 1000000, level);
    (void)vsnprintf(line + length, sizeof line - length - 1, format, arguments);
    length = strlen(line);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == '\x7F') line[i] = '?'; /* a decoded path may hold a line end */
    line[length++] = '\n';
    if (write(STDERR_FILENO, line, length) < 0) return; /* nowhere left to say so */
}

void log_info(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    log_line("info", format, arguments);
    va_end(arguments);
}

void log_warning(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    log_line("warning", format, arguments);
    va_end(arguments);
}

void log_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    log_line("error", format, arguments);
    va_end(arguments);
}
