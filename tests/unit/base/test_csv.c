/* Comma-separated values: RFC 4180, what spreadsheets add to it, and sentences that name the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/must.h"
#include "base/csv.h"

/* Reads everything; fields of a row are joined by '|', rows by '/'. The header comes first. */
static bool read_all(struct span csv, struct text *out, struct err *err)
{
    struct csv_reader reader;
    struct arena      arena;
    bool              has_row = true, ok;

    arena_init(&arena);
    text_reset(out);
    ok = csv_begin(&reader, "list.csv", csv, &arena, err);
    for (int i = 0; ok && i < reader.column_count; i++) text_printf(out, "%s%s", i == 0 ? "" : "|", reader.columns[i]);
    while (ok && has_row) {
        ok = csv_next(&reader, &has_row, err);
        for (int i = 0; ok && has_row && i < reader.column_count; i++)
            text_printf(out, "%s%s", i == 0 ? "/" : "|", reader.fields[i]);
    }
    arena_close(&arena);
    return ok;
}

static const struct {
    const char *csv;
    const char *read;
} WELL_FORMED[] = {
    {"id,object\ncat_face,cat\n", "id|object/cat_face|cat"},
    {"id,object\r\ncat_face,cat\r\n", "id|object/cat_face|cat"},
    {"id,object\ncat_face,cat", "id|object/cat_face|cat"},     /* the last line need not end */
    {"id,object\r\ncat_face,cat\r", "id|object/cat_face|cat"}, /* nor end whole */
    {"id\r", "id"},
    {"id,object", "id|object"},
    {"\xEF\xBB\xBFid,object\ncat,cat\n", "id|object/cat|cat"},
    {"# authored, by hand\n#\nid\ncat\n", "id/cat"},
    {"# a \"comment\r\nid\r\ncat\r\n", "id/cat"},
    {"\xEF\xBB\xBF# first\nid\ncat\n", "id/cat"},
    {"id\n#cat\n", "id/#cat"}, /* a comment only before the header */
    {"id,object\n\n\r\ncat,cat\n\n", "id|object/cat|cat"},
    {"a,b\n,\n", "a|b/|"},
    {"a,b\n1,\n,2\n", "a|b/1|/|2"},
    {"a,b\n\"1\",\"2\"\n", "a|b/1|2"},
    {"a,b\n\"x,y\",\"\"\n", "a|b/x,y|"},
    {"a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", "a|b/say \"hi\"|\""},
    {"a,b\r\n\"two\nlines\",\"cr\r\nlf\"\r\n", "a|b/two\nlines|cr\r\nlf"},
    {"\"a\",\"b\"\n1,2\n", "a|b/1|2"},
    {"a,b\n 1 ,\t2\n", "a|b/ 1 |\t2"}, /* spaces are part of a field */
    {"a,b\nin\"side,2\n", "a|b/in\"side|2"},
    {"a,b\nends with cr\r,2\n", "a|b/ends with cr\r|2"},
    {"a,b\ncr\rinside,2\n", "a|b/cr\rinside|2"},
    {"a\n\"\"\nx\n", "a//x"}, /* a quoted empty field is a row, an empty line is not */
};

static void well_formed_text_is_read_field_by_field(void **state)
{
    struct text text;
    struct err  err = {0};

    (void)state;
    text_init(&text);
    for (size_t i = 0; i < sizeof WELL_FORMED / sizeof WELL_FORMED[0]; i++) {
        if (!read_all(span_of(WELL_FORMED[i].csv), &text, &err)) fail_msg("case %zu: %s", i, err.message);
        if (strcmp(text.data, WELL_FORMED[i].read) != 0)
            fail_msg("case %zu: '%s' instead of '%s'", i, text.data, WELL_FORMED[i].read);
    }
    text_close(&text);
}

static const struct {
    const char *csv;
    const char *sentence;
} REFUSED[] = {
    {"", "list.csv is empty: a header line is expected"},
    {"\xEF\xBB\xBF", "list.csv is empty: a header line is expected"},
    {"# only a comment\n", "list.csv is empty: a header line is expected"},
    {"a,b\n1\n", "list.csv, line 2: 1 fields where the header has 2"},
    {"a,b\n1,2\n1,2,3\n", "list.csv, line 3: 3 fields where the header has 2"},
    {"# c\n# c\na,b\n\n1,2\n\n1\n", "list.csv, line 7: 1 fields where the header has 2"},
    {"a,b\n\"1\n2\",3\n4\n", "list.csv, line 4: 1 fields where the header has 2"},
    {"a,b\n1,\"2\n", "a quoted field does not end"},
    {"a,b\n\"1\"x,2\n", "list.csv, line 2: text follows the closing quote of a field"},
    {"a,b\n1,2\n\"\"\"\"x,2\n", "list.csv, line 3: text follows the closing quote of a field"},
    {"a,b\n1,caf\xE9\n", "list.csv, line 2: a field is not UTF-8 text without NUL"}, /* what older spreadsheets save */
};

