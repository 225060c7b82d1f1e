#include "http/endpoints.h"
#include "http/reply.h"
#include "http/session_json.h"
#include "study/arrive.h"
#include "study/documents.h"
#include "study/enroll.h"

/* What the page shows before anybody agrees to anything. */
struct open_study {
    const struct study *study;
    bool                is_pilot;
    enum refusal        refusal; /* why nobody is let in now */
    struct document     consent;
    struct document     data_protection;
    struct document     contact;
};

static bool load_open_study(struct http_request *req, const char *language, struct open_study *out, struct err *err)
{
    const struct http_deps *deps = req->deps;

    return study_catalog_by_slug(deps->catalog, deps->store, req->parameters[0], &out->study, err) &&
           enroll_obstacle(deps->store, out->study, clock_wall_ms(deps->clock), &out->refusal, &out->is_pilot, err) &&
           documents_resolve(deps->store, out->study, DOCUMENT_CONSENT, language, &req->arena, &out->consent, err) &&
           documents_resolve(deps->store, out->study, DOCUMENT_DATA_PROTECTION, language, &req->arena, &out->data_protection,
                             err) &&
           documents_resolve(deps->store, out->study, DOCUMENT_CONTACT, language, &req->arena, &out->contact, err);
}

static void write_return_of(const struct study *study, enum outcome outcome, const char *key, struct json_writer *writer)
{
    static const struct arrival NOBODY;
    struct return_link          link;

    study_settings_return(&study->settings, outcome, &NOBODY, &link);
    session_json_return(&link, key, writer);
}

static void write_obstacle(const struct open_study *open, struct json_writer *writer)
{
    bool is_full   = open->refusal == REFUSAL_FULL;
    bool is_closed = !is_full && open->refusal != REFUSAL_NONE;

    json_bool(writer, "is_open", !is_closed);
    json_text(writer, "closed_reason", is_closed ? refusal_name(open->refusal) : NULL);
    json_bool(writer, "is_full", is_full);
    if (open->refusal == REFUSAL_NONE)
        json_null(writer, "quota_full_return");
    else
        write_return_of(open->study, OUTCOME_QUOTA_FULL, "quota_full_return", writer);
}

static bool write_open_study(const struct open_study *open, const char *language, struct json_writer *writer, struct err *err)
{
    const struct study       *study       = open->study;
    const struct recruitment *recruitment = &study->settings.recruitment;

    json_begin_object(writer, NULL);
    json_begin_object(writer, "study");
    json_text(writer, "slug", study->slug);
    json_text(writer, "title", study->title);
    json_text(writer, "task", task_name(study->task));
    json_end_object(writer);
    json_bool(writer, "is_pilot", open->is_pilot);
    json_text(writer, "platform", PLATFORM_NAMES[recruitment->platform.platform]);
    session_json_document(&open->consent, "consent", writer);
    session_json_document(&open->data_protection, "data_protection", writer);
    session_json_document(&open->contact, "contact", writer);
    json_begin_object(writer, "age");
    json_i64(writer, "min", recruitment->eligibility.age_min);
    json_i64(writer, "max", recruitment->eligibility.age_max);
    json_end_object(writer);
    if (!eligibility_write(&recruitment->eligibility, language, "eligibility", writer, err)) return false;
    session_json_inputs(&study->settings, writer);
    write_obstacle(open, writer);
    if (recruitment->platform.platform == PLATFORM_LINK)
        json_null(writer, "no_consent_return");
    else
        write_return_of(study, OUTCOME_NO_CONSENT, "no_consent_return", writer);
    json_end_object(writer);
    return true;
}

enum http_result ep_open_study_get(struct http_request *req)
{
    const char        *language = http_query(req, "language");
    struct open_study  open     = {0};
    struct json_writer writer;
    struct text        json;
    struct err         err;

    if (language == NULL) language = DOCUMENT_LANGUAGE_DEFAULT;
    if (!load_open_study(req, language, &open, &err)) return http_reply_error(req, &err);
    text_init(&json);
    json_writer_init(&writer, &json);
    if (write_open_study(&open, language, &writer, &err)) return http_reply_json(req, 200, &json);
    text_close(&json);
    return http_reply_error(req, &err);
}

/* --- enrolment --- */

struct enroll_job {
    struct http_job         base;
    struct study_catalog   *catalog;
    struct enrolment        enrolment;
    struct enrolment_result result;
};

static bool enroll_run(struct job *job, struct store *store, struct err *err)
{
    struct enroll_job *enroll = (struct enroll_job *)job;

    return enroll_session(store, enroll->catalog, &enroll->enrolment, &enroll->result, err);
}

static enum http_result reply_refused(struct http_request *req, const struct enrolment_result *result)
{
    struct text json;

    text_init(&json);
    session_json_refusal(&result->err, refusal_name(result->refusal), result->has_return ? &result->link : NULL, &json);
    return http_reply_json(req, http_status_of(result->err.kind), &json);
}

static enum http_result reply_with_session(struct http_request *req, struct http_job *job)
{
    struct enroll_job  *enroll = (struct enroll_job *)job;
    struct session_view view;
    struct text         json;
    struct err          err;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    if (enroll->result.refusal != REFUSAL_NONE) return reply_refused(req, &enroll->result);
    if (!session_view_load(req->deps->store, req->deps->catalog, req->deps->key, &enroll->result.session, &req->arena, &view,
                           &err))
        return http_reply_error(req, &err);
    text_init(&json);
    session_json_view(&view, &json);
    return http_reply_json(req, enroll->result.is_new ? 201 : 200, &json);
}

