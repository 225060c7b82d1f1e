#include <stdio.h>
#include <string.h>

#include "http/auth.h"
#include "http/endpoints.h"
#include "http/reply.h"
#include "study/audit.h"
#include "study/people.h"
#include "study/second_factor.h"
#include "json/json_write.h"

struct credentials {
    const char *token; /* setup only */
    const char *name;
    const char *password;
    const char *totp; /* login only, where the account has a second factor: its code, or a recovery code */
};

static const struct json_field SETUP_FIELDS[] = {
    JSON_TEXT("token", struct credentials, token, 1, 200),
    JSON_TEXT("name", struct credentials, name, 1, NAME_BYTES - 1),
    JSON_TEXT("password", struct credentials, password, PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX),
};
static const struct json_field LOGIN_FIELDS[] = {
    JSON_TEXT("name", struct credentials, name, 1, NAME_BYTES - 1),
    JSON_TEXT("password", struct credentials, password, 1, PASSWORD_LENGTH_MAX),
    JSON_OPTIONAL_TEXT("totp", struct credentials, totp, 1, SECOND_FACTOR_INPUT_MAX),
};

/* Two steps: the slow password work on the passwords' thread, then the second factor and the login's row on the writer's. */
struct login_job {
    struct http_job           base;
    struct credentials        credentials;
    const struct secret_key  *key;
    bool                      is_setup;
    enum second_factor_result second_factor;
    bool       is_refused; /* by the second factor, with `refusal`: the job itself succeeds, so that a wrong code stays counted */
    struct err refusal;
    struct secret_hash setup_hash;
    char               password_hash[SECRET_PASSWORD_HASH_BYTES];
    struct account_row account;
    char               token[SECRET_TOKEN_LENGTH + 1];
    struct login_row   login;
    int64_t            now_ms;
};

/* The same sentence and the same work whether the name or the password is wrong. */
static bool verify_run(struct job *job, struct store *store, struct err *err)
{
    static const char NOBODY[] =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    struct login_job *login = (struct login_job *)job;
    bool              is_found;

    if (!store_account_by_name(store, login->credentials.name, &login->account, &is_found, err)) return false;
    if (!secret_password_verify(login->credentials.password, is_found ? login->account.password_hash : NOBODY) || !is_found)
        return err_set(err, ERR_UNAUTHORIZED, "the name or the password is wrong");
    return true;
}

static bool hash_run(struct job *job, struct store *store, struct err *err)
{
    struct login_job *login = (struct login_job *)job;

    (void)store;
    return secret_password_hash(login->credentials.password, login->password_hash, err);
}

/* To the log here: only now it is known who it is. */
static bool note_entry(const struct login_job *login, struct store *store, struct err *err)
{
    const struct audit_entry entry = {.account = login->account.name,
                                      .action  = login->is_setup ? "POST /api/v1/setup" : "POST /api/v1/login",
                                      .object  = login->account.name,
                                      .detail  = login->second_factor == SECOND_FACTOR_RECOVERY ? "by a recovery code" : NULL};

    return audit_append(store, &entry, login->now_ms, err);
}

/* Only who has the password learns that there is a second factor. */
static bool check_second_factor(struct login_job *login, struct store *store, struct err *err)
{
    int wait_s;

    if (!second_factor_check(store, login->key, login->account.account_id, login->credentials.totp, login->now_ms,
                             &login->second_factor, &wait_s, err))
        return false;
    if (login->second_factor == SECOND_FACTOR_MISSING)
        err_set(&login->refusal, ERR_CODE_NEEDED, "the code of your authenticator app is needed");
    if (login->second_factor == SECOND_FACTOR_WRONG)
        err_set(&login->refusal, ERR_CODE_NEEDED, "this code is wrong, or was used before; wait for the next one");
    if (login->second_factor == SECOND_FACTOR_WAIT)
        err_set(&login->refusal, ERR_TOO_MANY,
                "too many codes were wrong; the next one is looked at in %d s (a recovery code at once)", wait_s);
    login->is_refused = login->second_factor >= SECOND_FACTOR_MISSING;
    return true;
}

