/* import_pictures.h - a stimulus set from picture files: each is read, hashed, measured, made smaller, and stored by its content.
 *
 * One picture at a time and thread is in memory. What was stored stays stored: a second run, after a mistake was mended or the machine
 * stopped, reads the originals again but converts only those that are new, by the hash of the original. Rows are written a batch at a
 * time, after their files are on disk, so that a server's writer is never held long; the set appears under its name with the last one.
 * Everything that is wrong with the pictures is listed, not only the first. */
#ifndef DINOLAB_STUDY_IMPORT_PICTURES_H
#define DINOLAB_STUDY_IMPORT_PICTURES_H

#include "store/data_folder.h"
#include "store/store_picture.h"
#include "study/picture_source.h"

/* Runs `work` in a transaction of its own: at once, or by a server's writer. */
typedef bool import_write(struct store *store, void *argument, struct err *err);
struct import_writer {
    bool (*run)(void *argument, import_write *work, void *work_argument, struct err *err);
    void *argument;
};

/* Told after each batch, and asked whether to go on (false: stop, with ERR_BUSY). `left_ms` is -1 while not known. */
struct import_watch {
    bool (*tell)(void *argument, int done_count, int total_count, int64_t left_ms);
    void *argument;
};

struct import_pictures {
    const struct data_folder    *folder;
    struct store                *store; /* for reading, by the caller's thread */
    struct import_writer         writer;
    struct import_watch          watch; /* tell may be NULL */
    const char                  *set;
    const struct picture_source *source;
    bool                         keeps_originals;    /* as media of their own; else only their hash is kept */
    bool                         leaves_out_damaged; /* else one damaged picture keeps the set from being made */
    int                          thread_count;       /* at most what the source was opened with; a table takes any number */
    int64_t                      now_ms;
};

struct import_report {
    int                stimulus_count;
    int                known_count;     /* originals that were stored before */
    int                duplicate_count; /* stimuli with the same original as one before them */
    int                damaged_count;   /* cannot be read, are no pictures, have an id that is taken */
    struct secret_hash sha256;          /* of the set */
    struct text        problems;        /* a line for each that is damaged, then for each duplicate */
};

void import_report_init(struct import_report *report);
void import_report_close(struct import_report *report);

/* ERR_CONFLICT when a set of this name exists. With damaged pictures that are not to be left out the first one's error. The report is
 * filled in any case. */
MUST_CHECK bool import_pictures(const struct import_pictures *import, struct import_report *report, struct err *err);

/* One transaction after the other on a store that nobody else uses. */
struct import_writer import_writer_alone(struct store *store);

#endif
