/* session_mode.h - whose sessions: live ones, pilots, or all.
 *
 * A session is a pilot for ever if its study was being tried out when it began, and live otherwise. The rule for both:
 *
 * - What is said of a study as a whole (counts, funnel, use of conditions, the list of sessions, group numbers, the comparison of models)
 *   is of sessions of the study's present mode only: of the pilots while it is being tried out, of the live ones otherwise. A study
 *   changes its mode while no server runs on its data.
 * - What is taken home is of live sessions, unless pilots or all are asked for.
 * - A session's own page, its fits and its pay do not depend on its mode. */
#ifndef DINOLAB_STORE_SESSION_MODE_H
#define DINOLAB_STORE_SESSION_MODE_H

#include "base/err.h"

enum session_mode { SESSION_MODE_LIVE, SESSION_MODE_PILOT, SESSION_MODE_ALL, SESSION_MODE_COUNT };

const char     *session_mode_name(enum session_mode mode); /* "live", "pilot", "all" */
MUST_CHECK bool session_mode_from_name(const char *name, enum session_mode *out);

/* Of a study's is_pilot. */
enum session_mode session_mode_present(bool is_pilot);

#endif
