#include "simulate/visit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/secret.h"
#include "simulate/person.h"
#include "simulate/session_reply.h"
#include "simulate/session_request.h"
#include "simulate/trial_check.h"

enum {
    VISIT_PATH_BYTES     = 160,
    VISIT_SEND_MAX       = 12,      /* with the pauses below half a minute: a server that restarts is back by then */
    VISIT_PAUSE_FIRST_US = 100000,  /* doubled after each failure ... */
    VISIT_PAUSE_MAX_US   = 5000000, /* ... up to this */
    VISIT_AGE_MIN        = 18,
    VISIT_AGE_MAX        = 75,
};

static const double REPEAT_PROB        = 0.02; /* of sending a response a second time on purpose */
static const double MISUNDERSTAND_PROB = 0.2;  /* of one wrong comprehension answer at the first attempt */

enum visit_step {
    VISIT_STEP_OPEN_STUDY,
    VISIT_STEP_JOIN,
    VISIT_STEP_SESSION,
    VISIT_STEP_COMPREHENSION,
    VISIT_STEP_PRACTICE,
    VISIT_STEP_TRIALS,
    VISIT_STEP_QUESTIONNAIRE,
    VISIT_STEP_FINISH,
};

struct visit {
    const struct visit_settings *settings; /* borrowed */
    int                          number;
    struct rng                   rng; /* what this person does by chance beside responding */
    int                          age;
    struct rng                   network_rng; /* pauses before sending again; apart, so that an outage changes no behaviour */
    char                         token[SECRET_TOKEN_LENGTH + 1];
    enum visit_step              step;

    const char *method;
    char        path[VISIT_PATH_BYTES];
    struct text body;
    int         send_count; /* of the current request */
    int64_t     first_sent_us;
    int64_t     due_us;

    struct session_document document;
    struct person          *person;
    struct text             about; /* who they are, for the questionnaire */
    int         wrong_index;       /* the comprehension question that is answered wrong at the next attempt; negative: none */
    int64_t     start_us;
    int64_t     onset_us;
    int         trial_index;
    int         response;
    double      previous_reply_ms; /* negative: none yet */
    int64_t     pay_so_far_minor;
    bool        is_repeat;   /* the reply to come answers a response sent twice */
    struct text first_reply; /* to compare with */

    bool                 is_failed;
    struct visit_failure failure;
};

PRINTF_LIKE(4, 5)
static enum visit_next fail(struct visit *visit, enum visit_failure_reach reach, const char *kind, const char *format, ...)
{
    char    sentence[ERR_MESSAGE_BYTES - 64];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    visit->is_failed     = true;
    visit->failure.reach = reach;
    (void)snprintf(visit->failure.kind, sizeof visit->failure.kind, "%s", kind);
    (void)snprintf(visit->failure.sentence, sizeof visit->failure.sentence, "participant %d: %s", visit->number, sentence);
    tally_error(visit->settings->tally, visit->failure.kind, visit->failure.sentence);
    return VISIT_NEXT_OVER;
}

static enum visit_next fail_mismatch(struct visit *visit, const char *what)
{
    return fail(visit, VISIT_FAILURE_SESSION, "mismatch", "%s %s: %s", visit->method, visit->path, what);
}

static enum visit_next fail_err(struct visit *visit, const struct err *err)
{
    return fail(visit, VISIT_FAILURE_SESSION, err->kind == ERR_INVALID ? "malformed" : err_kind_name(err->kind), "%s %s: %s",
                visit->method, visit->path, err->message);
}

struct visit *visit_new(const struct visit_settings *settings, int number, int64_t now_us, struct err *err)
{
    struct visit *visit = calloc(1, sizeof *visit);
    uint64_t      chance_seed;

    if (visit == NULL) return err_no_memory(err), NULL;
    visit->settings          = settings;
    visit->number            = number;
    visit->start_us          = now_us;
    visit->previous_reply_ms = -1.0;
    chance_seed              = population_seed(settings->population, number);
    rng_init(&visit->rng, chance_seed + 1);
    rng_init(&visit->network_rng, chance_seed + 2);
    secret_token_make(visit->token); /* never from the seed: a second simulation would take up the first one's sessions */
    text_init(&visit->body);
    text_init(&visit->about);
    text_init(&visit->first_reply);
    visit->method = "GET";
    (void)snprintf(visit->path, sizeof visit->path, "/api/v1/open-studies/%s", settings->slug);
    return visit;
}

