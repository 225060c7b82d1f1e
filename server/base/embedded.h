/* embedded.h - files that are part of the program: migrations, the texts that studies show by default, and the pages' files. Made by
 * deploy/embed.sh at build time. */
#ifndef DINOLAB_BASE_EMBEDDED_H
#define DINOLAB_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char          *path; /* relative to the folder that was embedded, such as "assets/participant.js" */
    const unsigned char *data; /* followed by a NUL that does not count */
    const unsigned char *end;
};

/* Sorted by path. */
extern const struct embedded_file EMBEDDED_SQL[]; /* schema/sql */
extern const size_t               EMBEDDED_SQL_COUNT;
extern const struct embedded_file EMBEDDED_DOCUMENTS[]; /* schema/documents */
extern const size_t               EMBEDDED_DOCUMENTS_COUNT;
extern const struct embedded_file EMBEDDED_WEB[]; /* build/web */
extern const size_t               EMBEDDED_WEB_COUNT;

#endif