struct enroll_message {
    const char              *consent_sha256;
    const char              *data_protection_sha256;
    const char              *language;
    const struct json_value *arrival;
    int                      age;
    const struct json_value *eligibility;
};

static const struct json_field ENROLL_FIELDS[] = {
    JSON_TEXT("consent_sha256", struct enroll_message, consent_sha256, SECRET_HEX_BYTES - 1, SECRET_HEX_BYTES - 1),
    JSON_OPTIONAL_TEXT("data_protection_sha256", struct enroll_message, data_protection_sha256, SECRET_HEX_BYTES - 1,
                       SECRET_HEX_BYTES - 1),
    JSON_OPTIONAL_TEXT("language", struct enroll_message, language, 1, LANGUAGE_TAG_BYTES - 1),
    JSON_OPTIONAL_VALUE("arrival", struct enroll_message, arrival),
    JSON_INT("age", struct enroll_message, age, 0, AGE_MAX),
    JSON_OPTIONAL_VALUE("eligibility", struct enroll_message, eligibility),
};

static bool read_hash(const char *name, const char *hex, struct secret_hash *out, struct err *err)
{
    if (secret_from_hex(hex, out)) return true;
    return err_set(err, ERR_INVALID, "field '%s' must be 64 lower-case hex digits", name);
}

static bool read_enrolment(struct http_request *req, struct enrolment *out, struct err *err)
{
    struct enroll_message message = {0};

    if (!http_read_body(req, ENROLL_FIELDS, JSON_FIELD_COUNT(ENROLL_FIELDS), &message, err)) return false;
    if (!read_hash("consent_sha256", message.consent_sha256, &out->consent_sha256, err)) return false;
    out->has_data_protection = message.data_protection_sha256 != NULL;
    if (out->has_data_protection &&
        !read_hash("data_protection_sha256", message.data_protection_sha256, &out->data_protection_sha256, err))
        return false;
    if (!arrival_read(message.arrival, &out->arrival, err)) return false;
    out->language    = message.language;
    out->age         = message.age;
    out->eligibility = message.eligibility;
    return true;
}

enum http_result ep_open_study_enroll(struct http_request *req)
{
    struct enroll_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err         err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!read_enrolment(req, &job->enrolment, &err)) return http_reply_error(req, &err);
    job->base.base.run        = enroll_run;
    job->catalog              = req->deps->writer_catalog;
    job->enrolment.slug       = req->parameters[0];
    job->enrolment.token_hash = req->principal.token_hash;
    job->enrolment.key        = req->deps->key;
    job->enrolment.now_ms     = clock_wall_ms(req->deps->clock);
    return http_submit(req, req->deps->writer, &job->base, reply_with_session);
}

/* --- arrivals --- */

struct arrive_job {
    struct http_job    base;
    int64_t            study_id;
    struct secret_hash visit_hash;
    int64_t            now_ms;
    bool               is_counted;
};

static bool arrive_run(struct job *job, struct store *store, struct err *err)
{
    struct arrive_job *arrive = (struct arrive_job *)job;

    return arrive_note(store, arrive->study_id, &arrive->visit_hash, arrive->now_ms, &arrive->is_counted, err);
}

static enum http_result reply_with_arrival(struct http_request *req, struct http_job *job)
{
    const struct arrive_job *arrive = (const struct arrive_job *)job;
    struct json_writer       writer;
    struct text              json;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_bool(&writer, "is_counted", arrive->is_counted);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

struct arrival_message {
    const char *visit;
};

static const struct json_field ARRIVAL_FIELDS[] = {
    JSON_TEXT("visit", struct arrival_message, visit, SECRET_TOKEN_LENGTH, SECRET_TOKEN_LENGTH),
};

enum http_result ep_open_study_arrive(struct http_request *req)
{
    const struct http_deps *deps = req->deps;
    struct arrive_job      *job  = arena_alloc(&req->arena, sizeof *job);
    const struct study     *study;
    struct arrival_message  message;
    struct err              err;
    bool                    is_settled;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!study_catalog_by_slug(deps->catalog, deps->store, req->parameters[0], &study, &err)) return http_reply_error(req, &err);
    if (!http_read_body(req, ARRIVAL_FIELDS, JSON_FIELD_COUNT(ARRIVAL_FIELDS), &message, &err))
        return http_reply_error(req, &err);
    if (!secret_token_is_well_formed(message.visit)) {
        err_set(&err, ERR_INVALID, "field 'visit' must be 32 random bytes in base64url without padding");
        return http_reply_error(req, &err);
    }
    secret_token_hash(message.visit, &job->visit_hash);
    if (!arrive_is_settled(deps->store, study, &job->visit_hash, &is_settled, &job->is_counted, &err))
        return http_reply_error(req, &err);
    job->base.base.run   = arrive_run;
    job->base.base.is_ok = is_settled;
    job->study_id        = study->study_id;
    job->now_ms          = clock_wall_ms(deps->clock);
    if (is_settled) return reply_with_arrival(req, &job->base);
    return http_submit(req, deps->writer, &job->base, reply_with_arrival);
}
