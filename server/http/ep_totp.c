#include "http/auth.h"
#include "http/endpoints.h"
#include "http/json_job.h"
#include "http/reply.h"
#include "study/second_factor.h"

/* The second factor of one's own account; where it is asked for is ep_account.c. */

struct totp_job {
    struct json_job          base;
    const struct secret_key *key;
    const char              *code;
    const char              *password;
};

static struct totp_job *totp_job_new(struct http_request *req, bool (*run)(struct job *job, struct store *store, struct err *err))
{
    struct totp_job *job = json_job_new(req, sizeof *job, run);

    if (job != NULL) job->key = req->deps->key;
    return job;
}

static bool state_run(struct job *base, struct store *store, struct err *err)
{
    struct json_job   *job = (struct json_job *)base;
    struct json_writer writer;
    bool               is_on;
    int                count;

    if (!second_factor_state(store, job->who->login.account_id, &is_on, &count, err)) return false;
    json_writer_init(&writer, &job->json);
    json_begin_object(&writer, NULL);
    json_bool(&writer, "is_on", is_on);
    json_i64(&writer, "recovery_code_count", count);
    json_end_object(&writer);
    return text_ok(&job->json, err);
}

enum http_result ep_totp_get(struct http_request *req)
{
    return json_job_submit(req, req->deps->reader, json_job_new(req, sizeof(struct json_job), state_run));
}

/* The secret is in this reply only. */
static bool offer_run(struct job *base, struct store *store, struct err *err)
{
    struct totp_job           *job = (struct totp_job *)base;
    const struct login_row    *who = &job->base.who->login;
    struct second_factor_offer offer;
    struct json_writer         writer;

    if (!second_factor_offer(store, job->key, who->account_id, who->account_name, &offer, err)) return false;
    job->base.status = 201;
    json_writer_init(&writer, &job->base.json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "secret", offer.secret);
    json_text(&writer, "uri", offer.uri);
    json_end_object(&writer);
    return text_ok(&job->base.json, err);
}

enum http_result ep_totp_post(struct http_request *req)
{
    struct totp_job *job = totp_job_new(req, offer_run);

    return json_job_submit(req, req->deps->writer, job == NULL ? NULL : &job->base);
}

static const struct json_field CONFIRM_FIELDS[] = {
    JSON_TEXT("code", struct totp_job, code, 1, SECOND_FACTOR_INPUT_MAX),
};

/* So are the recovery codes. */
static bool confirm_run(struct job *base, struct store *store, struct err *err)
{
    struct totp_job   *job = (struct totp_job *)base;
    char               codes[RECOVERY_CODE_COUNT][RECOVERY_CODE_BYTES];
    struct json_writer writer;

    if (!second_factor_confirm(store, job->key, job->base.who->login.account_id, job->code, job->base.now_ms, codes, err))
        return false;
    json_writer_init(&writer, &job->base.json);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "recovery_codes");
    for (int i = 0; i < RECOVERY_CODE_COUNT; i++) json_text(&writer, NULL, codes[i]);
    json_end_array(&writer);
    json_end_object(&writer);
    return text_ok(&job->base.json, err);
}

enum http_result ep_totp_confirm(struct http_request *req)
{
    struct totp_job *job = totp_job_new(req, confirm_run);
    struct err       err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, CONFIRM_FIELDS, JSON_FIELD_COUNT(CONFIRM_FIELDS), job, &err)) return http_reply_error(req, &err);
    return json_job_submit(req, req->deps->writer, &job->base);
}

/* --- off, by the password: who finds an open page cannot, and who has lost the phone can --- */

static const struct json_field OFF_FIELDS[] = {
    JSON_TEXT("password", struct totp_job, password, 1, PASSWORD_LENGTH_MAX),
};

static bool password_run(struct job *base, struct store *store, struct err *err)
{
    struct totp_job   *job     = (struct totp_job *)base;
    struct account_row account = {0};
    bool               is_found;

    if (!store_account_by_name(store, job->base.who->login.account_name, &account, &is_found, err)) return false;
    if (is_found && secret_password_verify(job->password, account.password_hash)) return true;
    return err_set(err, ERR_FORBIDDEN, "the password is wrong");
}

static bool remove_run(struct job *base, struct store *store, struct err *err)
{
    struct totp_job *job = (struct totp_job *)base;

    return store_totp_remove(store, job->base.who->login.account_id, err) && json_job_nothing(&job->base, err);
}

static enum http_result then_remove(struct http_request *req, struct http_job *base)
{
    if (!base->base.is_ok) return http_reply_error(req, &base->base.err);
    base->base.run = remove_run;
    return json_job_submit(req, req->deps->writer, (struct json_job *)base);
}

enum http_result ep_totp_off(struct http_request *req)
{
    struct totp_job *job = totp_job_new(req, password_run);
    struct err       err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, OFF_FIELDS, JSON_FIELD_COUNT(OFF_FIELDS), job, &err)) return http_reply_error(req, &err);
    return http_submit(req, req->deps->passwords, &job->base.base, then_remove);
}
