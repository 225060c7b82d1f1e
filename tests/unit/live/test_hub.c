/* The hub with one thread: snapshots, events, waking, heartbeats, ends. The ring is in test_hub_ring.c, threads in
 * test_hub_threads.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub_reading.h"

static void a_reader_gets_the_snapshot_and_then_the_events_after_it(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe(hub, "study/3", 0, &counts);
    char               topic[HUB_TOPIC_BYTES];
    char               buffer[BUFFER_BYTES], expected[BUFFER_BYTES];
    uint64_t           id;

    (void)state;
    assert_nothing(reader);
    hub_publish(hub, "study/3", "session", "{\"before\":1}"); /* the snapshot will contain it */
    assert_nothing(reader);
    assert_true(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    assert_string_equal(topic, "study/3");
    assert_false(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    hub_snapshot(hub, "study/3", "{\"a\":1}");
    hub_publish(hub, "study/3", "session", "{\"b\":2}");
    hub_publish(hub, "study/4", "session", "{\"other\":0}");
    hub_publish(hub, "study/3", "value_tables", "{\"c\":3}");
    id = id_in(read_all(reader, buffer));
    (void)snprintf(expected, sizeof expected,
                   "id: %" PRIu64 "\nevent: snapshot\ndata: {\"a\":1}\n\nid: %" PRIu64
                   "\nevent: session\ndata: {\"b\":2}\n\nid: %" PRIu64 "\nevent: value_tables\ndata: {\"c\":3}\n\n",
                   id, id + 1, id + 2);
    assert_string_equal(buffer, expected);
    assert_nothing(reader);
    hub_unsubscribe(reader);
    hub_free(hub);
}

static void a_snapshot_is_asked_for_once_for_all_who_wait(void **state)
{
    struct counts      counts       = {0};
    int                wanted_count = 0;
    struct hub        *hub          = new_hub();
    struct hub_reader *first, *second, *third;
    char               topic[HUB_TOPIC_BYTES];

    (void)state;
    first = subscribe(hub, "study/1", 0, &counts);
    hub_on_wanted(hub, HUB_FIT_WORKER, count_wanted, &wanted_count);
    assert_int_equal(wanted_count, 1); /* somebody waited already */
    second = subscribe(hub, "study/1", 0, &counts);
    assert_int_equal(wanted_count, 1);
    assert_true(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    third = subscribe(hub, "study/1", 0, &counts); /* while the publisher builds */
    assert_int_equal(wanted_count, 1);
    assert_false(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    hub_snapshot(hub, "study/1", "{\"n\":1}");
    assert_reads(first, "snapshot", "{\"n\":1}");
    assert_reads(second, "snapshot", "{\"n\":1}");
    assert_reads(third, "snapshot", "{\"n\":1}");
    hub_unsubscribe(third);
    third = subscribe(hub, "study/1", 0, &counts);
    assert_int_equal(wanted_count, 2);
    assert_true(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    hub_snapshot(hub, "study/1", "{\"n\":2}");
    assert_nothing(first); /* has had its own */
    assert_reads(third, "snapshot", "{\"n\":2}");
    hub_unsubscribe(first);
    hub_unsubscribe(second);
    hub_unsubscribe(third);
    hub_free(hub);
}

static void each_publisher_is_asked_for_its_own_topics(void **state)
{
    struct counts      counts    = {0};
    int                fit_count = 0, group_count = 0;
    struct hub        *hub = new_hub();
    struct hub_reader *study, *group;
    char               topic[HUB_TOPIC_BYTES];

    (void)state;
    hub_on_wanted(hub, HUB_FIT_WORKER, count_wanted, &fit_count);
    hub_on_wanted(hub, HUB_GROUP_WORKER, count_wanted, &group_count);
    group = subscribe(hub, "group/1/0", 0, &counts);
    assert_true(fit_count == 0 && group_count == 1);
    study = subscribe(hub, "study/1", 0, &counts);
    assert_true(fit_count == 1 && group_count == 1);
    assert_true(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    assert_string_equal(topic, "study/1");
    assert_false(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    assert_true(hub_next_wanted(hub, HUB_GROUP_WORKER, topic));
    assert_string_equal(topic, "group/1/0");
    hub_unsubscribe(study);
    hub_unsubscribe(group);
    hub_free(hub);
}

static void a_reader_who_left_before_the_answer_is_not_asked_for(void **state)
{
    struct counts counts = {0};
    struct hub   *hub    = new_hub();
    char          topic[HUB_TOPIC_BYTES];

    (void)state;
    hub_unsubscribe(subscribe(hub, "study/1", 0, &counts));
    assert_false(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    hub_snapshot(hub, "study/1", "{}");  /* nobody waits any more */
    hub_snapshot(hub, "study/77", "{}"); /* nobody ever did */
    hub_free(hub);
}

static void a_reader_is_woken_once_and_only_after_it_found_nothing(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe_and_read_snapshot(hub, "study/1", &counts);
    char               buffer[BUFFER_BYTES];
    size_t             length;

    (void)state;
    hub_publish(hub, "study/1", "session", "{}");
    assert_int_equal(counts.wake_count, 0);
    (void)read_all(reader, buffer);
    assert_int_equal(hub_read(reader, buffer, sizeof buffer, &length, count_suspend), HUB_READ_NOTHING);
    assert_int_equal(counts.suspend_count, 1);
    hub_publish(hub, "study/2", "session", "{}");
    assert_int_equal(counts.wake_count, 0);
    hub_publish(hub, "study/1", "session", "{}");
    hub_publish(hub, "study/1", "session", "{}");
    hub_heartbeat(hub);
    assert_int_equal(counts.wake_count, 1);
    assert_int_equal(hub_read(reader, buffer, sizeof buffer, &length, count_suspend), HUB_READ_DATA);
    assert_int_equal(counts.suspend_count, 1);
    hub_unsubscribe(reader);
    hub_free(hub);
}

static void bytes_come_whole_through_the_smallest_buffer(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *small  = subscribe_and_read_snapshot(hub, "study/1", &counts);
    struct hub_reader *large  = subscribe_and_read_snapshot(hub, "study/1", &counts);
    char               whole[BUFFER_BYTES];
    char               pieces[BUFFER_BYTES];
    size_t             used = 0, length;

    (void)state;
    for (int i = 0; i < 20; i++) hub_publish(hub, "study/1", "session", "{\"text\":\"abcdefghijklmnopqrstuvwxyz\"}");
    (void)read_all(large, whole);
    while (hub_read(small, pieces + used, 1 + used % 7, &length, NULL) == HUB_READ_DATA) used += length;
    pieces[used] = '\0';
    assert_string_equal(pieces, whole);
    hub_unsubscribe(small);
    hub_unsubscribe(large);
    hub_free(hub);
}

static void line_ends_in_the_json_do_not_break_the_event(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe_and_read_snapshot(hub, "study/1", &counts);

    (void)state;
    hub_publish(hub, "study/1", "session", "{\n\"a\":\r\n1}");
    assert_reads(reader, "session", "{ \"a\":  1}");
    hub_unsubscribe(reader);
    hub_free(hub);
}

static void a_heartbeat_is_a_comment_between_events(void **state)
{
    struct counts      counts  = {0};
    struct hub        *hub     = new_hub();
    struct hub_reader *reader  = subscribe_and_read_snapshot(hub, "study/1", &counts);
    struct hub_reader *waiting = subscribe(hub, "study/2", 0, &counts);
    char               buffer[BUFFER_BYTES];
    size_t             length;

    (void)state;
    hub_publish(hub, "study/1", "session", "{\"n\":1}");
    assert_int_equal(hub_read(reader, buffer, 10, &length, NULL), HUB_READ_DATA);
    hub_heartbeat(hub);
    assert_non_null(strstr(read_all(reader, buffer), "data: {\"n\":1}\n\n: \n\n"));
    assert_string_equal(read_all(waiting, buffer), ": \n\n");
    assert_nothing(waiting);
    hub_unsubscribe(reader);
    hub_unsubscribe(waiting);
    hub_free(hub);
}

static void who_reads_is_told_to_look_again_by_every_heartbeat_and_recheck(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe_and_read_snapshot(hub, "study/1", &counts);
    struct hub_reader *other  = subscribe(hub, "study/2", 0, &counts);
    char               buffer[BUFFER_BYTES];

    (void)state;
    assert_false(hub_take_check(reader));
    assert_nothing(reader);
    counts.wake_count = 0;
    hub_recheck(hub);
    assert_int_equal(counts.wake_count, 1); /* the other was not waiting */
    assert_true(hub_take_check(reader));
    assert_false(hub_take_check(reader));
    assert_string_equal(read_all(reader, buffer),
                        ": \n\n"); /* something to send, so that it comes back after one that is on its way */
    assert_true(hub_take_check(other));
    hub_heartbeat(hub);
    assert_true(hub_take_check(reader));
    hub_unsubscribe(reader);
    hub_unsubscribe(other);
    hub_free(hub);
}

static void readers_of_something_that_is_not_there_are_ended(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe(hub, "session/9", 0, &counts);
    struct hub_reader *other  = subscribe_and_read_snapshot(hub, "session/8", &counts);
    char              *json   = NULL;

    (void)state;
    assert_nothing(reader);
    assert_nothing(other);
    hub_snapshot(hub, "session/9", NULL);
    assert_int_equal(counts.wake_count, 1);
    assert_int_equal(hub_read_snapshot(reader, &json, NULL), HUB_READ_END);
    assert_null(json);
    assert_end(reader);
    assert_nothing(other);
    hub_unsubscribe(reader);
    hub_unsubscribe(other);
    hub_free(hub);
}

static void a_topic_that_is_over_gives_its_last_event_and_ends(void **state)
{
    struct counts      counts    = {0};
    struct hub        *hub       = new_hub();
    struct hub_reader *reader    = subscribe_and_read_snapshot(hub, "session/7", &counts);
    struct hub_reader *slow      = subscribe_and_read_snapshot(hub, "session/7", &counts);
    struct hub_reader *waiting   = subscribe(hub, "session/7", 0, &counts);
    struct hub_reader *neighbour = subscribe_and_read_snapshot(hub, "session/8", &counts);
    struct hub_reader *late;
    char               buffer[BUFFER_BYTES];
    uint64_t           last_id;

    (void)state;
    assert_nothing(reader);
    hub_publish(hub, "session/7", "trial", "{\"unread\":1}");
    (void)read_all(reader, buffer);
    assert_nothing(reader);
    counts.wake_count = 0;
    hub_end(hub, "session/7", "deleted", "{\"bye\":1}");
    assert_int_equal(counts.wake_count, 1); /* who found nothing */
    last_id = id_in(read_all(reader, buffer));
    assert_non_null(strstr(buffer, "event: deleted"));
    assert_end(reader);
    assert_reads(slow, "deleted", "{\"bye\":1}"); /* what was before is not read any more */
    assert_end(slow);
    hub_snapshot(hub, "session/7", NULL); /* the answer to who waits */
    assert_end(waiting);
    assert_nothing(neighbour);
    late = subscribe(hub, "session/7", last_id, &counts); /* nobody goes on: the publisher is asked */
    assert_nothing(late);
    hub_snapshot(hub, "session/7", NULL);
    assert_end(late);
    hub_unsubscribe(late);
    hub_unsubscribe(neighbour);
    hub_unsubscribe(waiting);
    hub_unsubscribe(slow);
    hub_unsubscribe(reader);
    hub_free(hub);
}

static void a_one_shot_question_gets_the_snapshots_json(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe(hub, "session/9", 0, &counts);
    char              *json   = NULL;

    (void)state;
    assert_int_equal(hub_read_snapshot(reader, &json, count_suspend), HUB_READ_NOTHING);
    assert_null(json);
    assert_int_equal(counts.suspend_count, 1);
    hub_snapshot(hub, "session/9", "{\"trials\":[]}");
    assert_int_equal(counts.wake_count, 1);
    assert_int_equal(hub_read_snapshot(reader, &json, count_suspend), HUB_READ_DATA);
    assert_string_equal(json, "{\"trials\":[]}");
    free(json);
    hub_unsubscribe(reader);
    hub_free(hub);
}

static void stopping_wakes_and_ends_every_reader_and_lets_nobody_in(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *idle   = subscribe_and_read_snapshot(hub, "study/1", &counts);
    struct hub_reader *behind = subscribe_and_read_snapshot(hub, "study/2", &counts);
    struct err         err    = {0};
    char              *json   = NULL;

    (void)state;
    assert_nothing(idle);
    hub_publish(hub, "study/2", "session", "{}");
    hub_stop(hub);
    assert_int_equal(counts.wake_count, 1);
    assert_end(idle);
    assert_end(behind);
    assert_int_equal(hub_read_snapshot(idle, &json, NULL), HUB_READ_END);
    assert_null(hub_subscribe(hub, "study/1", 0, count_wake, &counts, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    hub_publish(hub, "study/1", "session", "{}");
    hub_unsubscribe(idle);
    hub_unsubscribe(behind);
    hub_unsubscribe(NULL);
    hub_free(hub);
    hub_free(NULL);
}

static void a_topic_name_that_is_too_long_is_refused(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader;
    struct err         err = {0};

    (void)state;
    assert_null(hub_subscribe(hub, "study/0123456789012345678901234567890123456789ab", 0, count_wake, &counts, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    reader = subscribe(hub, "study/0123456789012345678901234567890123456789a", 0, &counts);
    hub_unsubscribe(reader);
    hub_free(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_gets_the_snapshot_and_then_the_events_after_it),
        cmocka_unit_test(a_snapshot_is_asked_for_once_for_all_who_wait),
        cmocka_unit_test(each_publisher_is_asked_for_its_own_topics),
        cmocka_unit_test(a_reader_who_left_before_the_answer_is_not_asked_for),
        cmocka_unit_test(a_reader_is_woken_once_and_only_after_it_found_nothing),
        cmocka_unit_test(bytes_come_whole_through_the_smallest_buffer),
        cmocka_unit_test(line_ends_in_the_json_do_not_break_the_event),
        cmocka_unit_test(a_heartbeat_is_a_comment_between_events),
        cmocka_unit_test(who_reads_is_told_to_look_again_by_every_heartbeat_and_recheck),
        cmocka_unit_test(readers_of_something_that_is_not_there_are_ended),
        cmocka_unit_test(a_topic_that_is_over_gives_its_last_event_and_ends),
        cmocka_unit_test(a_one_shot_question_gets_the_snapshots_json),
        cmocka_unit_test(stopping_wakes_and_ends_every_reader_and_lets_nobody_in),
        cmocka_unit_test(a_topic_name_that_is_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
