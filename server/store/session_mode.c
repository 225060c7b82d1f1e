#include "store/session_mode.h"

#include <string.h>

static const char *const NAMES[SESSION_MODE_COUNT] = {
    [SESSION_MODE_LIVE] = "live", [SESSION_MODE_PILOT] = "pilot", [SESSION_MODE_ALL] = "all"};

const char *session_mode_name(enum session_mode mode)
{
    return NAMES[mode];
}

bool session_mode_from_name(const char *name, enum session_mode *out)
{
    for (int i = 0; i < SESSION_MODE_COUNT; i++) {
        if (strcmp(name, NAMES[i]) != 0) continue;
        *out = (enum session_mode)i;
        return true;
    }
    return false;
}

enum session_mode session_mode_present(bool is_pilot)
{
    return is_pilot ? SESSION_MODE_PILOT : SESSION_MODE_LIVE;
}
