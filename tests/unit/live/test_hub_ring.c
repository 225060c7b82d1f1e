/* What a reader misses and how it learns of it: the bounded ring, resync, Last-Event-ID. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub_reading.h"

static void a_reader_that_fell_out_of_the_ring_is_told_to_resync_and_ended(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *slow   = subscribe_and_read_snapshot(hub, "study/1", &counts);
    struct hub_reader *fast   = subscribe_and_read_snapshot(hub, "study/1", &counts);
    char               buffer[BUFFER_BYTES];

    (void)state;
    for (int i = 0; i < HUB_RING_COUNT + 1; i++) {
        hub_publish(hub, "study/1", "session", "{}");
        assert_reads(fast, "session", "{}");
    }
    assert_string_equal(read_all(slow, buffer), "event: resync\ndata: {}\n\n");
    assert_end(slow);
    assert_nothing(fast);
    hub_unsubscribe(slow);
    hub_unsubscribe(fast);
    hub_free(hub);
}

static void a_reader_that_just_keeps_up_gets_every_event_of_a_full_ring(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe_and_read_snapshot(hub, "study/1", &counts);
    char               json[32], buffer[BUFFER_BYTES], expected[64];
    size_t             length;

    (void)state;
    for (int i = 0; i < HUB_RING_COUNT; i++) {
        (void)snprintf(json, sizeof json, "{\"n\":%04d}", i);
        hub_publish(hub, "study/1", "session", json);
    }
    for (int i = 0; i < HUB_RING_COUNT; i++) {
        (void)snprintf(expected, sizeof expected, "\nevent: session\ndata: {\"n\":%04d}\n\n", i);
        /* ids have 16 digits in this century, so that all events are equally long */
        assert_int_equal(hub_read(reader, buffer, 4 + 16 + strlen(expected), &length, NULL), HUB_READ_DATA);
        buffer[length] = '\0';
        assert_string_equal(buffer + 20, expected);
    }
    assert_nothing(reader);
    hub_unsubscribe(reader);
    hub_free(hub);
}

static void events_of_other_topics_do_not_push_a_reader_out(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *quiet  = subscribe_and_read_snapshot(hub, "session/1", &counts);
    struct hub_reader *busy   = subscribe_and_read_snapshot(hub, "study/1", &counts);

    (void)state;
    assert_nothing(quiet);
    for (int i = 0; i < 3 * HUB_RING_COUNT; i++) hub_publish(hub, "study/1", "session", "{}");
    assert_nothing(quiet);
    hub_publish(hub, "session/1", "trial", "{\"t\":1}");
    assert_reads(quiet, "trial", "{\"t\":1}");
    hub_unsubscribe(quiet);
    hub_unsubscribe(busy);
    hub_free(hub);
}

static void a_reader_goes_on_after_its_last_event_id(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe_and_read_snapshot(hub, "study/1", &counts);
    char               buffer[BUFFER_BYTES], topic[HUB_TOPIC_BYTES];
    uint64_t           last_id;

    (void)state;
    hub_publish(hub, "study/1", "session", "{\"n\":1}");
    last_id = id_in(read_all(reader, buffer));
    hub_unsubscribe(reader); /* the connection is cut; nobody else reads */
    hub_publish(hub, "study/1", "session", "{\"n\":2}");
    hub_heartbeat(hub);
    assert_true(hub_is_read(hub, "study/1"));
    reader = subscribe(hub, "study/1", last_id, &counts);
    assert_false(hub_next_wanted(hub, HUB_FIT_WORKER, topic));
    assert_reads(reader, "session", "{\"n\":2}");
    hub_publish(hub, "study/1", "session", "{\"n\":3}");
    assert_reads(reader, "session", "{\"n\":3}");
    hub_unsubscribe(reader);
    hub_free(hub);
}

static void assert_needs_a_snapshot(struct hub *hub, const char *topic, uint64_t last_event_id)
{
    struct counts      counts = {0};
    struct hub_reader *reader = subscribe(hub, topic, last_event_id, &counts);
    char               wanted[HUB_TOPIC_BYTES];

    assert_nothing(reader);
    assert_true(hub_next_wanted(hub, HUB_FIT_WORKER, wanted));
    hub_snapshot(hub, topic, "{\"again\":1}");
    assert_reads(reader, "snapshot", "{\"again\":1}");
    hub_unsubscribe(reader);
}

