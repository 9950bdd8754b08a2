// The same loops without checks. Without `noipa`, gcc would specialise the
// function for its constant arguments, which a library function never has.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static double *matrix(int64_t n, int64_t seed) {
    double *values = calloc(n * n, sizeof(double));
    for (int64_t i = 0; i < n * n; i++) values[i] = (double)((i * seed) % 97) / 97.0;
    return values;
}

__attribute__((noipa)) static double *multiply(const double *a, const double *b, int64_t n) {
    double *c = calloc(n * n, sizeof(double));
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = 0.0;
            for (int64_t k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
            c[i * n + j] = sum;
        }
    return c;
}

int main(void) {
    int64_t n = 300;
    double *a = matrix(n, 31), *b = matrix(n, 17);
    double trace = 0.0;
    for (int round = 0; round < 20; round++) {
        double *c = multiply(a, b, n);
        for (int64_t i = 0; i < n; i++) trace += c[i * n + i];
        free(c);
    }
    printf("%" PRId64 "\n", (int64_t)trace);
}
