/* import_place.h - where material is brought to: a data folder and its store. */
#ifndef DINOLAB_STUDY_IMPORT_PLACE_H
#define DINOLAB_STUDY_IMPORT_PLACE_H

#include "store/data_folder.h"
#include "store/store_material.h"

struct import_place {
    const struct data_folder *folder;
    struct store             *store; /* for writing */
    int64_t                   now_ms;
};

#endif