void visit_free(struct visit *visit)
{
    if (visit == NULL) return;
    person_free(visit->person);
    session_document_close(&visit->document);
    text_close(&visit->first_reply);
    text_close(&visit->about);
    text_close(&visit->body);
    free(visit);
}

struct http_client_request visit_request(const struct visit *visit)
{
    return (struct http_client_request){
        .method = visit->method,
        .path   = visit->path,
        .token  = visit->step == VISIT_STEP_OPEN_STUDY ? NULL : visit->token,
        .body   = {.data = visit->body.data, .length = visit->body.length},
    };
}

int64_t visit_due_us(const struct visit *visit)
{
    return visit->due_us;
}

const struct visit_failure *visit_failure(const struct visit *visit)
{
    return visit->is_failed ? &visit->failure : NULL;
}

PRINTF_LIKE(4, 5)
static void prepare(struct visit *visit, enum visit_step step, const char *method, const char *path, ...)
{
    va_list arguments;

    visit->step       = step;
    visit->method     = method;
    visit->send_count = 0;
    text_reset(&visit->body);
    va_start(arguments, path);
    (void)vsnprintf(visit->path, sizeof visit->path, path, arguments);
    va_end(arguments);
}

static enum visit_next send_body(struct visit *visit)
{
    struct err err;

    return text_ok(&visit->body, &err) ? VISIT_NEXT_SEND : fail_err(visit, &err);
}

static enum visit_next send_join(struct visit *visit, const char *consent_sha256)
{
    visit->age = (int)(VISIT_AGE_MIN + rng_below(&visit->rng, VISIT_AGE_MAX - VISIT_AGE_MIN + 1));
    prepare(visit, VISIT_STEP_JOIN, "POST", "/api/v1/open-studies/%s/sessions", visit->settings->slug);
    session_request_join(&visit->body, consent_sha256, visit->age);
    return send_body(visit);
}

static enum visit_next send_comprehension(struct visit *visit)
{
    struct err err;

    prepare(visit, VISIT_STEP_COMPREHENSION, "POST", "/api/v1/session/comprehension");
    if (!session_request_comprehension(&visit->body, &visit->document, visit->wrong_index, &err)) return fail_err(visit, &err);
    return send_body(visit);
}

static enum visit_next send_questionnaire(struct visit *visit)
{
    static const char *const     GENDERS[] = {"female", "male", "non-binary", "prefer not to say"};
    uint64_t                     gender    = rng_below(&visit->rng, sizeof GENDERS / sizeof GENDERS[0]);
    struct questionnaire_request request   = {.gender = GENDERS[gender], .age = visit->age, .strategy = visit->about.data};

    prepare(visit, VISIT_STEP_QUESTIONNAIRE, "PUT", "/api/v1/session/questionnaire");
    session_request_questionnaire(&visit->body, &request);
    return send_body(visit);
}

static bool is_practice(const struct visit *visit)
{
    return visit->step == VISIT_STEP_PRACTICE;
}

static const struct session_phase *phase_of(const struct visit *visit)
{
    return is_practice(visit) ? &visit->document.practice : &visit->document.trials;
}

static enum visit_next show_trial(struct visit *visit, enum visit_step step, int trial_index, int64_t onset_us)
{
    visit->step        = step;
    visit->trial_index = trial_index;
    visit->onset_us    = onset_us;
    visit->is_repeat   = false;
    return VISIT_NEXT_THINK;
}

static enum visit_next after_phase(struct visit *visit, int64_t now_us)
{
    if (visit->document.trials.count > 0 && visit->step != VISIT_STEP_TRIALS)
        return show_trial(visit, VISIT_STEP_TRIALS, 0, now_us);
    return send_questionnaire(visit);
}

enum visit_next visit_think(struct visit *visit, int64_t now_us)
{
    struct trial_request request = {
        .rt_ms             = person_think_ms(visit->person, visit->settings->think_mean_ms),
        .onset_ms          = (double)(visit->onset_us - visit->start_us) / 1000.0,
        .previous_reply_ms = visit->previous_reply_ms,
    };