static bool insert_run(struct job *job, struct store *store, struct err *err)
{
    struct login_job  *login = (struct login_job *)job;
    struct secret_hash hash;

    if (login->is_setup && !people_enter(store, &login->setup_hash, login->credentials.name, login->password_hash, login->now_ms,
                                         &login->account, err))
        return false;
    if (!login->is_setup && !check_second_factor(login, store, err)) return false;
    if (login->is_refused) return true;
    secret_token_make(login->token);
    secret_token_make(login->login.csrf_token);
    secret_token_hash(login->token, &hash);
    login->login.account_id    = login->account.account_id;
    login->login.expires_at_ms = login->now_ms + (int64_t)LOGIN_SECONDS * 1000;
    return store_login_insert(store, &hash, &login->login, login->now_ms, err) && note_entry(login, store, err);
}

static enum http_result reply_with_account(struct http_request *req, const char *name, const char *site_role,
                                           const char *csrf_token)
{
    struct json_writer writer;
    struct text        json;

    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "account");
    json_text(&writer, "name", name);
    json_text(&writer, "site_role", site_role);
    json_end_object(&writer);
    json_text(&writer, "csrf_token", csrf_token);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

static enum http_result reply_logged_in(struct http_request *req, struct http_job *job)
{
    const struct login_job *login = (struct login_job *)job;
    char                    cookie[256];

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    if (login->is_refused) return http_reply_error(req, &login->refusal);
    (void)snprintf(cookie, sizeof cookie, LOGIN_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d", login->token,
                   LOGIN_SECONDS);
    (void)reply_with_account(req, login->account.name, login->account.site_role, login->login.csrf_token);
    http_reply_header(req, "Set-Cookie", cookie);
    return HTTP_REPLIED;
}

static enum http_result then_insert(struct http_request *req, struct http_job *job)
{
    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    job->base.run = insert_run;
    return http_submit(req, req->deps->writer, job, reply_logged_in);
}

static enum http_result start(struct http_request *req, bool is_setup)
{
    const struct json_field *fields = is_setup ? SETUP_FIELDS : LOGIN_FIELDS;
    size_t                   count  = is_setup ? JSON_FIELD_COUNT(SETUP_FIELDS) : JSON_FIELD_COUNT(LOGIN_FIELDS);
    struct login_job        *job    = arena_alloc(&req->arena, sizeof *job);
    struct err               err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, fields, count, &job->credentials, &err)) return http_reply_error(req, &err);
    job->key           = req->deps->key;
    job->is_setup      = is_setup;
    job->now_ms        = clock_wall_ms(req->deps->clock);
    job->base.base.run = is_setup ? hash_run : verify_run;
    if (is_setup) secret_token_hash(job->credentials.token, &job->setup_hash);
    return http_submit(req, req->deps->passwords, &job->base, then_insert);
}

enum http_result ep_account_setup(struct http_request *req)
{
    return start(req, true);
}

enum http_result ep_account_login(struct http_request *req)
{
    return start(req, false);
}

enum http_result ep_account_get(struct http_request *req)
{
    const struct login_row *login = &req->principal.login;

    return reply_with_account(req, login->account_name, login->site_role, login->csrf_token);
}

struct logout_job {
    struct http_job    base;
    struct secret_hash token_hash;
};

static bool logout_run(struct job *job, struct store *store, struct err *err)
{
    return store_login_delete(store, &((struct logout_job *)job)->token_hash, err);
}

static enum http_result reply_logged_out(struct http_request *req, struct http_job *job)
{
    struct text json;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    text_init(&json);
    text_add(&json, "{}");
    (void)http_reply_json(req, 200, &json);
    http_reply_header(req, "Set-Cookie", LOGIN_COOKIE "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    return HTTP_REPLIED;
}

enum http_result ep_account_logout(struct http_request *req)
{
    struct logout_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err         err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    job->base.base.run = logout_run;
    job->token_hash    = req->principal.token_hash;
    return http_submit(req, req->deps->writer, &job->base, reply_logged_out);
}
