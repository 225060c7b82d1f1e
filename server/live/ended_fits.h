/* ended_fits.h - store the fits of sessions that have ended, once every model of their condition is ready.
 *
 * Conditions to look at are noted and worked off a few sessions at a time, so that live events go first. Threads: belongs to the fit
 * worker's thread; waits for the writer, so never with a read transaction open. */
#ifndef DINOLAB_LIVE_ENDED_FITS_H
#define DINOLAB_LIVE_ENDED_FITS_H

#include "live/broadcast.h"
#include "store/lane.h"

struct ended_fits {
    struct lane      *writer; /* borrowed, as the next */
    struct broadcast *broadcast;
    struct id_map     noted; /* conditions that may have ended sessions without fits */
};

void ended_fits_init(struct ended_fits *ended, struct lane *writer, struct broadcast *broadcast);
void ended_fits_close(struct ended_fits *ended);

void ended_fits_note(struct ended_fits *ended, int64_t condition_id);
bool ended_fits_is_idle(const struct ended_fits *ended);

/* One condition, a few sessions. False: the writer could not take them now, try again later. */
bool ended_fits_step(struct ended_fits *ended);

#endif
