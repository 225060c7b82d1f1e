#include "http/endpoints.h"

#include <math.h>

#include "http/reply.h"
#include "http/session_json.h"
#include "study/record.h"

/* Tour 4/9: the way of a response. Its body is read by the table below, handed to the writer, and answered only after the sync. */

enum { TRIAL_INDEX_MAX = 100000 };

#define RT_MAX_MS      (24.0 * 60 * 60 * 1000)       /* a day: a laptop lid may close during a trial */
#define SESSION_MAX_MS (365.0 * 24 * 60 * 60 * 1000) /* a browser's clock since its page began */
#define FRAME_MAX_MS   1000.0

static const struct json_field RESPONSE_FIELDS[] = {
    JSON_INT("response", struct response, response, 0, CHOICE_COUNT - 1),
    JSON_REAL("rt_ms", struct response, rt_ms, 0.0, RT_MAX_MS),
    JSON_REAL("onset_ms", struct response, onset_ms, 0.0, SESSION_MAX_MS),
    JSON_OPTIONAL_REAL("frame_ms", struct response, frame_ms, 0.0, FRAME_MAX_MS),
    JSON_BOOL("is_visible", struct response, is_visible),
    JSON_BOOL("is_fullscreen", struct response, is_fullscreen),
    JSON_NAME("input", struct response, input, INPUT_NAMES),
    JSON_OPTIONAL_REAL("previous_reply_ms", struct response, previous_reply_ms, 0.0, RT_MAX_MS),
};

struct record_trial_job {
    struct http_job       base;
    struct study_catalog *catalog;
    int64_t               session_id;
    struct response       response;
    struct receipt        receipt;
};

static bool record_trial_run(struct job *job, struct store *store, struct err *err)
{
    struct record_trial_job *record = (struct record_trial_job *)job;

    return record_trial(store, record->catalog, record->session_id, &record->response, &record->receipt, err);
}

static enum http_result reply_with_feedback(struct http_request *req, struct http_job *job)
{
    const struct receipt *receipt = &((struct record_trial_job *)job)->receipt;
    struct text           json;

    if (!job->base.is_ok && receipt->is_out_of_order)
        return http_reply_error_with(req, &job->base.err, "expected_index", receipt->expected_index);
    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    text_init(&json);
    session_json_receipt(receipt, &json);
    return http_reply_json(req, 200, &json);
}

static enum http_result put_response(struct http_request *req, enum phase phase)
{
    struct record_trial_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err               err;

    req->response_us = clock_monotonic_us(req->deps->clock);
    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    job->response = (struct response){.phase             = phase,
                                      .frame_ms          = (double)NAN,
                                      .previous_reply_ms = (double)NAN,
                                      .received_at_ms    = clock_wall_ms(req->deps->clock)};
    if (!http_read_index(req, 0, TRIAL_INDEX_MAX, &job->response.trial_index, &err) ||
        !http_read_body(req, RESPONSE_FIELDS, JSON_FIELD_COUNT(RESPONSE_FIELDS), &job->response, &err))
        return http_reply_error(req, &err);
    job->base.base.run = record_trial_run;
    job->catalog       = req->deps->writer_catalog;
    job->session_id    = req->principal.session.session_id;
    return http_submit(req, req->deps->writer, &job->base, reply_with_feedback);
}

enum http_result ep_trial_put(struct http_request *req)
{
    return put_response(req, PHASE_MAIN);
}

enum http_result ep_practice_put(struct http_request *req)
{
    return put_response(req, PHASE_PRACTICE);
}
