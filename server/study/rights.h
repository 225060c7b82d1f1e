/* rights.h - who may do what: one question, asked at one place (http/auth.c) with the right that a route names.
 *
 * A role on the site (owner, researcher, viewer) and one in each study (the same three, or none). Owners of the site may all. An API
 * token may what its account may, less what its scope leaves out, and never what would outlive it: accounts, members, links.
 * Threads: none; reads only. */
#ifndef DINOLAB_STUDY_RIGHTS_H
#define DINOLAB_STUDY_RIGHTS_H

#include "store/store_people.h"

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_RESEARCHER, ROLE_OWNER, ROLE_COUNT };

extern const char *const ROLE_NAMES[]; /* closed by NULL; "none" is 0 */

/* ROLE_NONE for any other name. */
enum role role_from_name(const char *name);

/* What a route asks for. Those of a study look at the study whose slug is the route's first parameter. */
enum right {
    RIGHT_NONE,    /* a researcher's route that says nothing is nobody's */
    RIGHT_ACCOUNT, /* any account, by login or token; what is listed is what it may see */
    RIGHT_LOGIN,   /* any account, by login only: what is the person's own */
    RIGHT_MAKE,    /* researchers and owners of the site: new studies, material */
    RIGHT_VIEW,    /* viewers of the study, and those who may more */
    RIGHT_CHANGE,  /* researchers of the study: to change it, and to take its data away */
    RIGHT_OWN,     /* owners of the study; changes by login only */
    RIGHT_SITE,    /* owners of the site, by login only */
    RIGHT_COUNT
};

struct rights {
    int64_t   account_id;
    enum role site_role;
    bool      is_token;
    bool      is_read_only;  /* a token for reading */
    int64_t   only_study_id; /* a token for one study; 0: all */
};

struct rights rights_of_login(const struct login_row *login);
struct rights rights_of_token(const struct api_token_row *token);

/* `slug`: of the study, NULL where the route has none. A study that one has no role in is not found, as if it were not there;
 * ERR_FORBIDDEN for a role that is too small. */
MUST_CHECK bool rights_check(struct store *store, const struct rights *who, enum right right, bool is_change, const char *slug,
                             struct err *err);

/* What `who` is in a study, for pages that show only what one may do: ROLE_NONE, too, where there is none of this slug. */
MUST_CHECK bool rights_role(struct store *store, const struct rights *who, const char *slug, enum role *role, struct err *err);

/* For lists. */
MUST_CHECK bool rights_may_see(struct store *store, const struct rights *who, int64_t study_id, bool *may, struct err *err);

#endif
