/* store_people.h - what accounts may do: roles on the site and in studies, invitations, API tokens. */
#ifndef DINOLAB_STORE_STORE_PEOPLE_H
#define DINOLAB_STORE_STORE_PEOPLE_H

#include "store/store_account.h"

enum { TOKEN_NAME_BYTES = 65 };

/* --- accounts --- */

struct person_row {
    int64_t account_id;
    char    name[NAME_BYTES];
    char    site_role[ROLE_BYTES]; /* "owner", "researcher", "viewer" */
    bool    is_active;
    bool    has_totp; /* confirmed */
    int64_t created_at_ms;
};

MUST_CHECK bool store_people(struct store *store, struct arena *arena, struct person_row **rows, int *count, struct err *err);

/* ERR_NOT_FOUND when there is none. */
MUST_CHECK bool store_person_by_name(struct store *store, const char *name, struct person_row *out, struct err *err);
MUST_CHECK bool store_person_change(struct store *store, int64_t account_id, const char *site_role, bool is_active,
                                    struct err *err);
MUST_CHECK bool store_active_owner_count(struct store *store, int *count, struct err *err);
MUST_CHECK bool store_password_change(struct store *store, int64_t account_id, const char *password_hash, struct err *err);

/* --- members of a study --- */

struct member_row {
    int64_t account_id;
    char    name[NAME_BYTES];
    char    role[ROLE_BYTES];
    bool    is_active; /* the account */
};

MUST_CHECK bool store_members(struct store *store, int64_t study_id, struct arena *arena, struct member_row **rows, int *count,
                              struct err *err);

/* A new member, or another role of one. */
MUST_CHECK bool store_member_set(struct store *store, int64_t study_id, int64_t account_id, const char *role, int64_t now_ms,
                                 struct err *err);
MUST_CHECK bool store_member_remove(struct store *store, int64_t study_id, int64_t account_id, bool *was_there, struct err *err);

/* "" for somebody who is none. */
MUST_CHECK bool store_member_role(struct store *store, int64_t study_id, int64_t account_id, char role[ROLE_BYTES],
                                  struct err *err);

/* The id and the account's role by the study's slug; is_found false where there is no such study. */
MUST_CHECK bool store_member_role_by_slug(struct store *store, const char *slug, int64_t account_id, int64_t *study_id,
                                          char role[ROLE_BYTES], bool *is_found, struct err *err);

/* --- invitations --- */

struct invitation_row {
    int64_t invitation_id;
    char    site_role[ROLE_BYTES];
    int64_t study_id;               /* 0: none */
    char    study_slug[NAME_BYTES]; /* read only */
    char    study_role[ROLE_BYTES]; /* "": none */
    int64_t for_account_id;         /* 0: a new account */
    char    for_name[NAME_BYTES];   /* read only */
    char    made_by[NAME_BYTES];
    int64_t created_at_ms;
    int64_t expires_at_ms;
};

MUST_CHECK bool store_invitation_insert(struct store *store, const struct invitation_row *row,
                                        const struct secret_hash *token_hash, int64_t *id, struct err *err);

/* Those that can still be used; `study_id` 0: of the whole site. */
MUST_CHECK bool store_invitations(struct store *store, int64_t study_id, int64_t now_ms, struct arena *arena,
                                  struct invitation_row **rows, int *count, struct err *err);

/* Marks it as used; is_found false for one that is unknown, used or out of date. */
MUST_CHECK bool store_invitation_use(struct store *store, const struct secret_hash *token_hash, int64_t now_ms,
                                     struct invitation_row *out, bool *is_found, struct err *err);
MUST_CHECK bool store_invitation_remove(struct store *store, int64_t invitation_id, bool *was_there, struct err *err);

/* --- API tokens --- */

struct api_token_row {
    int64_t api_token_id;
    int64_t account_id;
    char    account_name[NAME_BYTES];      /* read only */
    char    account_site_role[ROLE_BYTES]; /* read only */
    char    name[TOKEN_NAME_BYTES];
    char    scope[ROLE_BYTES];      /* "read", "write" */
    int64_t study_id;               /* 0: all */
    char    study_slug[NAME_BYTES]; /* read only */
    int64_t created_at_ms;
    int64_t expires_at_ms;
    int64_t used_at_ms; /* 0: never */
};

/* ERR_CONFLICT where the account has one of that name. */
MUST_CHECK bool store_api_token_insert(struct store *store, const struct api_token_row *row, const struct secret_hash *token_hash,
                                       int64_t *id, struct err *err);

/* One that is not out of date, of an active account. */
MUST_CHECK bool store_api_token_find(struct store *store, const struct secret_hash *token_hash, int64_t now_ms,
                                     struct api_token_row *out, bool *is_found, struct err *err);
MUST_CHECK bool store_api_tokens(struct store *store, int64_t account_id, struct arena *arena, struct api_token_row **rows,
                                 int *count, struct err *err);
MUST_CHECK bool store_api_token_note_use(struct store *store, int64_t api_token_id, int64_t now_ms, struct err *err);

/* Of that account only. */
MUST_CHECK bool store_api_token_remove(struct store *store, int64_t account_id, int64_t api_token_id, bool *was_there,
                                       struct err *err);

#endif