    visit->response  = is_practice(visit) ? person_guess(visit->person) : person_respond(visit->person, visit->trial_index);
    request.response = visit->response;
    prepare(visit, visit->step, "PUT", "/api/v1/session/%s/%d", is_practice(visit) ? "practice" : "trials", visit->trial_index);
    session_request_trial(&visit->body, &request);
    visit->due_us = visit->onset_us + (int64_t)(request.rt_ms * 1000.0);
    if (send_body(visit) == VISIT_NEXT_OVER) return VISIT_NEXT_OVER;
    return visit->due_us > now_us ? VISIT_NEXT_WAIT : VISIT_NEXT_SEND;
}

static enum visit_next after_repeat(struct visit *visit, const struct http_client_reply *reply)
{
    if (!span_equal(reply->body, visit->first_reply.data))
        return fail_mismatch(visit, "the same response again got another reply");
    if (visit->trial_index + 1 == phase_of(visit)->count) return after_phase(visit, reply->received_us);
    return show_trial(visit, visit->step, visit->trial_index + 1, reply->received_us);
}

static enum visit_next take_trial(struct visit *visit, const struct http_client_reply *http_reply)
{
    int64_t            reply_us = http_reply->received_us - visit->first_sent_us;
    struct trial_reply reply;
    const char        *mismatch;
    struct err         err;

    if (visit->is_repeat) return after_repeat(visit, http_reply);
    if (!trial_reply_read(http_reply->body, visit->document.task, &reply, &err)) return fail_err(visit, &err);
    mismatch = trial_check(&reply, visit->document.task, phase_of(visit), visit->trial_index, visit->response);
    if (mismatch != NULL) return fail_mismatch(visit, mismatch);
    if (!tally_reply(visit->settings->tally, reply_us, &err)) return fail_err(visit, &err);
    visit->previous_reply_ms = (double)reply_us / 1000.0;
    visit->pay_so_far_minor  = reply.pay_so_far_minor;
    if (!is_practice(visit)) {
        visit->settings->tally->trial_count++;
        person_learn(visit->person, visit->trial_index, reply.targets);
    }
    text_reset(&visit->first_reply);
    text_append(&visit->first_reply, http_reply->body.data, http_reply->body.length);
    if (!text_ok(&visit->first_reply, &err)) return fail_err(visit, &err);
    if (rng_uniform(&visit->rng) >= REPEAT_PROB) return after_repeat(visit, http_reply); /* trivially equal */
    visit->is_repeat  = true;
    visit->send_count = 0;
    return VISIT_NEXT_SEND;
}

static enum visit_next take_open_study(struct visit *visit, struct span body)
{
    struct open_study study;
    struct err        err;

    if (!open_study_read(body, &study, &err))
        return fail(visit, VISIT_FAILURE_STUDY, "malformed", "%s: %s", visit->path, err.message);
    if (!study.is_open) return fail(visit, VISIT_FAILURE_STUDY, "conflict", "the study '%s' is not open", visit->settings->slug);
    if (!population_set_task(visit->settings->population, study.task, &err))
        return fail(visit, VISIT_FAILURE_INPUT, err_kind_name(err.kind), "%s", err.message);
    if (study.is_full) return fail(visit, VISIT_FAILURE_SESSION, "full", "the study '%s' is full", visit->settings->slug);
    return send_join(visit, study.consent_sha256);
}

static enum visit_next take_join(struct visit *visit, struct span body)
{
    struct session_document document;
    struct err              err;

    if (!session_document_read(body, &document, &err)) return fail_err(visit, &err);
    session_document_close(&document);
    prepare(visit, VISIT_STEP_SESSION, "GET", "/api/v1/session");
    return VISIT_NEXT_SEND;
}

static enum visit_next take_session(struct visit *visit, struct span body)
{
    struct session_document *document = &visit->document;
    struct err               err;

