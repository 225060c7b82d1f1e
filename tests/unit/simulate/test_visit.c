/* Visits played against a small server written out here: a category study in which Julty likes everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "simulate/visit.h"

enum { TRIAL_COUNT = 40, VISIT_COUNT = 30, REQUEST_MAX = 500 };

enum server_fault {
    SERVER_FAULT_NONE,
    SERVER_FAULT_OTHER_INDEX,     /* trial 7 is echoed as trial 6 */
    SERVER_FAULT_OTHER_PICTURE,   /* 'next' of trial 7 is not what the session document says */
    SERVER_FAULT_REPEAT_DIFFERS,  /* one byte more for a response sent again */
    SERVER_FAULT_WRONG_FEEDBACK,  /* is_correct of trial 7 contradicts the category */
    SERVER_FAULT_OTHER_PAY,       /* at the end */
    SERVER_FAULT_UNKNOWN_MEMBER,  /* in the session document */
    SERVER_FAULT_BUSY_EVERY_THIRD /* request */
};

struct server {
    enum server_fault fault;
    int               request_count;
    int               repeat_count;
    int               last_trial_index; /* -1: none */
    int               attempt_count;    /* at the comprehension questions */
    int               correct_count;
    struct text       body; /* of the reply */
};

static void add_hash(struct text *body, int trial_index, const char *before)
{
    struct secret_hash hash = {.bytes = {(unsigned char)trial_index, 1}};
    char               hex[SECRET_HEX_BYTES];

    secret_hex(&hash, hex);
    text_printf(body, "%s\"%s\"", before, hex);
}

static void write_session(struct server *server)
{
    text_printf(
        &server->body,
        "{\"study\":{\"slug\":\"s\",\"title\":\"t\",\"task\":\"category\"},\"display\":{},\"pay\":{},\"stage\":\"instructions\","
        "\"is_pilot\":false,\"language\":\"en\",\"debriefing\":null,"
        "\"comprehension\":{\"question_ids\":[\"category_goal\",\"category_keys\",\"category_likes\"],\"attempt_count\":0},"
        "\"practice\":{\"count\":0,\"next_index\":0,\"stimuli\":[]},\"pay_so_far_minor\":200,\"completion\":null,%s"
        "\"trials\":{\"count\":%d,\"next_index\":0,\"stimuli\":[",
        server->fault == SERVER_FAULT_UNKNOWN_MEMBER ? "\"answers\":[]," : "", TRIAL_COUNT);
    for (int t = 0; t < TRIAL_COUNT; t++) {
        add_hash(&server->body, t, t == 0 ? "[" : ",[");
        text_add(&server->body, "]");
    }
    text_add(&server->body, "]}}");
}

static void write_trial(struct server *server, int trial_index, int response)
{
    bool is_odd     = trial_index == 7;
    bool is_repeat  = trial_index == server->last_trial_index;
    bool is_correct = (response == 1) != (is_odd && server->fault == SERVER_FAULT_WRONG_FEEDBACK);
    int  shown_next = trial_index + (is_odd && server->fault == SERVER_FAULT_OTHER_PICTURE ? 2 : 1);

    if (!is_repeat) server->correct_count += response;
    server->repeat_count += is_repeat;
    server->last_trial_index = trial_index;
    text_printf(&server->body,
                "{\"trial_index\":%d,\"response\":%d,\"is_correct\":%s,\"category\":\"julty\",\"pay_so_far_minor\":%d,",
                is_odd && server->fault == SERVER_FAULT_OTHER_INDEX ? 6 : trial_index, response, is_correct ? "true" : "false",
                200 + 4 * server->correct_count);
    if (trial_index + 1 < TRIAL_COUNT) {
        text_printf(&server->body, "\"next\":{\"trial_index\":%d,\"stimuli\":", trial_index + 1);
        add_hash(&server->body, shown_next, "[");
        text_add(&server->body, "]}}");
    } else {
        text_add(&server->body, "\"next\":null}");
    }
    if (is_repeat && server->fault == SERVER_FAULT_REPEAT_DIFFERS) text_add(&server->body, " ");
}

static int read_response(const struct http_client_request *request)
{
    return strstr(request->body.data, "\"response\":1") != NULL ? 1 : 0;
}

static bool ends_with(const char *text, const char *ending)
{
    return strlen(text) >= strlen(ending) && strcmp(text + strlen(text) - strlen(ending), ending) == 0;
}

