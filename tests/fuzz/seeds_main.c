// SPDX-License-Identifier: MIT
/*
 * A fuzzer without libFuzzer: each file named is given whole, cut at every byte, and with some hundred bits
 * turned, the same ones each time.
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

#define N_FLIPS        400u
#define MOST_CUT_BYTES 4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of just that many bytes, so that a sanitizer sees the first one too many. */
static void try_copy(const char *bytes, size_t length_bytes)
{
    g_autofree uint8_t *copy = g_memdup2(bytes, length_bytes);

    LLVMFuzzerTestOneInput(copy, length_bytes);
}

static void try_file(char *bytes, size_t length_bytes)
{
    uint32_t random = 1;

    try_copy(bytes, length_bytes);
    for (size_t cut = 0; cut < MIN(length_bytes, MOST_CUT_BYTES); cut++)
        try_copy(bytes, cut);
    for (unsigned i = 0; i < N_FLIPS && length_bytes > 0; i++) {
        size_t place;

        random = random * UINT32_C(1664525) + UINT32_C(1013904223);
        place = (random >> 3) % length_bytes;
        bytes[place] = (char)(bytes[place] ^ 1 << (random & 7));
        try_copy(bytes, length_bytes);
        bytes[place] = (char)(bytes[place] ^ 1 << (random & 7));
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *bytes = NULL;
        gsize length_bytes;

        if (!g_file_get_contents(argv[i], &bytes, &length_bytes, &error)) {
            fprintf(stderr, "%s\n", error->message);
            return 1;
        }
        try_file(bytes, length_bytes);
    }
    if (argc == 1)
        fputs("no seeds\n", stderr);
    return argc == 1;
}