    if (!session_document_read(body, document, &err)) return fail_err(visit, &err);
    if (document->trials.next_index != 0 || document->practice.next_index != 0)
        return fail_mismatch(visit, "a new session does not begin at trial 0");
    if (!population_set_task(visit->settings->population, document->task, &err)) return fail_err(visit, &err);
    visit->person = population_person(visit->settings->population, visit->number, document->trials.count,
                                      document->trials.stimuli, &visit->about, &err);
    if (visit->person == NULL)
        return fail(visit, err.kind == ERR_INVALID ? VISIT_FAILURE_INPUT : VISIT_FAILURE_SESSION, err_kind_name(err.kind), "%s",
                    err.message);
    visit->wrong_index = -1;
    if (document->question_count > 0 && rng_uniform(&visit->rng) < MISUNDERSTAND_PROB)
        visit->wrong_index = (int)rng_below(&visit->rng, (uint64_t)document->question_count);
    return send_comprehension(visit);
}

static enum visit_next take_comprehension(struct visit *visit, const struct http_client_reply *reply)
{
    bool       is_passed = false;
    struct err err;

    if (!comprehension_reply_read(reply->body, &is_passed, &err)) return fail_err(visit, &err);
    if (is_passed == (visit->wrong_index >= 0))
        return fail_mismatch(visit, is_passed ? "a wrong answer has passed" : "all answers right, yet not passed");
    visit->wrong_index = -1;
    if (!is_passed) return send_comprehension(visit);
    if (visit->document.practice.count > 0) return show_trial(visit, VISIT_STEP_PRACTICE, 0, reply->received_us);
    return after_phase(visit, reply->received_us);
}

static enum visit_next take_completion(struct visit *visit, struct span body)
{
    int64_t    pay_minor = 0;
    struct err err;

    if (!completion_reply_read(body, &pay_minor, &err)) return fail_err(visit, &err);
    if (visit->document.trials.count > 0 && pay_minor != visit->pay_so_far_minor)
        return fail_mismatch(visit, "the pay at the end is not the pay shown after the last trial");
    visit->settings->tally->session_count++;
    return VISIT_NEXT_OVER;
}

static bool is_worth_another_try(int status)
{
    return status == 0 || status == 429 || status == 502 || status == 503 || status == 504;
}

static enum visit_next take_refusal(struct visit *visit, const struct http_client_reply *reply)
{
    enum visit_failure_reach reach    = visit->step == VISIT_STEP_OPEN_STUDY ? VISIT_FAILURE_STUDY : VISIT_FAILURE_SESSION;
    double                   pause_us = fmin(ldexp(VISIT_PAUSE_FIRST_US, visit->send_count - 1), VISIT_PAUSE_MAX_US);
    struct error_reply       error;

    if (is_worth_another_try(reply->status) && visit->send_count < VISIT_SEND_MAX) {
        /* Half to one and a half of the pause, so that people who lost the server together do not return together. */
        visit->due_us = reply->received_us + (int64_t)(pause_us * (0.5 + rng_uniform(&visit->network_rng)));
        visit->settings->tally->retry_count++;
        return VISIT_NEXT_WAIT;
    }
    if (reply->status == 0)
        return fail(visit, reach, "connection", "%s %s, sent %d times: %s", visit->method, visit->path, visit->send_count,
                    reply->failure);
    error_reply_read(reply->status, reply->body, &error);
    return fail(visit, reach, error.kind, "%s %s: %d %s", visit->method, visit->path, reply->status, error.message);
}

enum visit_next visit_take_reply(struct visit *visit, const struct http_client_reply *reply)
{
    if (visit->send_count++ == 0) visit->first_sent_us = reply->sent_us;
    if (reply->status < 200 || reply->status > 299) return take_refusal(visit, reply);
    switch (visit->step) {
    case VISIT_STEP_OPEN_STUDY:
        return take_open_study(visit, reply->body);
    case VISIT_STEP_JOIN:
        return take_join(visit, reply->body);
    case VISIT_STEP_SESSION:
        return take_session(visit, reply->body);
    case VISIT_STEP_COMPREHENSION:
        return take_comprehension(visit, reply);
    case VISIT_STEP_PRACTICE:
    case VISIT_STEP_TRIALS:
        return take_trial(visit, reply);
    case VISIT_STEP_QUESTIONNAIRE:
        prepare(visit, VISIT_STEP_FINISH, "POST", "/api/v1/session/finish");
        return VISIT_NEXT_SEND;
    case VISIT_STEP_FINISH:
        return take_completion(visit, reply->body);
    }
    return fail(visit, VISIT_FAILURE_SESSION, "internal", "unknown step %d", (int)visit->step);
}