static void what_is_not_well_formed_is_refused_with_its_line(void **state)
{
    struct text text;
    struct err  err = {0};

    (void)state;
    text_init(&text);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++)
        MUST_REFUSE(read_all(span_of(REFUSED[i].csv), &text, &err), ERR_INVALID, REFUSED[i].sentence);
    MUST_REFUSE(read_all((struct span){"a,b\n1,x\0y\n", 10}, &text, &err), ERR_INVALID,
                "list.csv, line 2: a field is not UTF-8 text without NUL");
    text_close(&text);
}

static void there_may_be_64_columns_and_not_one_more(void **state)
{
    struct text csv, text;
    struct err  err = {0};

    (void)state;
    text_init(&csv);
    text_init(&text);
    for (int i = 0; i < CSV_COLUMN_MAX; i++) text_printf(&csv, "%sc%d", i == 0 ? "" : ",", i);
    MUST(read_all((struct span){csv.data, csv.length}, &text, &err));
    text_add(&csv, ",more");
    MUST_REFUSE(read_all((struct span){csv.data, csv.length}, &text, &err), ERR_INVALID,
                "list.csv, line 1: there are too many columns");
    text_close(&text);
    text_close(&csv);
}

static void columns_are_found_by_name(void **state)
{
    struct csv_reader reader;
    struct arena      arena;
    struct err        err = {0};
    int               index;

    (void)state;
    arena_init(&arena);
    MUST(csv_begin(&reader, "list.csv", span_of("id,object\n"), &arena, &err));
    assert_int_equal(csv_column(&reader, "object"), 1);
    assert_int_equal(csv_column(&reader, "Object"), -1);
    MUST(csv_need_column(&reader, "id", &index, &err));
    assert_int_equal(index, 0);
    MUST_REFUSE(csv_need_column(&reader, "file", &index, &err), ERR_INVALID, "list.csv: the header has no column 'file'");
    arena_close(&arena);
}

static void written_fields_are_quoted_where_needed_and_never_a_formula(void **state)
{
    static const struct {
        const char *field;
        const char *written;
    } CASES[] = {
        {"", ""},
        {"cat_face", "cat_face"},
        {"with space", "with space"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"cr\r", "\"cr\r\""},
        {"=1+1", "\"'=1+1\""},
        {"+49", "\"'+49\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"'\t=1\""},
        {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
        {"a=1", "a=1"},
    };
    struct text text;

    (void)state;
    text_init(&text);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        text_reset(&text);
        text_add(&text, "");
        csv_write_field(&text, CASES[i].field);
        assert_string_equal(text.data, CASES[i].written);
    }
    text_close(&text);
}

static void what_was_written_is_read_back_the_same(void **state)
{
    static const char *const FIELDS[] = {"plain", "a,b", "\"", "x\r\n", "\"\"", "x\"y\nz", ""};
    struct text              csv;
    struct csv_reader        reader;
    struct arena             arena;
    struct err               err = {0};
    bool                     has_row;

    (void)state;
    arena_init(&arena);
    text_init(&csv);
    text_add(&csv, "a,b,c,d,e,f,g\r\n");
    for (int i = 0; i < 7; i++) {
        csv_write_field(&csv, FIELDS[i]);
        text_add(&csv, i == 6 ? "\r\n" : ",");
    }
    MUST(csv_begin(&reader, "own", (struct span){csv.data, csv.length}, &arena, &err));
    MUST(csv_next(&reader, &has_row, &err));
    assert_true(has_row);
    for (int i = 0; i < 7; i++) assert_string_equal(reader.fields[i], FIELDS[i]);
    text_close(&csv);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_text_is_read_field_by_field),
        cmocka_unit_test(what_is_not_well_formed_is_refused_with_its_line),
        cmocka_unit_test(there_may_be_64_columns_and_not_one_more),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(written_fields_are_quoted_where_needed_and_never_a_formula),
        cmocka_unit_test(what_was_written_is_read_back_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
