/* How times are spread: for each power of two sixty-four equal steps, of a tenth of a microsecond at the finest. */
#include "load.h"
#include <string.h>

#define STEP_NANOSECONDS 100

void spread_clear(struct spread *spread) { memset(spread, 0, sizeof *spread); }

void spread_add(struct spread *spread, uint64_t nanoseconds) {
    uint64_t steps = nanoseconds / STEP_NANOSECONDS;
    int shift = steps < 64 ? 0 : 58 - __builtin_clzll(steps);
    spread->counts[shift][(steps >> shift) & 63]++;
    spread->total++;
}

/* The time that this share of all stayed below, in milliseconds. */
double spread_ms(const struct spread *spread, double share) {
    uint64_t wanted = (uint64_t)(spread->total * share), seen = 0;
    for (int shift = 0; shift < 64; shift++)
        for (int step = 0; step < 64; step++)
            if ((seen += spread->counts[shift][step]) > wanted)
                return (double)((uint64_t)step << shift) * STEP_NANOSECONDS / 1e6;
    return 0;
}
