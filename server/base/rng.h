/* rng.h - a small seeded random generator (xoshiro256**, Blackman and Vigna 2018), the same on every machine.
 *
 * For sampling conditions, simulated people and bootstraps. Not for secrets: those come from base/secret. Threads: none. */
#ifndef DINOLAB_BASE_RNG_H
#define DINOLAB_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state[4];
};

void     rng_init(struct rng *rng, uint64_t seed);               /* the state is filled by SplitMix64 */
uint64_t rng_next(struct rng *rng);                              /* 64 uniform bits */
uint64_t rng_below(struct rng *rng, uint64_t limit);             /* uniform in 0 .. limit - 1 without bias; limit > 0 */
double   rng_uniform(struct rng *rng);                           /* [0, 1), 53 bits */
double   rng_normal(struct rng *rng);                            /* standard normal, polar method */
void     rng_shuffle(struct rng *rng, int *items, size_t count); /* Fisher-Yates */

#endif
