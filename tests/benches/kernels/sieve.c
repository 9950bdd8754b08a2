// The same stores without checks. Without `noipa`, gcc would specialise the
// function for its constant arguments, which a library function never has.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noipa)) static int64_t count_primes(int64_t limit) {
    uint8_t *composite = calloc(limit, 1);
    int64_t count = 0;
    for (int64_t i = 2; i < limit; i++) {
        if (!composite[i]) {
            count++;
            for (int64_t j = i * i; j < limit; j += i) composite[j] = 1;
        }
    }
    free(composite);
    return count;
}

int main(void) {
    printf("%" PRId64 "\n", count_primes(10000000));
}
