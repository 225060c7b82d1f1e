/* crowd.h - a small lab with three people and all value tables; include after cmocka.h. */
#ifndef DINOLAB_TESTS_CROWD_H
#define DINOLAB_TESTS_CROWD_H

#include "live_documents.h"

enum { SHORT_COUNT = 7 };

struct crowd {
    struct lab lab;
    int64_t    whole_id; /* has answered everything, condition 0 */
    int64_t    short_id; /* SHORT_COUNT responses, condition 1 */
    int64_t    silent_id;
};

/* The lab is closed: its store is open for writing. */
static inline void make_crowd(struct crowd *crowd, enum task_kind task)
{
    struct lab *lab = &crowd->lab;

    lab_make(lab, task);
    crowd->whole_id  = lab_enroll(lab, "s-whole", 0);
    crowd->short_id  = lab_enroll(lab, "s-short", 1);
    crowd->silent_id = lab_enroll(lab, "s-silent", 0);
    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(lab, crowd->whole_id, t);
    for (int t = 0; t < SHORT_COUNT; t++) lab_respond(lab, crowd->short_id, t);
    lab_open(lab);
    lab_open_tables(lab);
    wait_for_tables(lab, LAB_MODELS * LAB_CONDITIONS);
    lab_close(lab);
}

#endif
