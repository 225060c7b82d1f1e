/* people.h - the verbs of accounts: invite somebody, come in by a link, change what one may do.
 *
 * Each is one transaction of its caller. Who may ask is not decided here (study/rights.h). Threads: none. */
#ifndef DINOLAB_STUDY_PEOPLE_H
#define DINOLAB_STUDY_PEOPLE_H

#include "store/store_people.h"

enum { INVITATION_DAYS = 14, RESET_DAYS = 2, API_TOKEN_DAYS_MAX = 366 };

/* What an invitation is for: an account with a role on the site; with a study, that and a role there; or a new password. */
struct invite {
    const char *site_role;  /* NULL with a study: what fits the role there */
    const char *study_slug; /* NULL: none */
    const char *study_role;
    const char *for_name; /* NULL: a new account; else the account that gets a new password and loses its second factor */
    const char *made_by;
    int64_t     now_ms;
};

/* The token goes into the link /setup#TOKEN, and is nowhere else. */
MUST_CHECK bool people_invite(struct store *store, const struct invite *invite, char token[SECRET_TOKEN_LENGTH + 1],
                              struct invitation_row *out, struct err *err);

/* By the link of the first start, of an invitation, or for a new password: makes the account or changes its password (and ends its
 * logins). ERR_FORBIDDEN for a link that is used or out of date. */
MUST_CHECK bool people_enter(struct store *store, const struct secret_hash *token_hash, const char *name,
                             const char *password_hash, int64_t now_ms, struct account_row *out, struct err *err);

/* `site_role` NULL: as it is. An account that ends loses its logins. ERR_CONFLICT when nobody would own the site any more. */
MUST_CHECK bool people_change(struct store *store, const char *name, const char *site_role, bool is_active, struct err *err);

/* `role` NULL takes the account out of the study; ERR_NOT_FOUND when it was not in it. */
MUST_CHECK bool people_set_member(struct store *store, const char *study_slug, const char *name, const char *role, int64_t now_ms,
                                  struct err *err);

/* What an API token may do and for how long. */
struct token_wish {
    int64_t     account_id;
    const char *name;
    const char *scope;      /* "read", "write" */
    const char *study_slug; /* NULL: all studies that the account may see */
    int         days;
    int64_t     now_ms;
};

/* `hash` is of the whole token, which the caller has made. */
MUST_CHECK bool people_make_token(struct store *store, const struct token_wish *wish, const struct secret_hash *hash,
                                  struct api_token_row *out, struct err *err);

#endif