static void a_last_event_id_that_the_ring_no_longer_covers_gets_a_snapshot(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe_and_read_snapshot(hub, "study/1", &counts);
    char               buffer[BUFFER_BYTES];
    uint64_t           last_id;

    (void)state;
    hub_publish(hub, "study/1", "session", "{}");
    last_id = id_in(read_all(reader, buffer));
    assert_needs_a_snapshot(hub, "study/1", 1);              /* of an earlier process */
    assert_needs_a_snapshot(hub, "study/1", last_id + 1000); /* of no process */
    hub_publish(hub, "study/1", "session", "{\"unseen\":1}");
    for (int i = 0; i < HUB_RING_COUNT; i++) hub_publish(hub, "study/1", "session", "{}");
    assert_needs_a_snapshot(hub, "study/1", last_id);
    hub_unsubscribe(reader);
    hub_free(hub);
}

static void a_topic_that_was_given_up_gets_a_snapshot_even_if_ids_stood_still(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *reader = subscribe_and_read_snapshot(hub, "study/1", &counts);
    char               buffer[BUFFER_BYTES];
    uint64_t           last_id;

    (void)state;
    hub_publish(hub, "study/1", "session", "{}");
    last_id = id_in(read_all(reader, buffer));
    hub_unsubscribe(reader);
    for (int i = 0; i < 3; i++) hub_heartbeat(hub);
    assert_false(hub_is_read(hub, "study/1"));
    hub_publish(hub, "study/1", "session", "{\"missed\":1}"); /* nobody reads: not recorded */
    assert_needs_a_snapshot(hub, "study/1", last_id);
    hub_free(hub);
}

static void a_published_snapshot_takes_the_place_of_what_was_before_it(void **state)
{
    struct counts      counts = {0};
    struct hub        *hub    = new_hub();
    struct hub_reader *slow   = subscribe_and_read_snapshot(hub, "group/1/0", &counts);
    struct hub_reader *quick  = subscribe_and_read_snapshot(hub, "group/1/0", &counts);
    char               buffer[BUFFER_BYTES], topic[HUB_TOPIC_BYTES];
    uint64_t           seen_id;

    (void)state;
    hub_publish(hub, "group/1/0", "progress", "{\"n\":1}");
    seen_id = id_in(read_all(quick, buffer));
    /* Many more than the ring holds, and yet nobody who is behind has missed anything. */
    for (int i = 0; i < 2 * HUB_RING_COUNT; i++) hub_publish(hub, "group/1/0", HUB_SNAPSHOT, "{\"n\":2}");
    hub_publish(hub, "group/1/0", HUB_SNAPSHOT, "{\"n\":3}");
    assert_reads(slow, "snapshot", "{\"n\":3}");
    hub_publish(hub, "group/1/0", "progress", "{\"n\":4}");
    assert_reads(slow, "progress", "{\"n\":4}");
    assert_nothing(slow);
    hub_unsubscribe(quick);
    quick = subscribe(hub, "group/1/0", seen_id, &counts); /* what followed its last event is gone */
    assert_true(hub_next_wanted(hub, HUB_GROUP_WORKER, topic));
    hub_snapshot(hub, "group/1/0", "{\"n\":5}");
    assert_reads(quick, "snapshot", "{\"n\":5}");
    hub_unsubscribe(quick);
    hub_unsubscribe(slow);
    hub_free(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_that_fell_out_of_the_ring_is_told_to_resync_and_ended),
        cmocka_unit_test(a_reader_that_just_keeps_up_gets_every_event_of_a_full_ring),
        cmocka_unit_test(events_of_other_topics_do_not_push_a_reader_out),
        cmocka_unit_test(a_reader_goes_on_after_its_last_event_id),
        cmocka_unit_test(a_last_event_id_that_the_ring_no_longer_covers_gets_a_snapshot),
        cmocka_unit_test(a_topic_that_was_given_up_gets_a_snapshot_even_if_ids_stood_still),
        cmocka_unit_test(a_published_snapshot_takes_the_place_of_what_was_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
