/* Every input kept for a fuzz target, run once more. `test_fuzz_inputs --write DIR` writes them as bytes, for the fuzzer to start from. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../../fuzz/targets.h"

#define INPUTS "tests/fuzz/inputs"

enum { INPUT_BYTES_MAX = 1024 * 1024 };

typedef void fuzz_target(const uint8_t *bytes, size_t byte_count);

static int hex_digit(int c)
{
    return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

static size_t unhex(uint8_t *bytes, size_t byte_count)
{
    size_t digits = 0;

    for (size_t i = 0; i < byte_count; i++) {
        if (!isxdigit(bytes[i])) continue;
        bytes[digits / 2] = (uint8_t)((digits % 2 == 0 ? 0 : bytes[digits / 2] << 4) | hex_digit(bytes[i]));
        digits++;
    }
    return digits / 2;
}

/* The caller frees. */
static uint8_t *read_input(const char *path, size_t *byte_count)
{
    const size_t length = strlen(path);
    FILE        *file   = fopen(path, "rb");
    uint8_t     *bytes  = malloc(INPUT_BYTES_MAX);
    uint8_t     *exact  = NULL;

    assert_non_null(file);
    assert_non_null(bytes);
    *byte_count = fread(bytes, 1, INPUT_BYTES_MAX, file);
    (void)fclose(file);
    if (length > 4 && strcmp(path + length - 4, ".hex") == 0) *byte_count = unhex(bytes, *byte_count);
    exact = malloc(*byte_count + 1); /* so that a sanitizer sees a read past the end */
    assert_non_null(exact);
    memcpy(exact, bytes, *byte_count);
    free(bytes);
    return exact;
}

typedef void visit_input(const char *name, const uint8_t *bytes, size_t byte_count, void *argument);

static int each_input(const char *target, visit_input *visit, void *argument)
{
    char           folder[PATH_MAX];
    DIR           *directory;
    struct dirent *entry;
    int            count = 0;

    (void)snprintf(folder, sizeof folder, INPUTS "/%s", target);
    directory = opendir(folder);
    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        char     path[PATH_MAX + 256];
        size_t   byte_count;
        uint8_t *bytes;

        if (entry->d_name[0] == '.') continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        bytes = read_input(path, &byte_count);
        visit(entry->d_name, bytes, byte_count, argument);
        free(bytes);
        count++;
    }
    (void)closedir(directory);
    return count;
}

static void run_input(const char *name, const uint8_t *bytes, size_t byte_count, void *argument)
{
    (void)name;
    (*(fuzz_target **)argument)(bytes, byte_count);
}

#define TARGET_TEST(target)                                                                                                      \
    static void target##_holds_for_every_input_kept(void **state)                                                                \
    {                                                                                                                            \
        fuzz_target *function = fuzz_##target;                                                                                   \
                                                                                                                                 \
        (void)state;                                                                                                             \
        assert_true(each_input(#target, run_input, &function) > 0);                                                              \
    }
FUZZ_TARGETS(TARGET_TEST)

static void write_input(const char *name, const uint8_t *bytes, size_t byte_count, void *argument)
{
    char  path[PATH_MAX];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", (const char *)argument, name);
    file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, byte_count, file) != byte_count || fclose(file) != 0) perror(path);
}

static int write_all(const char *folder)
{
    static const char *const NAMES[] = {
#define TARGET_NAME(target) #target,
        FUZZ_TARGETS(TARGET_NAME)};

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        char path[PATH_MAX];

        (void)snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
        if (mkdir(path, 0777) != 0 && errno != EEXIST) return perror(path), 1;
        (void)each_input(NAMES[i], write_input, path);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define TARGET_ROW(target) cmocka_unit_test(target##_holds_for_every_input_kept),
        FUZZ_TARGETS(TARGET_ROW)};

    if (argc == 3 && strcmp(argv[1], "--write") == 0) return write_all(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
