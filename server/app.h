/* app.h - the whole server: builds everything once, in order, and takes it down in reverse. Only here everything is seen. */
#ifndef DINOLAB_APP_H
#define DINOLAB_APP_H

#include "base/err.h"

struct app_settings {
    const char *data;    /* the data folder */
    const char *address; /* IPv4 to listen on */
    int         port;    /* 0: any free one */
    const char *demo;    /* folder of the embedded default to import, or NULL */
    int         loop_count;
    int         backup_days; /* how long copies of the database made by migrations are kept; 0: for ever */
};

/* Runs until SIGINT or SIGTERM; the links are printed on standard output once it serves. */
MUST_CHECK bool app_serve(const struct app_settings *settings, struct err *err);

#endif
