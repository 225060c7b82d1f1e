/* Colour and edge histograms of pictures whose answer is known by construction. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "demo/demo_pixels.h"

enum { SIDE = 32 };

static int colour_box(int red, int green, int blue)
{
    return (red * DEMO_COLOUR_LEVELS + green) * DEMO_COLOUR_LEVELS + blue;
}

static void set_pixel(uint8_t *rgba, int x, int y, uint8_t grey, uint8_t alpha)
{
    uint8_t *pixel = rgba + (y * SIDE + x) * PICTURE_CHANNEL_COUNT;

    memset(pixel, grey, 3);
    pixel[3] = alpha;
}

static void colours_count_by_their_alpha(void **state)
{
    uint8_t        rgba[]  = {255, 0, 0, 255, 63, 64, 255, 51, 200, 200, 200, 0}; /* the third is invisible */
    struct picture picture = {3, 1, rgba};
    double         histogram[DEMO_COLOUR_COUNT];
    double         square_sum = 0;

    (void)state;
    demo_colour_histogram(&picture, histogram);
    assert_true(fabs(histogram[colour_box(3, 0, 0)] - sqrt(1 / 1.2)) <= 1e-12);
    assert_true(fabs(histogram[colour_box(0, 1, 3)] - sqrt(0.2 / 1.2)) <= 1e-12);
    for (int i = 0; i < DEMO_COLOUR_COUNT; i++) square_sum += histogram[i] * histogram[i];
    assert_true(fabs(square_sum - 1) <= 1e-12);
}

static void an_invisible_or_even_picture_has_no_edges(void **state)
{
    uint8_t        rgba[SIDE * SIDE * PICTURE_CHANNEL_COUNT];
    struct picture picture = {SIDE, SIDE, rgba};
    double         features[DEMO_PIXEL_FEATURE_COUNT];
    struct err     err;

    (void)state;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) set_pixel(rgba, x, y, (uint8_t)(x * y), 0);
    assert_true(demo_pixels(&picture, features, &err));
    for (int i = 0; i < DEMO_PIXEL_FEATURE_COUNT; i++) assert_true(features[i] == 0);
    memset(rgba, 90, sizeof rgba);
    assert_true(demo_pixels(&picture, features, &err));
    for (int i = 0; i < DEMO_PIXEL_FEATURE_COUNT; i++) assert_true(features[i] == (i == colour_box(1, 1, 1)));
}

/* Black where a x + b y < c, white elsewhere. */
static void draw_half_plane(uint8_t *rgba, int a, int b, int c)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) set_pixel(rgba, x, y, a * x + b * y < c ? 0 : 255, 255);
}

static double weight_of_orientation(const double *edges, int orientation)
{
    double sum = 0;

    for (int cell = 0; cell < DEMO_GRID_SIDE * DEMO_GRID_SIDE; cell++) sum += edges[cell * DEMO_ORIENTATION_COUNT + orientation];
    return sum;
}

static void a_straight_edge_fills_the_bin_of_its_direction_only(void **state)
{
    static const struct {
        int a, b, c, orientation;
    } EDGES[] = {
        {1, 0, 12, 0}, {-1, 0, -12, 0}, /* dark left, dark right: one orientation */
        {0, 1, 12, 4}, {0, -1, -12, 4}, /* horizontal edge: gradient at 90 degrees */
        {1, 1, 31, 2}, {1, -1, 0, 6},   /* diagonals: 45 and 135 degrees */
    };
    uint8_t        rgba[SIDE * SIDE * PICTURE_CHANNEL_COUNT];
    struct picture picture = {SIDE, SIDE, rgba};
    double         edges[DEMO_EDGE_COUNT];
    struct err     err;

    (void)state;
    for (size_t i = 0; i < sizeof EDGES / sizeof EDGES[0]; i++) {
        draw_half_plane(rgba, EDGES[i].a, EDGES[i].b, EDGES[i].c);
        assert_true(demo_edge_histogram(&picture, edges, &err));
        for (int orientation = 0; orientation < DEMO_ORIENTATION_COUNT; orientation++)
            assert_true((weight_of_orientation(edges, orientation) > 0) == (orientation == EDGES[i].orientation));
    }
}

static void an_edge_counts_in_the_cells_that_it_crosses(void **state)
{
    uint8_t        rgba[SIDE * SIDE * PICTURE_CHANNEL_COUNT];
    struct picture picture = {SIDE, SIDE, rgba};
    double         edges[DEMO_EDGE_COUNT];
    double         square_sum = 0;
    struct err     err;

    (void)state;
    draw_half_plane(rgba, 1, 0, 12); /* x = 12 of 32: the second of four columns */
    assert_true(demo_edge_histogram(&picture, edges, &err));
    for (int cell = 0; cell < DEMO_GRID_SIDE * DEMO_GRID_SIDE; cell++)
        assert_true((edges[cell * DEMO_ORIENTATION_COUNT] > 0) == (cell % DEMO_GRID_SIDE == 1));
    for (int i = 0; i < DEMO_EDGE_COUNT; i++) square_sum += edges[i] * edges[i];
    assert_true(fabs(square_sum - 1) <= 1e-12);
}

static void a_black_shape_on_transparent_looks_like_one_on_white(void **state)
{
    uint8_t        rgba[SIDE * SIDE * PICTURE_CHANNEL_COUNT];
    struct picture picture = {SIDE, SIDE, rgba};
    double         on_white[DEMO_EDGE_COUNT], on_transparent[DEMO_EDGE_COUNT];
    struct err     err;

    (void)state;
    draw_half_plane(rgba, 1, 2, 40);
    assert_true(demo_edge_histogram(&picture, on_white, &err));
    for (int i = 0; i < SIDE * SIDE; i++)
        if (rgba[i * PICTURE_CHANNEL_COUNT] == 255) memset(rgba + i * PICTURE_CHANNEL_COUNT, 0, PICTURE_CHANNEL_COUNT);
    assert_true(demo_edge_histogram(&picture, on_transparent, &err));
    for (int i = 0; i < DEMO_EDGE_COUNT; i++) assert_true(fabs(on_white[i] - on_transparent[i]) <= 1e-12);
}

static void a_picture_of_one_pixel_is_no_problem(void **state)
{
    uint8_t        rgba[PICTURE_CHANNEL_COUNT] = {1, 2, 3, 255};
    struct picture picture                     = {1, 1, rgba};
    double         features[DEMO_PIXEL_FEATURE_COUNT];
    struct err     err;

    (void)state;
    assert_true(demo_pixels(&picture, features, &err));
    assert_true(features[0] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_count_by_their_alpha),
        cmocka_unit_test(an_invisible_or_even_picture_has_no_edges),
        cmocka_unit_test(a_straight_edge_fills_the_bin_of_its_direction_only),
        cmocka_unit_test(an_edge_counts_in_the_cells_that_it_crosses),
        cmocka_unit_test(a_black_shape_on_transparent_looks_like_one_on_white),
        cmocka_unit_test(a_picture_of_one_pixel_is_no_problem),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
