#include "simulate/trial_check.h"

#include <string.h>

#include "simulate/person.h"

static bool is_right(const struct trial_reply *reply, enum learner_task task, int response)
{
    if (task == LEARNER_TASK_CATEGORY) return reply->targets[0] == response;
    return reply->targets[response] >= reply->targets[1 - response]; /* of a tie both are correct */
}

static const char *next_check(const struct trial_reply *reply, enum learner_task task, const struct session_phase *phase,
                              int next_index)
{
    size_t image_count = (size_t)person_image_count(task);

    if (next_index == phase->count) return reply->has_next ? "'next' goes on after the last trial" : NULL;
    if (!reply->has_next) return "'next' is null before the last trial";
    if (reply->next_index != next_index) return "'next' is not the next trial";
    if (memcmp(reply->next_stimuli, phase->stimuli + (size_t)next_index * image_count,
               image_count * sizeof reply->next_stimuli[0]) != 0)
        return "'next' shows other pictures than the session document";
    return NULL;
}

const char *trial_check(const struct trial_reply *reply, enum learner_task task, const struct session_phase *phase,
                        int trial_index, int response)
{
    if (reply->trial_index != trial_index) return "the reply echoes another trial_index";
    if (reply->response != response) return "the reply echoes another response";
    if (reply->is_correct != is_right(reply, task, response)) return "is_correct contradicts the feedback";
    return next_check(reply, task, phase, trial_index + 1);
}
