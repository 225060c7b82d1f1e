#include "import_watch.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { TELL_TERMINAL_US = 200 * 1000, TELL_FILE_US = 10 * 1000 * 1000 };

static bool tell(void *argument, int done_count, int total_count, int64_t left_ms)
{
    struct import_watch_line *line        = argument;
    const bool                is_terminal = isatty(STDERR_FILENO);
    const int64_t             now_us      = clock_monotonic_us(&CLOCK_SYSTEM);
    const int64_t             left_s      = left_ms / 1000;

    if (done_count == 0) {
        line->told_us = now_us;
        return true;
    }
    if (now_us - line->told_us < (is_terminal ? TELL_TERMINAL_US : TELL_FILE_US)) return true;
    line->told_us = now_us;
    line->is_open = is_terminal;
    (void)fprintf(stderr, "%s%d of %d pictures, %lld:%02lld left%s", is_terminal ? "\r" : "", done_count, total_count,
                  (long long)(left_s / 60), (long long)(left_s % 60), is_terminal ? "   " : "\n");
    (void)fflush(stderr);
    return true;
}

struct import_watch import_watch_line(struct import_watch_line *line)
{
    return (struct import_watch){.tell = tell, .argument = line};
}

void import_watch_line_end(struct import_watch_line *line)
{
    if (line->is_open) (void)fputc('\n', stderr);
    line->is_open = false;
}

void import_report_print(const struct import_report *report, int passed_over_count)
{
    if (report->problems.length > 0) (void)fputs(report->problems.data, stderr);
    if (report->damaged_count > 0) (void)fprintf(stderr, "%d pictures cannot be used\n", report->damaged_count);
    if (report->duplicate_count > 0) (void)fprintf(stderr, "%d pictures come more than once\n", report->duplicate_count);
    if (report->known_count > 0) (void)fprintf(stderr, "%d pictures were stored already\n", report->known_count);
    if (passed_over_count > 0) (void)fprintf(stderr, "%d other files were passed over\n", passed_over_count);
}
