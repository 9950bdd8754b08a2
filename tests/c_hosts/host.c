/* A C host: calls every kind of function, handles panics, and keeps a string for longer. It is valid
 * C++ as well. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "greet.h"

static BeskidStr *string(const char *text)
{
    return beskid_rt_host_string((const uint8_t *)text, strlen(text));
}

static void show(const char *what, const BeskidStr *text)
{
    printf("%s: %.*s\n", what, (int)text->len, (const char *)text->ptr);
}

static void scalars(void)
{
    int64_t quotient = 0;
    bool no = true;
    uint8_t wrapped = 1;
    float half = 0;
    int16_t narrow = 0;
    uint32_t same = 0;
    if (greet_Divide(-7, 2, &quotient) || greet_Not(true, &no) || greet_Next(255, &wrapped)
        || greet_Half(3, &half) || greet_Narrow(-5, -1, 65535, &narrow) || greet_Same(0x1f600, &same)
        || greet_Nothing()) {
        printf("a scalar function panicked\n");
    }
    printf("scalars: %lld %d %d %.2f %d %x\n", (long long)quotient, no, wrapped, half, narrow, same);
}

static void texts_and_arrays(void)
{
    int64_t mark = beskid_rt_host_mark();
    BeskidStr *shouted = NULL;
    if (greet_Shout(string("gr\xc3\xbc\xc3\x9f "), 2, &shouted) == NULL) {
        show("text", shouted);
    }
    const double values[] = {0.5, 0.25, 41.25};
    double sum = 0;
    if (greet_Sum(beskid_rt_host_array((const uint8_t *)values, sizeof *values, 3), &sum) == NULL) {
        printf("array in: %.1f\n", sum);
    }
    BeskidArray *squares = NULL;
    if (greet_Squares(4, &squares) == NULL) {
        const int64_t *elements = (const int64_t *)(const void *)squares->ptr;
        printf("array out: %zu %lld %lld\n", squares->len, (long long)elements[2], (long long)elements[3]);
    }
    if (beskid_rt_host_string((const uint8_t *)"\xff", 1) == NULL) {
        printf("no text: refused\n");
    }
    beskid_rt_host_release(mark);
}

static void panics(void)
{
    int64_t mark = beskid_rt_host_mark();
    int64_t quotient = 12;
    BeskidStr *panic = greet_Divide(1, 0, &quotient);
    show("panic", panic);
    BeskidArray *squares = NULL;
    show("panic", greet_Squares(-1, &squares));
    printf("results are left alone: %lld %d\n", (long long)quotient, squares == NULL);
    beskid_rt_host_release(mark);
}

static void keeps(void)
{
    int64_t mark = beskid_rt_host_mark();
    BeskidStr *kept = NULL;
    if (greet_Shout(string("kept"), 1, &kept) != NULL) {
        return;
    }
    int64_t handle = beskid_rt_gc_root_handle((uint8_t *)kept);
    beskid_rt_host_release(mark);
    for (int round = 0; round < 1000; round++) {
        BeskidStr *garbage = NULL;
        if (greet_Shout(string("garbage "), 100, &garbage) != NULL) {
            return;
        }
        beskid_rt_host_release(mark);
    }
    beskid_rt_gc_collect();
    show("after a collection", kept);
    beskid_rt_gc_unroot_handle(handle);
    beskid_rt_gc_collect();
    printf("cells in the end: %lld\n", (long long)beskid_rt_gc_object_count());
}

static void *thread(void *result)
{
    int64_t quotient = 0;
    *(bool *)result = greet_Divide(84, 2, &quotient) == NULL && quotient == 42;
    return NULL;
}

int main(void)
{
    scalars();
    texts_and_arrays();
    panics();
    keeps();
    bool works = false;
    pthread_t other;
    if (pthread_create(&other, NULL, thread, &works) == 0 && pthread_join(other, NULL) == 0) {
        printf("another thread: %d\n", works);
    }
    return 0;
}