/* The reply's status; its body is in server->body. */
static int serve(struct server *server, const struct http_client_request *request)
{
    int trial_index = 0;

    text_reset(&server->body);
    if (server->fault == SERVER_FAULT_BUSY_EVERY_THIRD && ++server->request_count % 3 == 0) {
        text_add(&server->body, "{\"error\":{\"kind\":\"busy\",\"message\":\"try again\"}}");
        return 503;
    }
    if (ends_with(request->path, "/open-studies/s")) {
        assert_null(request->token);
        text_printf(&server->body,
                    "{\"study\":{\"slug\":\"s\",\"title\":\"t\",\"task\":\"category\"},\"consent\":{\"text\":\"\",\"sha256\":\"%"
                    "064d\",\"language\":\"en\",\"version\":0},"
                    "\"is_pilot\":false,\"platform\":\"link\",\"data_protection\":null,\"contact\":null,\"age\":{\"min\":18,"
                    "\"max\":90},\"eligibility\":[],\"inputs\":[\"keyboard\"],\"is_open\":true,\"closed_reason\":null,"
                    "\"is_full\":false,\"no_consent_return\":null,\"quota_full_return\":null}",
                    7);
        return 200;
    }
    assert_true(secret_token_is_well_formed(request->token));
    if (ends_with(request->path, "/open-studies/s/sessions") || ends_with(request->path, "/session")) {
        write_session(server);
    } else if (ends_with(request->path, "/comprehension")) {
        text_printf(&server->body,
                    "{\"is_passed\":%s,\"attempt_count\":%d,\"attempts_left\":null,\"is_over\":false,\"return\":null}",
                    strstr(request->body.data, "[1,0,2]") != NULL ? "true" : "false", ++server->attempt_count);
    } else if (sscanf(request->path, "/api/v1/session/trials/%d", &trial_index) == 1) {
        write_trial(server, trial_index, read_response(request));
    } else if (ends_with(request->path, "/questionnaire")) {
        assert_non_null(strstr(request->body.data, "Simulated person"));
        text_add(&server->body, "{\"is_stored\":true}");
    } else {
        assert_true(ends_with(request->path, "/finish"));
        text_printf(&server->body,
                    "{\"debriefing\":null,\"completion\":{\"method\":\"link\",\"fields\":{},\"url\":\"u\",\"code\":\"c\",\"pay_"
                    "minor\":%d}}",
                    200 + 4 * server->correct_count + (server->fault == SERVER_FAULT_OTHER_PAY));
    }
    return 200;
}

/* One visit to its end, the clock jumping over all waits. */
static void play(const struct visit_settings *settings, struct server *server, int number)
{
    int64_t         now_us = 0;
    struct err      err;
    struct visit   *visit = visit_new(settings, number, now_us, &err);
    enum visit_next next  = VISIT_NEXT_SEND;
    int             count = 0;

    assert_non_null(visit);
    server->last_trial_index = -1;
    server->correct_count    = 0;
    while (next != VISIT_NEXT_OVER) {
        struct http_client_request request;
        struct http_client_reply   reply = {.sent_us = now_us, .received_us = now_us + 1500};

        assert_true(count++ < REQUEST_MAX);
        if (next == VISIT_NEXT_THINK) {
            next = visit_think(visit, now_us);
            continue;
        }
        if (next == VISIT_NEXT_WAIT) {
            assert_true(visit_due_us(visit) > now_us);
            now_us = reply.sent_us = visit_due_us(visit);
            reply.received_us      = now_us + 1500;
        }
        request      = visit_request(visit);
        reply.status = serve(server, &request);
        reply.body   = (struct span){.data = server->body.data, .length = server->body.length};
        now_us       = reply.received_us;
        next         = visit_take_reply(visit, &reply);
    }
    visit_free(visit);
}

/* VISIT_COUNT random people against a server with one fault; the caller closes the tally. */
static void play_all(enum server_fault fault, double think_mean_ms, struct server *server, struct tally *tally)
{
    struct population_settings people = {.learner = "random", .seed = 1};
    struct err                 err;
    struct population         *population = population_new(&people, &err);
    struct visit_settings      settings = {.slug = "s", .think_mean_ms = think_mean_ms, .population = population, .tally = tally};

    assert_non_null(population);
    *server = (struct server){.fault = fault};
    tally_init(tally);
    for (int i = 0; i < VISIT_COUNT; i++) play(&settings, server, i);
    text_close(&server->body);
    population_free(population);
}

