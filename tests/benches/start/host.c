/* Prints the nanoseconds of the first call into Beskid, which checks the ABI records of the program, and
 * of an ordinary call. */
#include <stdio.h>
#include <time.h>

#include "greet.h"

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(void)
{
    enum { CALLS = 1000 };
    /* The heap of the thread is no part of the check. */
    beskid_rt_host_release(beskid_rt_host_mark());
    long long start = now();
    greet_Nothing();
    long long checked = now();
    for (int i = 0; i < CALLS; i++) {
        greet_Nothing();
    }
    printf("%lld %lld\n", checked - start, (now() - checked) / CALLS);
    return 0;
}
