/* group_view.h - one study with one choice of exclusions, as somebody looks at it: what is known, and what is to be done for it.
 *
 * Threads: belongs to the group worker's thread. */
#ifndef DINOLAB_LIVE_GROUP_VIEW_H
#define DINOLAB_LIVE_GROUP_VIEW_H

#include "live/group_mixed.h"
#include "live/hub.h"

struct group_view {
    struct group_view   *next;
    char                 topic[HUB_TOPIC_BYTES];
    int64_t              study_id;
    unsigned             exclude;
    struct cohort       *cohort;  /* borrowed; NULL while nobody looks */
    struct group_numbers numbers; /* of the cohort at `revision`; point into it */
    bool                 has_numbers;
    struct group_funnel  funnel;
    int64_t              revision;
    int64_t              erased_count; /* of the cohort at `revision` */
    struct group_mixed   mixed;
    bool                 has_mixed;
    bool                 is_wanted;      /* somebody waits for a snapshot */
    bool                 is_loo_wanted;  /* somebody asked for predictions */
    bool                 is_unpublished; /* something in the document is new */
    bool                 is_quiet;       /* the last look found nothing new */
    bool                 is_mixed_done;  /* the mixed models know the revision */
    bool                 is_settled;     /* and none of them is a warm one */
};

/* "group/3/2" or, asking for predictions, "group/3/2/loo": study 3 without those of GROUP_NOT_INCLUDED. False for anything else. */
MUST_CHECK bool group_topic_read(const char *topic, int64_t *study_id, unsigned *exclude, bool *is_loo);

MUST_CHECK struct group_view *group_view_new(int64_t study_id, unsigned exclude, struct err *err);
void                          group_view_free(struct group_view *view);

/* The numbers of the cohort as it is now; the comparison too. What is known of who was erased meanwhile goes. */
MUST_CHECK bool group_view_refresh(struct group_view *view, struct err *err);

/* How far people came, which may change without a number changing. */
MUST_CHECK bool group_view_count(struct group_view *view, struct err *err);

/* Let go of the cohort; what does not point into it (fits, predictions) stays. A job under way ends. */
void group_view_leave(struct group_view *view);

/* The whole document. */
MUST_CHECK bool group_view_write(const struct group_view *view, const struct clock *clock, double refresh_ms, struct text *out,
                                 struct err *err);

#endif
