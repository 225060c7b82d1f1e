/* import_watch.h - an import of pictures as seen in a terminal: one line with what is done and the time left.
 * Standard error; Ctrl-C may end it at any time, and the next run goes on. */
#ifndef DINOLAB_IMPORT_WATCH_H
#define DINOLAB_IMPORT_WATCH_H

#include "study/import_pictures.h"

struct import_watch_line {
    int64_t told_us;
    bool    is_open; /* the line has no end yet */
};

struct import_watch import_watch_line(struct import_watch_line *line);
void                import_watch_line_end(struct import_watch_line *line);

/* Every problem, then the counts that are not 0. */
void import_report_print(const struct import_report *report, int passed_over_count);

#endif
