// The same trees with malloc and free.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Tree {
    int64_t length;
    struct Tree **children;
} Tree;

static Tree *grow(int64_t depth) {
    Tree *tree = malloc(sizeof(Tree));
    tree->length = depth == 0 ? 0 : 2;
    tree->children = malloc(tree->length * sizeof(Tree *));
    for (int64_t i = 0; i < tree->length; i++) tree->children[i] = grow(depth - 1);
    return tree;
}

static int64_t count(const Tree *tree) {
    int64_t total = 1;
    for (int64_t i = 0; i < tree->length; i++) total += count(tree->children[i]);
    return total;
}

static void drop(Tree *tree) {
    for (int64_t i = 0; i < tree->length; i++) drop(tree->children[i]);
    free(tree->children);
    free(tree);
}

int main(void) {
    int64_t depth = 16, total = 0, iterations = (int64_t)1 << depth;
    Tree *kept = grow(depth);
    for (int64_t size = 4; size <= depth; size += 4, iterations /= 16)
        for (int64_t i = 0; i < iterations; i++) {
            Tree *tree = grow(size);
            total += count(tree);
            drop(tree);
        }
    printf("%" PRId64 "\n", total + count(kept));
    drop(kept);
}
