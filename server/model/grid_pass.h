/* grid_pass.h - one pass over the grid of betas: what choice_rule does for each representation at each response, and nothing more.
 *
 * For a drive of size x >= 0 every point splits its joint probability between the two answers: s(beta x) of it falls to the answer that the
 * drive favours ("with"), s(-beta x) to the other ("against"). s(-z) = m / (1 + m), s(z) = 1 / (1 + m), m = exp(-z): one exponential and
 * one division per point, no branch.
 *
 * exp(-z) = 2^n exp(-r), |r| <= ln 2 / 2, exp(-r) by the polynomial of degree 11 through its Chebyshev points (its own error 1.7e-17); m is
 * within 2.3e-16 of exp(-z), relatively, and exactly 0 for z >= 346 (exp(-346) = 2^-499.2).
 *
 * Every version performs the same operations in the same order on IEEE doubles, without fused multiplications (which
 * -std=c17 rules out): the bits do not depend on the processor. Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_GRID_PASS_H
#define DINOLAB_MODEL_GRID_PASS_H

#include <stdbool.h>

enum {
    GRID_PASS_LANES  = 8,   /* partial sums; also the doubles of the widest register */
    GRID_PASS_POINTS = 104, /* 101 betas, filled up with three that have no weight */
};

/* Slowest first. SSE 4.2 is what the default processor of some virtual machines has. */
enum grid_pass_version { GRID_PASS_PLAIN, GRID_PASS_SSE42, GRID_PASS_AVX2, GRID_PASS_AVX512, GRID_PASS_VERSION_COUNT };

/* A joint probability below this (in the caller's scale) becomes 0, so that no denormal numbers, which are slow, come up: the product of
 * two numbers that are not below it is at least 2^-1000. */
#define GRID_PASS_JOINT_MIN 0x1p-500

struct grid_pass_sums {
    double with; /* sum over the points of joint * s(beta x), joint as before the pass */
    double against;
};

/* Takes in one response: `joint` is multiplied by the probability of the answer that was given. Both arrays hold GRID_PASS_POINTS numbers
 * and do not overlap. The sums are the same bits whichever answer was given. */
void grid_pass(enum grid_pass_version version, const double *beta, double drive_size, bool is_with, double *joint,
               struct grid_pass_sums *sums);

/* `certain` is multiplied by s(beta x), the probability of the answer that the drive favours. */
void grid_pass_certain(const double *beta, double drive_size, double *certain);

bool                   grid_pass_is_supported(enum grid_pass_version version); /* by this processor */
enum grid_pass_version grid_pass_best(void);

#endif