static void a_person_plays_from_the_link_to_the_code(void **state)
{
    struct server server;
    struct tally  tally;

    (void)state;
    play_all(SERVER_FAULT_NONE, 700.0, &server, &tally);
    assert_int_equal(tally.error_count, 0);
    assert_int_equal(tally.session_count, VISIT_COUNT);
    assert_int_equal(tally.trial_count, VISIT_COUNT * TRIAL_COUNT);
    assert_int_equal(tally.reply_count, VISIT_COUNT * TRIAL_COUNT);
    assert_true(server.repeat_count > 5 && server.repeat_count < 60);                          /* 2 % of 1,200 is 24 */
    assert_true(server.attempt_count > VISIT_COUNT && server.attempt_count < 2 * VISIT_COUNT); /* some misunderstand once */
    for (size_t i = 0; i < tally.reply_count; i++) assert_int_equal(tally.reply_us[i], 1500);
    tally_close(&tally);
}

static void a_busy_server_is_asked_again_and_the_wait_counts_into_the_reply(void **state)
{
    struct server server;
    struct tally  tally;
    uint32_t      longest_us = 0;

    (void)state;
    play_all(SERVER_FAULT_BUSY_EVERY_THIRD, 0.0, &server, &tally);
    assert_int_equal(tally.error_count, 0);
    assert_int_equal(tally.session_count, VISIT_COUNT);
    assert_true(tally.retry_count > VISIT_COUNT * TRIAL_COUNT / 4);
    for (size_t i = 0; i < tally.reply_count; i++)
        if (tally.reply_us[i] > longest_us) longest_us = tally.reply_us[i];
    assert_true(longest_us > 50000); /* at least half of the first pause */
    tally_close(&tally);
}

static void every_broken_promise_is_an_error_with_a_sentence(void **state)
{
    static const struct {
        enum server_fault fault;
        const char       *kind;
        const char       *said;
    } CASES[] = {
        {SERVER_FAULT_OTHER_INDEX, "mismatch", "trials/7: the reply echoes another trial_index"},
        {SERVER_FAULT_OTHER_PICTURE, "mismatch", "trials/7: 'next' shows other pictures"},
        {SERVER_FAULT_REPEAT_DIFFERS, "mismatch", "the same response again got another reply"},
        {SERVER_FAULT_WRONG_FEEDBACK, "mismatch", "trials/7: is_correct contradicts the feedback"},
        {SERVER_FAULT_OTHER_PAY, "mismatch", "the pay at the end"},
        {SERVER_FAULT_UNKNOWN_MEMBER, "malformed", "field 'answers' is not known here"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct server server;
        struct tally  tally;

        play_all(CASES[i].fault, 0.0, &server, &tally);
        assert_true(tally.error_count > 5); /* a repeated response is not in everybody's session */
        assert_int_equal(tally.session_count + tally.error_count, VISIT_COUNT);
        assert_int_equal(tally.kind_count, 1);
        assert_string_equal(tally.kinds[0].name, CASES[i].kind);
        if (strstr(tally.kinds[0].sentences[0], CASES[i].said) == NULL)
            fail_msg("case %zu said: %s", i, tally.kinds[0].sentences[0]);
        tally_close(&tally);
    }
}

static void a_server_that_stays_away_is_given_up_for_everybody(void **state)
{
    struct population_settings people = {.learner = "random", .seed = 1};
    struct tally               tally;
    struct err                 err;
    struct population         *population = population_new(&people, &err);
    struct visit_settings      settings   = {.slug = "s", .population = population, .tally = &tally};
    struct visit              *visit      = visit_new(&settings, 0, 0, &err);
    int64_t                    now_us     = 0;
    int                        count      = 0;

    (void)state;
    assert_non_null(visit);
    tally_init(&tally);
    for (;; count++) {
        struct http_client_reply reply = {.status = 0, .failure = "refused", .sent_us = now_us, .received_us = now_us};

        assert_true(count < 100);
        if (visit_take_reply(visit, &reply) == VISIT_NEXT_OVER) break;
        assert_true(visit_due_us(visit) > now_us && visit_due_us(visit) <= now_us + 7500000);
        now_us = visit_due_us(visit);
    }
    assert_true(now_us > 10 * 1000000); /* long enough for a restart */
    assert_non_null(visit_failure(visit));
    assert_int_equal(visit_failure(visit)->reach, VISIT_FAILURE_STUDY);
    assert_non_null(strstr(visit_failure(visit)->sentence, "refused"));
    assert_int_equal(tally.error_count, 1);
    visit_free(visit);
    tally_close(&tally);
    population_free(population);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_plays_from_the_link_to_the_code),
        cmocka_unit_test(a_busy_server_is_asked_again_and_the_wait_counts_into_the_reply),
        cmocka_unit_test(every_broken_promise_is_an_error_with_a_sentence),
        cmocka_unit_test(a_server_that_stays_away_is_given_up_for_everybody),
    };
    struct err err;

    if (!secret_init(&err)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
